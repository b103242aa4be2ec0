"""From a topology as it is written to its networks, machines and cables.

What cannot be understood is left out, and told of by ``labctl.spec.rules.layout``: a plan is made
of a cahier without such mistakes.
"""

from collections.abc import Mapping

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.spec.kind import Kind, list_cards, load_kind
from labctl.spec.layout import CableForm, CardForm, Layout, MachineForm, SegmentForm
from labctl.spec.suggest import suggest
from labctl.spec.topology import (
    PLACED,
    Cable,
    Card,
    End,
    Machine,
    Medium,
    NodeState,
    Segment,
    Topology,
    address_of,
    probe_address,
)


class Unplugged(ValueError):
    """An end of a cable that leads nowhere, and what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def build_topology(layout: Layout, kinds: Mapping[str, str]) -> Topology:
    """Return the topology of a cahier; ``kinds`` are those that a room chose, by machine."""
    segments = {name: _segment(name, form) for name, form in layout.segments.items()}
    machines = {
        NodeName(name): _machine(name, form, pick_kind(form, kinds.get(name, "")), segments)
        for name, form in layout.machines.items()
    }
    cables = (build_cable(form, machines) for form in layout.cables)
    return Topology(segments, machines, tuple(cable for cable in cables if cable is not None))


def pick_kind(form: MachineForm, chosen: str) -> str:
    """Return the kind that a room chose for a machine, the first that it may be otherwise."""
    return chosen if chosen in form.kinds else form.kinds[0]


def find_kind(name: str) -> Kind | None:
    """Return a kind that a cahier may name, None when there is none.

    Labctl's own observers, and kinds that are only layers of others, have no place in a cahier.
    """
    try:
        kind = load_kind(name)
    except ProviderError:
        return None
    return None if kind.is_observer or kind.words is None else kind


def _segment(name: str, form: SegmentForm) -> Segment:
    gateway = address_of(form.network, form.gateway)
    probe = None if form.network is None or gateway is None else probe_address(form.network)
    return Segment(
        *(name, form.usage, form.vid or 0, form.network), gateway.ip if gateway else None, probe
    )


def _machine(name: str, form: MachineForm, kind: str, segments: Mapping[str, Segment]) -> Machine:
    known = find_kind(kind)
    names = tuple(form.cards) if known is None else list_cards(known)
    cards = {card: _card(form.cards.get(card), segments) for card in names}
    numbered = known.ports.card if known and known.ports else ""
    return Machine(NodeName(name), kind, form.name, NodeState(form.state), cards, numbered)


def _card(form: CardForm | None, segments: Mapping[str, Segment]) -> Card:
    if form is None or form.segment not in segments:
        return Card()
    address = address_of(segments[form.segment].network, form.host)
    return Card(form.segment, address, form.mac or "")


def build_cable(form: CableForm, machines: Mapping[NodeName, Machine]) -> Cable | None:
    """Return a cable, None when one of its ends leads nowhere."""
    try:
        a, b = (find_end(place, machines) for place in form.between)
    except Unplugged:
        return None
    return Cable(
        *(form.name, a, b),
        untagged=_untagged(form),
        tagged=form.segments if form.is_trunk else (),
        medium=Medium(form.medium),
        guests=tuple(NodeName(name) for name in form.carries if name in machines),
        label=form.label or "",
    )


def _untagged(form: CableForm) -> str:
    if form.is_trunk:
        return form.native or ""
    return form.segments[0] if form.segments else ""


def find_end(place: str, machines: Mapping[NodeName, Machine]) -> End:
    """Return the end of a cable that a cahier names; Unplugged when it leads nowhere.

    A port is the name of a card, or its rank among the numbered ones of its kind; a machine that
    has one card alone needs none.
    """
    name, _dot, port = place.partition(".")
    node = NodeName(name)
    if node in PLACED and not port:
        return End(node, "")
    if node in PLACED:
        raise Unplugged(
            _("« %(name)s » n'a pas de port à choisir") % {"name": name},
            _("écrivez « %(name)s » : labctl numérote ses cartes") % {"name": name},
        )
    if node not in machines:
        known = (*machines, *PLACED)
        said = _("machine « %(name)s » inconnue") % {"name": name}
        raise Unplugged(said, suggest(name, known, _("machines : %(names)s")))
    return End(node, _find_card(machines[node], port))


def _find_card(machine: Machine, port: str) -> str:
    cards = tuple(machine.cards)
    if port in cards:
        return port
    if not port and len(cards) == 1:
        return cards[0]
    if machine.numbered and port.isdecimal() and len(port) < 4:
        numbered = machine.numbered.format(n=int(port))
        if numbered in cards:
            return numbered
    kind = find_kind(machine.kind)
    if kind is None:  # told where it is named
        return port
    hint = _("ses ports : %(names)s") % {"names": _list_ports(kind)}
    if not port:
        raise Unplugged(
            _("« %(name)s » a plusieurs cartes : laquelle ?") % {"name": machine.name}, hint
        )
    said = _("« %(name)s » n'a pas de port « %(port)s »")
    raise Unplugged(said % {"name": machine.name, "port": port}, hint)


def _list_ports(kind: Kind) -> str:
    numbered = () if kind.ports is None else (f"1–{kind.ports.count}",)
    return ", ".join((*kind.cards, *numbered))
