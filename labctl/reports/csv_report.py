"""The verdicts as CSV, one line each, and the incidents, for a spreadsheet or a script."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from labctl.core.store import write_bytes
from labctl.core.untrusted import MOST_CHARACTERS, one_line
from labctl.core.verdict import Help
from labctl.grade.model import ASSISTED, GradeSheet, IncidentSheet
from labctl.grade.sheet import is_helped
from labctl.reports.incident_rows import list_lines, say_remark
from labctl.reports.rows import Row, each_row, is_training

HEAD = (
    "banc", "variante", "competence", "critere", "controle", "libelle", "verdict", "motif",
    "message", "attendu", "constate", "aide", "bloque_par", "preuve", "poste", "isolation",
    "partiel", "aides", "rejuge_de", "redemarrees", "machine",
)  # fmt: skip

INCIDENT_HEAD = (
    "banc", "variante", "ticket", "panne", "libelle", "criteres", "injectee", "montree", "reparee",
    "secondes", "retiree", "regardee", "symptome_parti", "cause_reparee", "rien_d_autre_de_casse",
    "securite_gardee", "tient_apres_redemarrage", "motif", "a_savoir", "indices",
)  # fmt: skip

_FORMULA = re.compile(
    r"(^|[,;]\s*)(?=[=+\-@|%\ufe62\ufe63\ufe66\ufe6b\uff05\uff0b\uff0d\uff1d\uff20])"
)
"""Where a formula may begin, the small and wide forms of an Asian spreadsheet with it.

A spreadsheet whose separator is a comma breaks our lines at those of the texts.
"""


class CsvReport:
    """Writer of ``constats.csv`` (UTF-8 with BOM, semicolons: what a French spreadsheet opens).

    ``pannes.csv`` is beside it where a bench had incidents.
    """

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write one file for all benches; the points columns exist in training only."""
        training = is_training(sheets)
        more = ("poids", "part_acquise", "part_en_attente", "apprenant") if training else ()
        rows = (
            _cells(row) + (_training_cells(row) if training else ()) for row in each_row(sheets)
        )
        path = _write(folder / "constats.csv", (*HEAD, *more), rows)
        if not any(sheet.incidents for sheet in sheets):
            return (path,)
        more = ("points", "points_en_attente", "points_au_plus", "apprenant") if training else ()
        rows = (
            _incident_cells(sheet, one) + (_incident_points(sheet, one) if training else ())
            for sheet in sheets
            for one in sheet.incidents
        )
        return path, _write(folder / "pannes.csv", (*INCIDENT_HEAD, *more), rows)


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    for row in rows:
        writer.writerow(map(disarm, row))
    write_bytes(path, text.getvalue().encode("utf-8-sig"), mode=0o644)
    return path


def disarm(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return _FORMULA.sub(r"\1'", one_line(cell, MOST_CHARACTERS))


def _name_help(given: Help) -> str:
    """Return a solution that was applied: when, of which lot (of all for none), who and why."""
    return " ".join(filter(None, (given.at, given.lot, given.by, given.reason)))


def _incident_cells(sheet: GradeSheet, one: IncidentSheet) -> tuple[str, ...]:
    rows = list_lines(one)
    spent = one.repaired_s
    return (
        f"{sheet.bench:02d}",
        sheet.variant,
        str(one.ticket),
        one.id,
        one.title,
        " ".join(one.criteria),
        one.begun,
        one.shown,
        one.repaired,
        "" if spent is None else str(spent),
        one.undone,
        one.looked,
        *(row.told.value if row.told else "" for row in rows),
        " ; ".join(reason for row in rows for reason in row.reasons),
        say_remark(one),
        " ; ".join(hint.text for hint in one.hints),
    )


def _incident_points(sheet: GradeSheet, one: IncidentSheet) -> tuple[str, ...]:
    """Return its points, and whose they are: of nobody where it was there before the learner."""
    own = one in sheet.own_incidents
    points = one.points if own else None
    found = (points.awarded, points.pending, points.maximum) if points else ("", "", "")
    return (*map(str, found), _name_learner(sheet) if own else "")


def _name_learner(sheet: GradeSheet) -> str:
    return sheet.learner.name if sheet.learner else ""


def _training_cells(row: Row) -> tuple[str, ...]:
    points = row.verdict.weight, row.verdict.earned, row.verdict.waiting
    return (*map(str, points), _name_learner(row.sheet))


def _cells(row: Row) -> tuple[str, ...]:
    verdict, restart = row.verdict, row.sheet.provenance.restart
    return (
        f"{row.sheet.bench:02d}",
        row.sheet.variant,
        str(row.competency.number),
        row.criterion.id,
        verdict.check,
        verdict.label,
        ASSISTED if is_helped(verdict) else verdict.verdict.value,
        verdict.reason.value if verdict.reason else "",
        verdict.message,
        verdict.expected,
        verdict.found,
        "oui" if verdict.assisted else "",
        " ".join(verdict.blocked_by),
        " ".join(f"#{ref.seq}" for ref in verdict.evidence),
        row.sheet.workstation,
        row.sheet.isolation,
        "oui" if row.sheet.provenance.partial else "",
        " ; ".join(map(_name_help, row.sheet.provenance.helps)),
        row.sheet.provenance.source,
        " ".join(restart.machines) if restart else "",
        verdict.machine,
    )
