"""The room: seats, neighbours, kinds of machines that there can be."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.allocation import show_allocation
from labctl.spec.loader import Path_
from labctl.spec.room import Kinds, Seat
from labctl.spec.rules.exam import explain_variants
from labctl.spec.rules.view import Finding, Seating, find_doubles
from labctl.spec.subject import read_routes
from labctl.spec.suggest import suggest
from labctl.spec.survey import find_kind

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


def find_unknown_routes(seating: Seating) -> Iterator[Finding]:
    """A bench is for a route of the cahier."""
    known = read_routes(seating.cahier.tree) if seating.cahier else ()
    for path, seat in _seats(seating):
        if seat.route and known and seat.route not in known:
            said = _("le cahier ne sert pas au parcours « %(route)s »") % {"route": seat.route}
            hint = suggest(seat.route, known, _("parcours : %(names)s"))
            yield Finding((*path, "parcours"), said, hint)


def find_demo_seed(seating: Seating) -> Iterator[Finding]:
    """A public seed only serves a demonstration."""
    document = seating.document
    if document.seed.startswith("demo:") and not seating.rules.is_for_training:
        said = _("la graine « demo: » est publique : elle ne convient pas au fournisseur %(name)s")
        hint = _("écrivez env:VARIABLE ou file:/chemin")
        yield Finding(("graine",), said % {"name": document.provider}, hint)


def find_unknown_kinds(seating: Seating) -> Iterator[Finding]:
    """A room chooses among the kinds that its cahier admits."""
    for path, machine, kind in _choices(seating):
        admitted = seating.kinds.get(machine)
        if admitted is None and seating.cahier is not None:
            said = _("machine « %(name)s » inconnue") % {"name": machine}
            hint = suggest(machine, seating.kinds, _("machines : %(names)s"))
            yield Finding(path, said, hint)
        elif admitted is not None and kind not in admitted:
            said = _("le cahier n'admet pas « %(kind)s » pour « %(name)s »")
            hint = _("genres admis : %(names)s") % {"names": ", ".join(admitted)}
            yield Finding(path, said % {"kind": kind, "name": machine}, hint)


def find_unavailable_kinds(seating: Seating) -> Iterator[Finding]:
    """No bench asks for a machine that its provider cannot make."""
    for path, _machine, name in _choices(seating):
        kind = find_kind(name)
        refused = seating.rules.refuse(kind, seating.document.hosts) if kind else None
        if refused is not None:
            yield Finding(path, refused.message, refused.hint)


def _choices(seating: Seating) -> Iterator[tuple[Path_, str, str]]:
    """Yield the kinds that the room chooses: for all benches, then for each."""
    chosen: list[tuple[Path_, Kinds]] = [((), seating.document.kinds)]
    chosen += [(path, seat.kinds) for path, seat in _seats(seating)]
    for place, kinds in chosen:
        for machine, kind in kinds.items():
            yield (*place, "genres", machine), machine, kind


def _seats(seating: Seating) -> Iterator[tuple[Path_, Seat]]:
    for rank, seat in enumerate(seating.document.seats):
        yield ("bancs", rank), seat
