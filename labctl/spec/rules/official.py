"""The exam a cahier is for: its référentiel is known, and has the routes and compétences named."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.core.i18n import _
from labctl.spec.referential import Referential
from labctl.spec.rules.view import Finding, View
from labctl.spec.suggest import suggest


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
