"""The exam a cahier is for: its référentiel is known, and has the routes and compétences named."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.core.i18n import _
from labctl.spec.referential import Part, Referential
from labctl.spec.rules.view import Finding, View
from labctl.spec.suggest import suggest

_WRITTEN = {
    ("candidat", 16): "partage_16",
    ("candidat", 1): "par_candidat",
    ("jury", 4): "par_jury_4",
}
"""Where a cahier names a resource, by what counts it and how many candidates share it."""


@dataclass(frozen=True, slots=True)
class Exams:
    """The référentiels there are, those that have a grid, and the one that a cahier names.

    ``named`` is None when there is no such référentiel, or it cannot be read.
    """

    known: tuple[str, ...]
    graded: tuple[str, ...]
    named: Referential | None


def find_unknown_referential(view: View, exams: Exams) -> Iterator[Finding]:
    """The référentiel of a cahier is known, and so is its grid."""
    name = view.subject.referential
    if name not in exams.known:
        said = _("référentiel « %(name)s » inconnu") % {"name": name}
        names = ", ".join(exams.known) or "–"
        hint = suggest(name, exams.known) or _("connus : %(names)s") % {"names": names}
        yield Finding(("referentiel",), said, hint)
    elif name not in exams.graded:
        said = _("le référentiel « %(name)s » n'a pas de grille") % {"name": name}
        hint = _("écrivez inventories/grids/%(name)s.yml") % {"name": name}
        yield Finding(("referentiel",), said, hint)


def find_unknown_routes(view: View, exams: Exams) -> Iterator[Finding]:
    """Every route of a cahier is one of its référentiel."""
    if exams.named is None:
        return
    for rank, route in enumerate(view.subject.routes):
        if route not in exams.named.routes:
            said = _("parcours « %(route)s » inconnu du référentiel") % {"route": route}
            hint = _("parcours : %(names)s") % {"names": ", ".join(exams.named.routes)}
            yield Finding(("parcours", rank), said, hint)


def find_unknown_competencies(view: View, exams: Exams) -> Iterator[Finding]:
    """A lot is about compétences of the référentiel."""
    if exams.named is None:
        return
    numbers = tuple(competency.number for competency in exams.named.competencies)
    for rank, lot in enumerate(view.subject.lots):
        for number in lot.competencies:
            if number not in numbers:
                said = _("le lot %(lot)s vise la compétence %(number)s, inconnue du référentiel")
                hint = _("compétences : %(names)s") % {"names": ", ".join(map(str, numbers))}
                path = ("lots", rank, "competences")
                yield Finding(path, said % {"lot": lot.id, "number": number}, hint)


def find_wrong_time(view: View, exams: Exams) -> Iterator[Finding]:
    """The lots of a route fill each phase of its trial exactly."""
    for route, phase, part in _phases(view, exams):
        lots = [lot for lot in view.subject.lots_of(route) if lot.exam_phase == phase]
        total = sum(lot.minutes for lot in lots)
        if total != part.minutes:
            said = _(
                "parcours « %(route)s », phase %(phase)d (%(title)s) : les lots durent"
                " %(total)d min en tout, la phase %(wanted)d min"
            )
            values = {"route": route, "phase": phase, "title": part.title, "total": total}
            path = ("lots", view.subject.lots.index(lots[-1]), "minutes") if lots else ("lots",)
            yield Finding(path, said % {**values, "wanted": part.minutes}, _explain_time(route))


def _explain_time(route: str) -> str:
    hint = _("la durée est celle du parcours « %(route)s », dans le référentiel")
    return hint % {"route": route}


def find_unknown_phases(view: View, exams: Exams) -> Iterator[Finding]:
    """A route has a trial on a bench, and its lots are in phases of it."""
    if exams.named is None:
        return
    for rank, name in enumerate(view.subject.routes):
        route = exams.named.routes.get(name)
        if route is not None and not exams.named.phases(route):
            said = _("le parcours « %(route)s » n'a aucune épreuve sur un banc") % {"route": name}
            yield Finding(("parcours", rank), said)
    counts = {route: phase for route, phase, _part in _phases(view, exams)}
    for rank, lot in enumerate(view.subject.lots):
        for served in lot.routes:
            if served in counts and lot.exam_phase > counts[served]:
                said = _("le parcours « %(route)s » n'a pas de phase %(phase)d")
                values = {"route": served, "phase": lot.exam_phase}
                yield Finding(("lots", rank, "phase"), said % values)


def find_strange_competencies(view: View, exams: Exams) -> Iterator[Finding]:
    """A lot is about what the trial on a bench evaluates, on each of its routes."""
    for name, scope in _scopes(view, exams):
        for rank, lot in enumerate(view.subject.lots):
            for number in lot.competencies if name in lot.routes else ():
                if number in scope or number not in _numbers(exams):
                    continue
                said = _(
                    "le lot %(lot)s vise la compétence %(number)s, que l'épreuve du parcours"
                    " « %(route)s » n'évalue pas"
                )
                hint = _("compétences de cette épreuve : %(names)s")
                yield Finding(
                    ("lots", rank, "competences"),
                    said % {"lot": lot.id, "number": number, "route": name},
                    hint % {"names": ", ".join(map(str, scope))},
                )


def find_forgotten_competencies(view: View, exams: Exams) -> Iterator[Finding]:
    """What the trial on a bench evaluates is in some lot."""
    for name, scope in _scopes(view, exams):
        meant = {number for lot in view.subject.lots_of(name) for number in lot.competencies}
        for number in scope:
            if number not in meant:
                said = _("parcours « %(route)s » : aucun lot ne vise la compétence %(number)s")
                path = ("parcours", view.subject.routes.index(name))
                yield Finding(path, said % {"route": name, "number": number})


def _numbers(exams: Exams) -> tuple[int | str, ...]:
    return tuple(one.number for one in exams.named.competencies) if exams.named else ()


def _scopes(view: View, exams: Exams) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    """Yield the known routes of a cahier, and what their trial on a bench evaluates."""
    official = exams.named
    if official is not None:
        for name in view.subject.routes:
            if name in official.routes:
                yield name, official.scope(official.routes[name], official.practice)


def _phases(view: View, exams: Exams) -> Iterator[tuple[str, int, Part]]:
    """Yield the phases of the known routes of a cahier that have lots, numbered from 1."""
    official = exams.named
    if official is not None:
        for name in view.subject.routes:
            if name in official.routes and view.subject.lots_of(name):
                for phase, part in enumerate(official.phases(official.routes[name]), start=1):
                    yield name, phase, part


def find_wrong_sharing(view: View, exams: Exams) -> Iterator[Finding]:
    """What a cahier says of who shares a resource is what the référentiel says."""
    plateau = exams.named.plateau if exams.named else None
    sharing = view.subject.sharing
    if plateau is None or sharing is None:
        return
    known = {one.name: one for one in plateau.resources}
    for key, names in sharing.model_dump(by_alias=True).items():
        for rank, name in enumerate(names):
            path = ("plateau", key, rank)
            if name not in known:
                said = _("« %(name)s » n'est pas une ressource du référentiel") % {"name": name}
                yield Finding(path, said, suggest(name, known, _("ressources : %(names)s")))
            elif _WRITTEN.get((known[name].each, known[name].shared_by)) != key:
                said = _("« %(name)s » : le référentiel en veut une par %(each)s, pour %(count)d")
                values = {"name": name, "each": known[name].each, "count": known[name].shared_by}
                yield Finding(path, said % values)
