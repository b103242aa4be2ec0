"""What a printer is told: the queue it shares."""

from labctl.api import Node, Plan


def parameters(plan: Plan, _node: Node) -> dict[str, object]:
    """Return what the start program configures."""
    return {"queue": plan.printer.queue}
