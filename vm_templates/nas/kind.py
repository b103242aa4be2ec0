"""What a member of the domain is told: its domain, its controller, the page it serves."""

from labctl.api import Node, Plan, derive_domain_sid


def parameters(plan: Plan, _node: Node) -> dict[str, object]:
    """Return what the start program configures."""
    controller = plan.nodes[plan.directory.node]
    address = controller.interfaces[0].address
    return {
        "netbios": plan.directory.netbios,
        "sid": derive_domain_sid(plan.directory.domain),
        "controller": controller.hostname,
        "controller_address": str(address.ip if address else None),
        "intranet": plan.files.intranet,
        "company": plan.company,
    }


def certificate_names(plan: Plan, _node: Node) -> tuple[str, ...]:
    """Return the name of the intranet page, when the subject has one."""
    return (plan.files.intranet,) if plan.files.intranet else ()
