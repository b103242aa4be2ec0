"""The verdicts as CSV, one line each, for a spreadsheet or a script."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from labctl.core.store import write_bytes
from labctl.core.untrusted import MOST_CHARACTERS, one_line
from labctl.core.verdict import Help
from labctl.grade.model import ASSISTED, GradeSheet
from labctl.grade.sheet import is_helped
from labctl.reports.rows import Row, each_row, is_training

HEAD = (
    "banc", "variante", "competence", "critere", "controle", "libelle", "verdict", "motif",
    "message", "attendu", "constate", "aide", "bloque_par", "preuve", "poste", "isolation",
    "partiel", "aides", "rejuge_de", "redemarrees", "machine",
)  # fmt: skip


_FORMULA = re.compile(
    r"(^|[,;]\s*)(?=[=+\-@|%\ufe62\ufe63\ufe66\ufe6b\uff05\uff0b\uff0d\uff1d\uff20])"
)
"""Where a formula may begin, the small and wide forms of an Asian spreadsheet with it.

A spreadsheet whose separator is a comma breaks our lines at those of the texts.
"""


class CsvReport:
    """Writer of ``constats.csv`` (UTF-8 with BOM, semicolons: what a French spreadsheet opens)."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write one file for all benches; the points column exists in training only."""
        training = is_training(sheets)
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        more = ("poids", "part_acquise", "part_en_attente", "apprenant") if training else ()
        writer.writerow((*HEAD, *more))
        for row in each_row(sheets):
            cells = _cells(row)
            if training:
                points = row.verdict.weight, row.verdict.earned, row.verdict.waiting
                cells += tuple(map(str, points))
                cells += (row.sheet.learner.name if row.sheet.learner else "",)
            writer.writerow(disarm(cell) for cell in cells)
        path = folder / "constats.csv"
        write_bytes(path, text.getvalue().encode("utf-8-sig"), mode=0o644)
        return (path,)


def disarm(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return _FORMULA.sub(r"\1'", one_line(cell, MOST_CHARACTERS))


def _name_help(given: Help) -> str:
    """Return a solution that was applied: when, of which lot (of all for none), who and why."""
    return " ".join(filter(None, (given.at, given.lot, given.by, given.reason)))


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
