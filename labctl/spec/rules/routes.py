"""The routes of a cahier: each has its lots, and says what becomes of every block."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View
from labctl.spec.suggest import suggest

_KEYS = {"in_place": "en_place", "unasked": "non_demande", "broken": "en_panne"}
"""What a route may say of blocks that none of its lots asks for."""


def find_unknown_routes(view: View) -> Iterator[Finding]:
    """A lot is for routes of the cahier; every route has a lot."""
    known = view.subject.routes
    served: set[str] = set()
    for rank, lot in enumerate(view.subject.lots):
        served.update(lot.routes)
        for route in lot.routes:
            if route not in known:
                said = _("le lot %(lot)s est pour « %(route)s », absent de « parcours »")
                path = ("lots", rank, "parcours")
                yield Finding(path, said % {"lot": lot.id, "route": route})
    for route in view.subject.starts:
        if route not in known:
            said = _("« depart » parle de « %(route)s », absent de « parcours »")
            hint = suggest(route, known, _("parcours : %(names)s"))
            yield Finding(("depart", route), said % {"route": route}, hint)
    for rank, route in enumerate(known):
        if route not in served:
            said = _("aucun lot n'est pour le parcours « %(route)s »") % {"route": route}
            yield Finding(("parcours", rank), said)


def find_unknown_blocks(view: View) -> Iterator[Finding]:
    """A lot asks for blocks of the cahier, and a route is delivered such blocks."""
    for path, block in _named(view):
        if block not in view.blocks:
            said = _("« %(block)s » n'est pas un bloc de ce cahier") % {"block": block}
            yield Finding(path, said, suggest(block, view.blocks, _("blocs : %(names)s")))


def find_double_blocks(view: View) -> Iterator[Finding]:
    """On one route, a block is in one lot, or delivered, or not asked for."""
    for route in view.subject.routes:
        places: dict[str, str] = {}
        for path, block, place in _named_on(view, route):
            if block in places:
                said = _("parcours « %(route)s » : « %(block)s » est déjà dans %(place)s")
                values = {"route": route, "block": block, "place": places[block]}
                yield Finding(path, said % values)
            places.setdefault(block, place)


def find_unplaced_blocks(view: View) -> Iterator[Finding]:
    """Every route says of every block whether it is asked for, and in which lot."""
    for route in view.subject.routes:
        placed = {block for _path, block, _place in _named_on(view, route)}
        for block in view.blocks if placed else ():
            if block not in placed:
                said = _("le parcours « %(route)s » ne dit pas ce que devient « %(block)s »")
                values = {"route": route, "block": block}
                hint = _(
                    "ajoutez-le aux « blocs » d'un lot de ce parcours, ou à « en_place » ou"
                    " « non_demande » de depart.%(route)s"
                )
                yield Finding((block,), said % values, hint % values)


def find_broken_blocks(view: View) -> Iterator[Finding]:
    """Nothing is delivered broken: an incident is drawn for each bench, and its clock is known."""
    for route, start in view.subject.starts.items():
        if start.broken:
            said = _("un bloc n'est pas livré en panne : une panne s'injecte, et son temps compte")
            hint = _("livrez-le « en_place », puis « labctl incident draw » et « inject »")
            yield Finding(("depart", route, "en_panne"), said, hint)


def _named(view: View) -> Iterator[tuple[Path_, str]]:
    """Yield every block that is named, once for each place."""
    for rank, lot in enumerate(view.subject.lots):
        for place, block in enumerate(lot.blocks):
            yield ("lots", rank, "blocs", place), block
    for route in view.subject.starts:
        for path, block, _place in _list_starts(view, route):
            yield path, block


def _named_on(view: View, route: str) -> Iterator[tuple[Path_, str, str]]:
    """Yield the blocks that a route names: where, which, and in which lot or list it is."""
    for rank, lot in enumerate(view.subject.lots):
        for place, block in enumerate(lot.blocks if route in lot.routes else ()):
            said = _("le lot %(lot)s") % {"lot": lot.id}
            yield ("lots", rank, "blocs", place), block, said
    yield from _list_starts(view, route)


def _list_starts(view: View, route: str) -> Iterator[tuple[Path_, str, str]]:
    start = view.subject.start_of(route)
    for field, name in _KEYS.items():
        for place, block in enumerate(getattr(start, field)):
            yield ("depart", route, name, place), block, f"« {name} »"
