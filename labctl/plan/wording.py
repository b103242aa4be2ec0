"""The French words for what a plan holds."""

from labctl.core.i18n import mark
from labctl.plan.model import Interface, Node, Plan
from labctl.spec.kind import load_kind
from labctl.spec.topology import INTERNET, End, NodeState

STATES = {
    NodeState.EXISTING: mark("existant"),
    NodeState.TO_CONFIGURE: mark("à configurer"),
    NodeState.SHARED: mark("partagée"),
    NodeState.OBSERVER: mark("observateur"),
}


def name_kind(node: Node) -> str:
    """Return what a machine of this kind is called, in the language that is spoken."""
    words = load_kind(node.kind).words
    return str(words) if words else node.kind


def describe_address(plan: Plan, node: Node, card: Interface) -> str:
    """Return the address of a card as a subject writes it: fixed, or by DHCP."""
    if card.address is None:
        is_client = bool(card.segment) and load_kind(node.kind).ports is None
        return "DHCP" if is_client or _is_upstream(plan, node, card) else "—"
    return str(card.address)


def _is_upstream(plan: Plan, node: Node, card: Interface) -> bool:
    """Tell whether a card is cabled to the upstream, which gives addresses."""
    end = End(node.name, card.name)
    return any(
        INTERNET in (link.a.node, link.b.node) for link in plan.links if end in (link.a, link.b)
    )


def or_dash(value: object) -> str:
    """Return the text of a value, a dash when there is none."""
    return "—" if value in (None, "") else str(value)
