"""What a printer is told: the queue it shares."""

from checks.printing.demand import Printing
from labctl.api import Node, Plan


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return what the start program configures."""
    asked = plan.find(Printing)
    return {"queue": asked.queue if asked else node.hostname}
