"""The flat view of grade sheets that the table formats share."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labctl.core.i18n import _
from labctl.core.kind import Kind
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import CompetencySheet, CriterionSheet, GradeSheet, Mode

SIGNS = {
    Verdict.CONFORM: "✓",
    Verdict.NON_CONFORM: "✗",
    Verdict.UNVERIFIABLE: "?",
    Verdict.BLOCKED: "⊘",
    Verdict.NOT_APPLICABLE: "–",
}
"""A sign per verdict: never told by colour alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One verdict with everything around it."""

    sheet: GradeSheet
    competency: CompetencySheet
    criterion: CriterionSheet
    verdict: CheckVerdict


def name_bench(sheet: GradeSheet) -> str:
    """Return the number of a bench, and that its workstation is a simulation where it is one."""
    number = f"{sheet.bench:02d}"
    if sheet.workstation is not Kind.SIMULATED:
        return number
    said = _("poste simulé")
    return f"{number} ({said})"


def each_row(sheets: Sequence[GradeSheet]) -> Iterator[Row]:
    """Yield every verdict of every bench, in official order."""
    for sheet in sheets:
        for competency in sheet.competencies:
            for criterion in competency.criteria:
                for verdict in criterion.verdicts:
                    yield Row(sheet, competency, criterion, verdict)


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
    return _("machines virtuelles") if sheet.isolation == "vm" else _("espaces de noms (formation)")


def tally(verdicts: Sequence[CheckVerdict]) -> str:
    """Return ``3✓ 1✗`` for one cell of a table: how many of each, never a ratio."""
    found = Counter(verdict.verdict for verdict in verdicts)
    return " ".join(f"{found[verdict]}{SIGNS[verdict]}" for verdict in Verdict if found[verdict])
