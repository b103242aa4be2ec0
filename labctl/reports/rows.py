"""The flat view of grade sheets that the table formats share."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from labctl.core import bench
from labctl.core.i18n import _, mark, say_moment
from labctl.core.verdict import Broken, CheckVerdict, Help, Restart, Verdict
from labctl.grade.model import (
    Blocked,
    CompetencySheet,
    CriterionSheet,
    GradeSheet,
    IncidentSheet,
    Mode,
)
from labctl.grade.sheet import is_helped
from labctl.spec.observed import Unread

SIGNS = {
    Verdict.CONFORM: "✓",
    Verdict.NON_CONFORM: "✗",
    Verdict.UNVERIFIABLE: "?",
    Verdict.BLOCKED: "⊘",
    Verdict.NOT_APPLICABLE: "–",
}
"""A sign per verdict: never told by colour alone."""
HELPED = "△"
"""The sign of what conforms after help."""
UNSEEN = "◇"
"""After the label of a check that reads a product in a way no real one has shown."""


NOT_OBSERVED = mark("Demandé, non observé par la machine")
"""Over what a cahier asks and no check reads."""


@dataclass(frozen=True, slots=True)
class Row:
    """One verdict with everything around it."""

    sheet: GradeSheet
    competency: CompetencySheet
    criterion: CriterionSheet
    verdict: CheckVerdict


def name_bench(sheet: GradeSheet) -> str:
    """Return the number of a bench, and that its workstation is a simulation where it is one."""
    return bench.name_bench(sheet.bench, is_simulated=sheet.is_simulated)


def each_row(sheets: Sequence[GradeSheet]) -> Iterator[Row]:
    """Yield every verdict of every bench, in official order."""
    for sheet in sheets:
        for competency in sheet.competencies:
            for criterion in competency.criteria:
                for verdict in criterion.verdicts:
                    yield Row(sheet, competency, criterion, verdict)


def each_unread(sheet: GradeSheet) -> Iterator[tuple[str, Unread]]:
    """Yield what no check reads with its critère, that of no critère last."""
    for competency in sheet.competencies:
        for criterion in competency.criteria:
            yield from ((criterion.id, one) for one in criterion.unread)
    yield from (("", one) for one in sheet.unread)


def name_machines(sheet: GradeSheet) -> GradeSheet:
    """Return a sheet whose labels name the machine, where a check is judged for several.

    The label of a check that reads what no real product has shown yet is marked.
    """
    unseen = frozenset(sheet.provenance.unseen)
    return replace(
        sheet,
        competencies=tuple(
            replace(
                one, criteria=tuple(_name_machines(criterion, unseen) for criterion in one.criteria)
            )
            for one in sheet.competencies
        ),
    )


def _name_machines(criterion: CriterionSheet, unseen: frozenset[str]) -> CriterionSheet:
    several = Counter(verdict.check for verdict in criterion.verdicts)

    def name(verdict: CheckVerdict) -> CheckVerdict:
        machine = f" ({verdict.machine})" if several[verdict.check] > 1 else ""
        is_unseen = not unseen.isdisjoint({verdict.check, f"{verdict.check}@{verdict.machine}"})
        mark_of_it = f" {UNSEEN}" if is_unseen else ""
        return replace(verdict, label=f"{verdict.label}{machine}{mark_of_it}")

    return replace(criterion, verdicts=tuple(map(name, criterion.verdicts)))


def is_training(sheets: Sequence[GradeSheet]) -> bool:
    """Tell whether points may be shown: only when every sheet is a training one."""
    return bool(sheets) and all(sheet.mode is Mode.TRAINING for sheet in sheets)


def observed_criteria(sheets: Sequence[GradeSheet]) -> tuple[str, ...]:
    """Return the critères that a machine saw something of, in official order."""
    found: dict[str, None] = {}
    for row in each_row(sheets):
        found[row.criterion.id] = None
    return tuple(found)


def name_isolation(sheet: GradeSheet) -> str:
    """Return what kept the machines of a bench apart."""
    known = {
        "vm": _("machines virtuelles"),
        "container": _("conteneurs non privilégiés"),
        "namespace": _("espaces de noms (formation)"),
    }
    return known.get(sheet.isolation, sheet.isolation)


def list_notices(sheet: GradeSheet) -> tuple[str, ...]:
    """Return what a reader must know of a run before its facts, a sentence each."""
    known = sheet.provenance
    notices = []
    if known.stamp:
        said = _("Session %(session)s, parcours %(route)s, phase %(exam_phase)d.")
        notices.append(
            said
            % {
                "session": known.stamp.session,
                "route": known.stamp.route,
                "exam_phase": known.stamp.exam_phase,
            }
        )
    notices += map(say_help, known.helps)
    notices += map(_say_broken, known.broken)
    there = [_name_ticket(one) for one in sheet.incidents if one.is_there]
    if there:
        said = _("Pannes sur le banc pendant ce relevé : %(names)s. Des constats peuvent en venir.")
        notices.append(said % {"names": ", ".join(there)})
    if known.partial:
        said = _(
            "Relevé partiel (%(only)s) : %(count)d contrôles du parcours n'ont pas été demandés."
            " Il ne vaut pas un relevé entier."
        )
        only = ", ".join(known.only) or _("il en manque des faits")
        notices.append(said % {"only": only, "count": len(known.outside)})
    if known.unseen:
        said = _(
            "%(sign)s : lu sur un produit que labctl n'a jamais vu en vrai, constat à vérifier à la"
            " main (%(names)s)."
        )
        notices.append(said % {"sign": UNSEEN, "names": ", ".join(known.unseen)})
    if known.source:
        notices.append(_("Jugé à nouveau, d'après les preuves de %(run)s.") % {"run": known.source})
    return (*notices, *_say_restart(known.restart))


def _name_ticket(one: IncidentSheet) -> str:
    return _("ticket %(number)d (%(id)s)") % {"number": one.ticket, "id": one.id}


def say_help(given: Help) -> str:
    """Return who applied a solution, when and why, and what it makes of the verdicts."""
    values = {
        "moment": say_moment(given.at),
        "by": given.by,
        "lot": f"{given.lot} ({given.title})",
        "why": given.reason,
    }
    if not given.lot:
        said = _(
            "Corrigé appliqué le %(moment)s par %(by)s : ce que ce relevé constate n'est pas le"
            " travail du seul candidat. Chaque constat porte « aidé »."
        )
        return said % values
    said = _(
        "Configuration de secours du lot %(lot)s appliquée le %(moment)s par %(by)s : %(why)s."
        " Les constats de ce lot portent « aidé »."
    )
    return said % values


def _say_broken(one: Broken) -> str:
    name = f"{one.check} {one.machine}".rstrip()
    said = _("Livré en état de marche, et qui ne l'est plus : %(check)s, %(label)s (%(why)s).")
    why = one.message or _(one.verdict.value)
    return said % {"check": name, "label": one.label, "why": why}


def _say_restart(restart: Restart | None) -> tuple[str, ...]:
    """Say whether what was done survives a restart, and what does not."""
    if restart is None:
        return (_("Non vérifié après redémarrage."),)
    values = {"names": ", ".join(restart.machines)}
    said = [_("Vérifié après redémarrage (coupure de courant : %(names)s).") % values]
    if restart.lost:
        values = {"checks": ", ".join(restart.lost)}
        said.append(_("Conforme avant, et plus après le redémarrage : %(checks)s.") % values)
    if restart.trouble:
        said.append(restart.trouble)
    return (" ".join(said),)


def explain_blocked(sheet: GradeSheet) -> str:
    """Return how the points of a training sheet were counted where checks are blocked."""
    if sheet.blocked is Blocked.NEUTRAL:
        return _(
            "Points bloqués par l'échec d'un autre contrôle : ils ne comptent pas, les autres font"
            " la note entière."
        )
    return _(
        "Points bloqués par l'échec d'un autre contrôle : ils sont en attente, ni acquis ni perdus."
    )


def list_outside(sheet: GradeSheet, criterion: str) -> tuple[str, ...]:
    """Return the checks of a critère that a partial run does not judge."""
    outside = sheet.provenance.outside
    return tuple(check.check for check in outside if check.criterion == criterion)


def tally(verdicts: Sequence[CheckVerdict]) -> str:
    """Return ``3✓ 1✗`` for one cell of a table: how many of each, never a ratio.

    What conforms after help is counted apart.
    """
    found = Counter(_sign(verdict) for verdict in verdicts)
    signs = (SIGNS[Verdict.CONFORM], HELPED, *list(SIGNS.values())[1:])
    return " ".join(f"{found[sign]}{sign}" for sign in signs if found[sign])


def _sign(verdict: CheckVerdict) -> str:
    return HELPED if is_helped(verdict) else SIGNS[verdict.verdict]
