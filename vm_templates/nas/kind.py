"""What a file server is told: the domain it is a member of, the page it serves."""

from checks.directory.demand import Directory
from checks.intranet.demand import Intranet
from labctl.api import Node, Plan, derive_domain_sid


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return what the start program configures; without a directory it is a member of none."""
    page = {"intranet": _find_page(plan, node), "company": plan.company}
    directory = plan.find(Directory)
    if directory is None:
        return page
    controller = plan.nodes[directory.on]
    address = controller.interfaces[0].address
    return page | {
        "netbios": directory.netbios,
        "sid": derive_domain_sid(directory.domain),
        "controller": controller.hostname,
        "controller_address": str(address.ip if address else None),
    }


def certificate_names(plan: Plan, node: Node) -> tuple[str, ...]:
    """Return the name of the intranet page, when it serves one."""
    page = _find_page(plan, node)
    return (page,) if page else ()


def _find_page(plan: Plan, node: Node) -> str:
    intranet = plan.find(Intranet)
    return intranet.host if intranet and intranet.on == node.name else ""
