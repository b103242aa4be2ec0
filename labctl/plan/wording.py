"""The French words for what a plan holds."""

from labctl.core.i18n import mark
from labctl.plan.model import Interface, Node, Plan
from labctl.spec.kind import load_kind
from labctl.spec.topology import NodeState

STATES = {
    NodeState.EXISTING: mark("existant"),
    NodeState.TO_CONFIGURE: mark("à configurer"),
    NodeState.SHARED: mark("partagée"),
    NodeState.OBSERVER: mark("observateur"),
}


def name_kind(node: Node) -> str:
    """Return what a machine of this kind is called, in the language that is spoken."""
    words = load_kind(node.role).words
    return str(words) if words else node.role


def describe_address(plan: Plan, node: Node, card: Interface) -> str:
    """Return the address of a card as a subject writes it: fixed, reserved, or by DHCP."""
    reserved = {reservation.node for reservation in plan.router.reservations}
    if card.address is None:
        by_dhcp = node.name == plan.workstation.node or card.name == plan.router.wan_interface
        return "DHCP" if by_dhcp else "—"
    return f"{card.address.ip} (DHCP)" if node.name in reserved else str(card.address)


def or_dash(value: object) -> str:
    """Return the text of a value, a dash when there is none."""
    return "—" if value in (None, "") else str(value)
