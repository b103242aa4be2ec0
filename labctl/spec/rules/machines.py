"""Machines: of a kind that exists, on segments that exist, at addresses that are theirs alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from labctl.core.i18n import _
from labctl.spec.kind import list_cards, list_kinds
from labctl.spec.layout import CardForm
from labctl.spec.loader import Path_
from labctl.spec.rules.naming import judge_mac
from labctl.spec.rules.view import Finding, View, find_doubles, is_outside
from labctl.spec.suggest import suggest
from labctl.spec.survey import find_kind
from labctl.spec.topology import PLACED, usable


def find_unknown_kinds(view: View) -> Iterator[Finding]:
    """A machine is of a kind that has a folder, and that is a machine on its own."""
    for name, machine in view.subject.machines.items():
        for kind in machine.kinds:
            if find_kind(kind) is None:
                known = [one for one in list_kinds() if find_kind(one) is not None]
                said = _("genre de machine « %(name)s » inconnu") % {"name": kind}
                hint = suggest(kind, known, _("genres : %(names)s"))
                yield Finding(("machines", name, "genre"), said, hint)


def find_reserved_names(view: View) -> Iterator[Finding]:
    """No machine has a name of those that labctl adds to a bench."""
    for name in view.subject.machines:
        if name in (*PLACED, "jury") or name.startswith("sonde_"):
            said = _("« %(name)s » est le nom d'une machine de labctl") % {"name": name}
            yield Finding(("machines", name), said, _("choisissez un autre nom"))


def find_unknown_cards(view: View) -> Iterator[Finding]:
    """A card is one of those of the kind."""
    for name, machine in view.subject.machines.items():
        for kind in filter(None, map(find_kind, machine.kinds)):
            known = list_cards(kind)
            for card in machine.cards:
                if card not in known:
                    said = _("un « %(kind)s » n'a pas de carte « %(card)s »")
                    hint = suggest(card, known, _("ses cartes : %(names)s"))
                    values = {"kind": kind.name, "card": card}
                    yield Finding(("machines", name, "cartes", card), said % values, hint)


def find_unknown_segments(view: View) -> Iterator[Finding]:
    """A card is in a segment that exists."""
    for path, _name, card in _cards(view):
        if card.segment not in view.segments:
            said = _("segment « %(name)s » inconnu") % {"name": card.segment}
            yield Finding((*path, "segment"), said, known_segments(view))


def find_addresses_without_network(view: View) -> Iterator[Finding]:
    """No machine has an address in a segment without a network."""
    for path, _name, card in _cards(view):
        segment = view.segments.get(card.segment)
        if segment is not None and segment.network is None and card.host is not None:
            said = _("le segment %(name)s n'a pas de réseau : aucune machine n'y a d'adresse")
            yield Finding((*path, "hote"), said % {"name": card.segment})


def find_outside(view: View) -> Iterator[Finding]:
    """Every host number is one of its network."""
    for path, _name, card in _cards(view):
        network = view.networks.get(card.segment)
        if network is not None and card.host is not None and is_outside(network, card.host):
            said = _("l'hôte %(host)d n'est pas dans %(name)s (%(network)s)")
            values = {"host": card.host, "name": card.segment, "network": network}
            hint = _("hôtes utilisables : %(range)s") % {"range": usable(network)}
            yield Finding((*path, "hote"), said % values, hint)


def find_double_addresses(view: View) -> Iterator[Finding]:
    """No address belongs to two machines."""
    first: dict[IPv4Address, str] = {}
    for fixed in fixed_addresses(view):
        other = first.setdefault(fixed.address, fixed.owner)
        if other != fixed.owner:
            said = _("l'adresse %(address)s de « %(owner)s » est déjà celle de « %(other)s »")
            values = {"address": fixed.address, "owner": fixed.owner, "other": other}
            yield Finding(fixed.path, said % values)


def find_probe_addresses(view: View) -> Iterator[Finding]:
    """The last host of a segment with a gateway is left to labctl's probe."""
    for fixed in fixed_addresses(view):
        if fixed.address == probe_address(view, fixed.segment):
            said = _("l'adresse %(address)s de « %(owner)s » est celle de la sonde de labctl")
            hint = _("la dernière adresse utilisable de chaque segment reste libre")
            values = {"address": fixed.address, "owner": fixed.owner}
            yield Finding(fixed.path, said % values, hint)


def find_double_macs(view: View) -> Iterator[Finding]:
    """No two cards have the same MAC."""
    items = [((*path, "mac"), card.mac) for path, _name, card in _cards(view) if card.mac]
    for path, mac, first in find_doubles(items):
        said = _("« %(name)s » est déjà donné en %(first)s")
        where = ".".join(str(part) for part in first)
        yield Finding(path, said % {"name": mac, "first": where})


def find_bad_macs(view: View) -> Iterator[Finding]:
    """Every card that is named may exist."""
    for path, _name, card in _cards(view):
        if card.mac:
            for said in judge_mac(card.mac):
                yield Finding((*path, "mac"), said)


@dataclass(frozen=True, slots=True)
class Fixed:
    """An address that belongs to a machine, and where the cahier says so."""

    path: Path_
    owner: str
    segment: str
    address: IPv4Address


def fixed_addresses(view: View) -> Iterator[Fixed]:
    """Yield the addresses that belong to a machine; those out of their network are left out."""
    for path, name, card in _cards(view):
        address = None if card.host is None else view.address(card.segment, card.host)
        if address is not None:
            owner = view.subject.machines[name].name
            yield Fixed((*path, "hote"), owner, card.segment, address)


def probe_address(view: View, segment: str) -> IPv4Address | None:
    """Return the address of labctl's probe in a segment, None where it has none."""
    found = view.topology.segments.get(segment)
    return None if found is None or found.probe is None else found.probe.ip


def known_segments(view: View) -> str:
    """Return which segments there are, as a hint says it."""
    return _("segments : %(names)s") % {"names": ", ".join(view.segments)}


def _cards(view: View) -> Iterator[tuple[Path_, str, CardForm]]:
    for name, machine in view.subject.machines.items():
        for card, form in machine.cards.items():
            yield ("machines", name, "cartes", card), name, form
