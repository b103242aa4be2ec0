"""What a Windows domain controller is installed and promoted with."""

from checks.directory.demand import Directory
from checks.installation.answers import answer as answer_installation
from checks.storage.answers import answer as answer_storage
from labctl.api import Node, Plan


def domain(plan: Plan, _node: Node) -> str:
    """Return the domain that it holds."""
    return plan.demand(Directory).domain


def answers(plan: Plan) -> dict[str, str]:
    """Return what its answer files say, of the subject."""
    return answer_installation(plan) | answer_storage(plan)


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    """Return what its answer files say, the domain, and the card that has its address."""
    card = node.interfaces[0]
    if card.address is None:
        return {"answers": answers(plan)}
    return {
        "answers": answers(plan),
        "domain": {
            "name": plan.domain,
            "netbios": plan.demand(Directory).netbios,
            "mac": card.mac,
            "address": str(card.address.ip),
            "prefix": card.address.network.prefixlen,
            "gateway": str(card.gateway),
        },
    }


def certificate_names(plan: Plan, _node: Node) -> tuple[str, ...]:
    """Return the name of the domain, by which clients look for its directory."""
    return (plan.domain,)
