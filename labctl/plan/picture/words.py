"""What the picture says of each machine and of each end of a cable."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.plan.model import Interface, Node, Plan
from labctl.plan.picture.candidate import is_for_candidate
from labctl.plan.picture.layout import Unit
from labctl.plan.wording import describe_address
from labctl.plan.words import Note
from labctl.spec.reserved import MAC_PREFIX
from labctl.spec.topology import End

MOST_LINES = 3
Notes = tuple[Note, ...]


def describe_box(plan: Plan, node: Node, notes: Notes) -> tuple[str, ...]:
    """Return the lines of a machine: its addresses, its user, the MAC of a real card."""
    if node.name == plan.internet.node:
        if is_for_candidate(plan):
            return ()
        return (
            _("DNS %(address)s") % {"address": plan.internet.dns},
            _("témoin %(address)s") % {"address": plan.internet.canary},
        )
    lines = [words for _card, words in _addresses(plan, node)]
    lines += [note.words for note in notes if note.about == node.name]
    lines += [card.mac for card in node.interfaces if not card.mac.startswith(MAC_PREFIX)]
    return tuple(lines[:MOST_LINES])


def describe_strip(plan: Plan, node: Node, notes: Notes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what a machine with ports says beside its name, and its addresses by segment."""
    mine = [note for note in notes if note.about == node.name]
    found = [(card.segment, words) for card, words in _addresses(plan, node)]
    found += [(note.segment, note.words) for note in mine if note.segment]
    return ", ".join(note.words for note in mine if not note.segment), tuple(found)


def _addresses(plan: Plan, node: Node) -> Iterator[tuple[Interface, str]]:
    """Yield the cards of a machine that have an address, or get one, and the words for it."""
    told = [(card, describe_address(plan, node, card)) for card in node.interfaces]
    told = [(card, words) for card, words in told if words != "—"]
    for card, words in told:
        yield card, f"{card.name} {words}" if len(node.interfaces) > 1 else words


def label_of(plan: Plan, unit: Unit, end: End) -> str:
    """Return what is written at an end of a cable: the label of a port, or which card it is."""
    if unit.plugs:
        return ""
    if end.node == plan.internet.node:
        return "WAN" if is_for_candidate(plan) else f"WAN {plan.internet.wan}"
    ports = plan.nodes[end.node].ports
    if ports:
        return next((port.label for port in ports if port.card == end.interface), "")
    is_alone = len(unit.node.interfaces) == 1
    return "" if unit.ports or is_alone else end.interface
