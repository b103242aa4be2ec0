"""What the room's host machine is told: its virtual switches and who is plugged into them."""

from labctl.api import Link, Node, Plan


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return one bridge for each trunk, and the VLAN of each machine that hangs from it."""
    links = [link for link in plan.links if link.a.node == node.name]
    return {
        "bridges": [
            {
                "name": trunk.host_switch,
                "trunk": trunk.a.interface,
                "native_vid": trunk.native_vid,
                "ports": _ports(links, trunk.host_switch),
            }
            for trunk in links
            if trunk.vid == 0
        ]
    }


def _ports(links: list[Link], host_switch: str) -> dict[str, int]:
    return {
        link.a.interface: link.vid for link in links if link.vid and link.host_switch == host_switch
    }
