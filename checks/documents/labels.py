"""Labels of cables."""

from labctl.api import NodeName, Plan


def find_label(plan: Plan, node: NodeName) -> str:
    """Return the label of the cable that a machine is plugged in by, empty when it has none."""
    labels = {
        (one.name, port.card): port.label for one in plan.nodes.values() for port in one.ports
    }
    for link in plan.links:
        for end, other in ((link.a, link.b), (link.b, link.a)):
            label = labels.get((other.node, other.interface), "")
            if end.node == node and label:
                return label
    return ""
