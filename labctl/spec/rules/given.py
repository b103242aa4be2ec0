"""What a room gives: all that the cahier wants, well formed, shared by no more than it admits."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.loader import Path_
from labctl.spec.room import Seat
from labctl.spec.rules.naming import judge_mac
from labctl.spec.rules.view import Finding, Seating, find_doubles
from labctl.spec.suggest import suggest
from labctl.spec.wanted import Values


def find_unknown_groups(seating: Seating) -> Iterator[Finding]:
    """A bench is in a group of the room."""
    known = tuple(seating.document.groups)
    for rank, seat in enumerate(seating.document.seats):
        if seat.group is not None and seat.group not in known:
            said = _("groupe « %(name)s » inconnu") % {"name": seat.group}
            hint = suggest(seat.group, known, _("groupes : %(names)s"))
            yield Finding(("bancs", rank, "groupe"), said, hint)


def find_missing_values(seating: Seating) -> Iterator[Finding]:
    """Each bench is given what its cahier wants of it."""
    for rank, seat in enumerate(seating.document.seats):
        given = seating.document.values_of(seat)
        for name, wanted in seating.wanted.items():
            if name not in given:
                hint = _("écrivez valeurs: {%(name)s: …} au banc, à son groupe ou à la salle")
                said = wanted.explain_missing(name, seat.number)
                yield Finding(("bancs", rank), said, hint % {"name": name})


def find_unknown_values(seating: Seating) -> Iterator[Finding]:
    """The cahier wants each value that the room gives."""
    for place, values in _places(seating):
        for name in values if seating.cahier is not None else ():
            if name not in seating.wanted:
                said = _("le cahier n'attend pas de valeur « %(name)s »") % {"name": name}
                hint = suggest(name, seating.wanted, _("valeurs attendues : %(names)s"))
                yield Finding((*place, name), said, hint)


def find_wrong_values(seating: Seating) -> Iterator[Finding]:
    """Each value is of the kind that the cahier says."""
    for path, name, value in _values(seating):
        try:
            seating.wanted[name].read(value)
        except ValueError as exc:
            yield Finding(path, f"« {name} » : {exc}")


def find_shared_values(seating: Seating) -> Iterator[Finding]:
    """No more benches have the same value than the cahier admits."""
    for name, wanted in seating.wanted.items():
        sharing: dict[str, list[tuple[Path_, Seat]]] = {}
        for seat in seating.document.seats:
            found = seating.document.values_of(seat).get(name)
            if found is not None:
                sharing.setdefault(str(found[1]).casefold(), []).append((found[0], seat))
        for value, seats in sharing.items():
            if len(seats) > wanted.shared_by:
                said = _("« %(name)s » vaut %(value)s sur %(count)d bancs : %(max)d au plus")
                values = {"name": name, "value": value, "count": len(seats)}
                path = seats[wanted.shared_by][0]
                hint = _("un appareil de plus pour ces bancs : donnez-leur une autre valeur")
                yield Finding(path, said % {**values, "max": wanted.shared_by}, hint)


def find_double_macs(seating: Seating) -> Iterator[Finding]:
    """No two cards have the same MAC."""
    for path, mac, first in find_doubles(_macs(seating)):
        if path[-1] != first[-1]:  # of one name, how many may share it is told of
            said = _("l'adresse MAC %(mac)s est déjà donnée en %(first)s")
            where = ".".join(str(part) for part in first)
            yield Finding(path, said % {"mac": mac, "first": where})


def find_bad_macs(seating: Seating) -> Iterator[Finding]:
    """Every MAC is that of one card, and none is labctl's own."""
    for path, mac in _macs(seating):
        for said in judge_mac(mac):
            yield Finding(path, said)


def _places(seating: Seating) -> Iterator[tuple[Path_, Values]]:
    """Yield where values are given."""
    document = seating.document
    yield ("valeurs",), document.values
    for name, group in document.groups.items():
        yield ("groupes", name, "valeurs"), group.values
    for rank, seat in enumerate(document.seats):
        yield ("bancs", rank, "valeurs"), seat.values


def _values(seating: Seating) -> Iterator[tuple[Path_, str, str | int]]:
    """Yield the values that the cahier wants."""
    for place, values in _places(seating):
        for name, value in values.items():
            if name in seating.wanted:
                yield (*place, name), name, value


def _macs(seating: Seating) -> Iterator[tuple[Path_, str]]:
    """Yield the well-formed MACs, in small letters."""
    known = ((path, seating.wanted[name], value) for path, name, value in _values(seating))
    for path, wanted, value in (one for one in known if one[1].kind == "mac"):
        try:
            yield path, str(wanted.read(value))
        except ValueError:
            continue  # told of as a wrong value
