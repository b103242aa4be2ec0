"""The room: seats, neighbours, cards and keys that differ."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.allocation import show_allocation
from labctl.spec.kind import find_desks, load_kind
from labctl.spec.loader import Path_
from labctl.spec.login import alike
from labctl.spec.room import Seat
from labctl.spec.rules.exam import explain_variants
from labctl.spec.rules.naming import judge_mac
from labctl.spec.rules.view import Finding, Seating, find_doubles
from labctl.spec.suggest import suggest

JURY_MAX = 4
ENOUGH_VARIANTS = 3
"""Variants from which on neighbours are refused the same one; a training room may have fewer."""


def find_double_numbers(seating: Seating) -> Iterator[Finding]:
    """No two benches have the same number."""
    items = [((*path, "num"), seat.number) for path, seat in _seats(seating)]
    for path, number, _first in find_doubles(items):
        yield Finding(path, _("le banc %(number)s est déjà défini") % {"number": number})


def find_double_places(seating: Seating) -> Iterator[Finding]:
    """No two benches are at the same place."""
    items = [(path, (seat.row, seat.column)) for path, seat in _seats(seating)]
    for path, place, _first in find_doubles(items):
        yield Finding(
            path, _("un autre banc est déjà à cette place : %(place)s") % {"place": place}
        )


def find_outside_grid(seating: Seating) -> Iterator[Finding]:
    """Every bench is on the grid."""
    grid = seating.document.grid
    for path, seat in _seats(seating):
        if seat.row >= grid.rows or seat.column >= grid.columns:
            said = _("le banc %(number)d est hors de la grille de %(rows)d × %(columns)d")
            values = {"number": seat.number, "rows": grid.rows, "columns": grid.columns}
            hint = _("rangs et colonnes commencent à 0")
            yield Finding(path, said % values, hint)


def find_alike_neighbours(seating: Seating) -> Iterator[Finding]:
    """No two neighbours have the same variant, where there are three to choose from."""
    if _count_variants(seating) < ENOUGH_VARIANTS:
        return
    for path, other, seat in _alike_neighbours(seating):
        said = _("les bancs voisins %(a)d et %(b)d ont la même variante %(variant)s")
        values = {"a": other.number, "b": seat.number, "variant": seating.document.variant_of(seat)}
        yield Finding(path, said % values)


def find_alternation(seating: Seating) -> Iterator[Finding]:
    """Two variants may alternate: of one alone there is nothing to say."""
    count = sum(1 for _pair in _alike_neighbours(seating))
    if count and _count_variants(seating) == ENOUGH_VARIANTS - 1:
        said = _("%(count)d fois, deux bancs voisins ont la même variante") % {"count": count}
        shown = show_allocation(sorted(_known_variants(seating)))
        yield Finding(("allocation",), said, _("%(shown)s les alterne") % {"shown": shown})


def _alike_neighbours(seating: Seating) -> Iterator[tuple[Path_, Seat, Seat]]:
    """Yield the benches side by side, or one behind the other, that have the same variant."""
    variant_of = seating.document.variant_of
    at = {(seat.row, seat.column): seat for _path, seat in _seats(seating)}
    for path, seat in _seats(seating):
        for place in ((seat.row - 1, seat.column), (seat.row, seat.column - 1)):
            other = at.get(place)
            if other is not None and variant_of(seat) == variant_of(other):
                yield path, other, seat


def _count_variants(seating: Seating) -> int:
    return len(_known_variants(seating))


def _known_variants(seating: Seating) -> frozenset[str]:
    """Return the variants of the cahier; where it is not known, those that the room names."""
    imposed = [seat.variant for _path, seat in _seats(seating) if seat.variant is not None]
    return frozenset(seating.variants or (*seating.document.allocation.names, *imposed))


def find_unknown_variants(seating: Seating) -> Iterator[Finding]:
    """The room only hands out variants of its cahier."""
    if not seating.variants:
        return
    hint = explain_variants(seating.variants)
    said = _("variante « %(name)s » inconnue")
    for name in seating.document.allocation.names:
        if name not in seating.variants:
            yield Finding(("allocation",), said % {"name": name}, hint)
    for path, seat in _seats(seating):
        if seat.variant is not None and seat.variant not in seating.variants:
            yield Finding((*path, "variante"), said % {"name": seat.variant}, hint)


def find_unknown_cahier(seating: Seating) -> Iterator[Finding]:
    """The room names a cahier that exists."""
    name = seating.document.cahier
    if seating.cahiers is not None and name not in seating.cahiers:
        hint = suggest(name, seating.cahiers, _("cahiers : %(names)s"))
        yield Finding(("cahier",), _("cahier « %(name)s » inconnu") % {"name": name}, hint)


def find_other_cahier(seating: Seating) -> Iterator[Finding]:
    """The room is for this cahier."""
    if seating.cahier_id and seating.document.cahier != seating.cahier_id:
        said = _("la salle est prévue pour le cahier « %(wanted)s », pas pour « %(found)s »")
        values = {"wanted": seating.document.cahier, "found": seating.cahier_id}
        hint = _("écrivez « id: %(wanted)s » dans le cahier, ou « cahier: %(found)s » ici")
        yield Finding(("cahier",), said % values, hint % values)


def find_double_macs(seating: Seating) -> Iterator[Finding]:
    """No two cards have the same MAC."""
    for path, mac, first in find_doubles(_macs(seating)):
        said = _("l'adresse MAC %(mac)s est déjà donnée en %(first)s")
        where = ".".join(str(part) for part in first)
        yield Finding(path, said % {"mac": mac, "first": where})


def find_bad_macs(seating: Seating) -> Iterator[Finding]:
    """Every MAC is that of one card, and none is labctl's own."""
    for path, mac in _macs(seating):
        yield from judge_mac(path, mac)


