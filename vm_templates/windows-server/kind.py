"""What a Windows domain controller is promoted with."""

from labctl.api import Node, Plan


def domain(plan: Plan, _node: Node) -> str:
    """Return the domain that it holds."""
    return plan.directory.domain


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return the domain, and the card that has its address."""
    card = node.interfaces[0]
    if card.address is None:
        return {}
    return {
        "domain": {
            "name": plan.directory.domain,
            "netbios": plan.directory.netbios,
            "mac": card.mac,
            "address": str(card.address.ip),
            "prefix": card.address.network.prefixlen,
            "gateway": str(card.gateway),
        }
    }


def certificate_names(plan: Plan, _node: Node) -> tuple[str, ...]:
    """Return the name of the domain, by which clients look for its directory."""
    return (plan.directory.domain,)
