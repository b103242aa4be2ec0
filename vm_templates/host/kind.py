"""What the room's host machine is told: its virtual switches and who is plugged into them."""

from dataclasses import asdict

from labctl.api import Node, Plan


def parameters(_plan: Plan, node: Node) -> dict[str, object]:
    """Return its virtual switches, one for each of its cables."""
    return {"bridges": [asdict(bridge) for bridge in node.bridges]}
