"""What the simulated Windows comes with from the shop."""

from checks.software.demand import Programs
from labctl.api import Node, Plan


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return the programs that the subject wants removed: it is sold with them."""
    programs = plan.find(Programs)
    return {"preinstalled": programs.removed if programs and node.name in programs.on else ()}