def find_double_keys(seating: Seating) -> Iterator[Finding]:
    """No two benches admit the same USB key."""
    serials = {(*path, "serie_cle_usb"): seat.usb_serial for path, seat in _seats(seating)}
    for path, _serial, _first in find_doubles((p, alike(s)) for p, s in serials.items()):
        said = _("la clé USB « %(serial)s » est déjà celle d'un autre banc")
        yield Finding(path, said % {"serial": serials[path]})


def find_double_tablets(seating: Seating) -> Iterator[Finding]:
    """No two tablets have the same name: each is another card."""
    tablets = seating.document.tablets
    items = [(("tablettes_jury", i, "nom"), alike(t.name)) for i, t in enumerate(tablets)]
    for path, _name, first in find_doubles(items):
        said = _("la tablette « %(name)s » est déjà définie") % {
            "name": tablets[int(first[1])].name
        }
        yield Finding(path, said)


def find_unknown_tablets(seating: Seating) -> Iterator[Finding]:
    """Every bench is judged with a tablet of the room."""
    known = [tablet.name for tablet in seating.document.tablets]
    for path, seat in _seats(seating):
        if seat.tablet not in known:
            said = _("tablette « %(name)s » inconnue") % {"name": seat.tablet}
            hint = _("tablettes : %(names)s") % {"names": ", ".join(known)}
            yield Finding((*path, "tablette"), said, hint)


def find_busy_tablets(seating: Seating) -> Iterator[Finding]:
    """A tablet, and its jury, serve four candidates at most (annexe 1)."""
    for rank, tablet in enumerate(seating.document.tablets):
        served = sum(seat.tablet == tablet.name for _path, seat in _seats(seating))
        if served > JURY_MAX:
            said = _("la tablette « %(name)s » sert %(count)d bancs : %(max)d au plus (annexe 1)")
            values = {"name": tablet.name, "count": served, "max": JURY_MAX}
            yield Finding(("tablettes_jury", rank), said % values)


def find_demo_seed(seating: Seating) -> Iterator[Finding]:
    """A public seed only serves a demonstration."""
    document = seating.document
    if document.seed.startswith("demo:") and not seating.rules.is_for_training:
        said = _("la graine « demo: » est publique : elle ne convient pas au fournisseur %(name)s")
        hint = _("écrivez env:VARIABLE ou file:/chemin")
        yield Finding(("graine",), said % {"name": document.provider}, hint)


def find_unavailable_workstations(seating: Seating) -> Iterator[Finding]:
    """No bench asks for a workstation that its provider cannot make."""
    document, hosts = seating.document, seating.document.hosts
    desks = find_desks()
    refused = seating.rules.refuse(load_kind(desks[document.workstation]), hosts)
    if refused is not None:
        yield Finding(("poste",), refused.message, refused.hint)
    for path, seat in _seats(seating):
        if seat.workstation is not None:
            refused = seating.rules.refuse(load_kind(desks[seat.workstation]), hosts)
            if refused is not None:
                yield Finding((*path, "poste"), refused.message, refused.hint)


def find_windows_without_a_subject(seating: Seating) -> Iterator[Finding]:
    """No bench asks for a Windows of which the cahier says nothing."""
    if not seating.missing_windows:
        return
    names = ", ".join(f"poste.{name}" for name in seating.missing_windows)
    said = _("le cahier ne dit rien d'un poste sous Windows : il manque %(names)s")
    hint = _("complétez le cahier, ou écrivez linux")
    desks = find_desks()
    if "windows" in load_kind(desks[seating.document.workstation]).faces:
        yield Finding(("poste",), said % {"names": names}, hint)
    for path, seat in _seats(seating):
        if seat.workstation and "windows" in load_kind(desks[seat.workstation]).faces:
            yield Finding((*path, "poste"), said % {"names": names}, hint)


def _seats(seating: Seating) -> Iterator[tuple[Path_, Seat]]:
    for rank, seat in enumerate(seating.document.seats):
        yield ("bancs", rank), seat


def _macs(seating: Seating) -> Iterator[tuple[Path_, str]]:
    yield ("imprimante", "mac"), seating.document.printer.mac
    for rank, tablet in enumerate(seating.document.tablets):
        yield ("tablettes_jury", rank, "mac"), tablet.mac
    for path, seat in _seats(seating):
        yield (*path, "mac_point_acces"), seat.ap_mac
        yield (*path, "mac_wifi_poste"), seat.wifi_mac
