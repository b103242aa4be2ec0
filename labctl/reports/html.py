"""The « grille » as one self-contained HTML page per bench, and a page for the room."""

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from labctl.core.i18n import _, language, say_moment, tenths
from labctl.core.store import write_bytes
from labctl.core.untrusted import inert, one_line
from labctl.core.verdict import Verdict
from labctl.grade.model import GradeSheet, Mode
from labctl.reports.rows import (
    SIGNS,
    name_bench,
    name_isolation,
    observed_criteria,
    tally,
)

STYLES = {
    Verdict.CONFORM: "ok",
    Verdict.NON_CONFORM: "ko",
    Verdict.UNVERIFIABLE: "unknown",
    Verdict.BLOCKED: "blocked",
    Verdict.NOT_APPLICABLE: "none",
}
MOST_OF_A_FACT = 600
"""Characters of one fact: a page is read, and the evidence has the whole."""

_BESIDE_A_SIGN, _HARD_SPACE = re.compile(" (?=[:;!?»])|(?<=«) "), "\u00a0"


class HtmlReport:
    """Writer of ``banc-07.html`` and, for several benches, ``salle.html``."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write the pages; they load nothing from anywhere and run no script."""
        environment = _environment()
        written = []
        for sheet in sheets:
            path = folder / f"banc-{sheet.bench:02d}.html"
            _write(path, environment.get_template("grille.html.j2").render(sheet=sheet))
            written.append(path)
        if len(sheets) > 1:
            page = environment.get_template("salle.html.j2")
            path = folder / "salle.html"
            _write(path, page.render(sheets=sheets, criteria=observed_criteria(sheets)))
            written.append(path)
        return tuple(written)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("labctl.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=_,
        signs=SIGNS,
        styles=STYLES,
        order=tuple(Verdict),
        Mode=Mode,
        tally=tally,
        language=language(),
    )
    environment.filters.update(
        fact=_fact,
        number=tenths,
        name_bench=name_bench,
        name_isolation=name_isolation,
        moment=say_moment,
    )
    return environment


def _shown(value: object) -> object:
    """Return what any expression of a template shows: inert, and spaced as French is."""
    return _spaced(inert(value)) if isinstance(value, str) else value


def _fact(text: str) -> str:
    return one_line(text, MOST_OF_A_FACT)


def _spaced(text: str) -> str:
    """Return a text in which no line begins with a sign of French that a space goes before."""
    return _BESIDE_A_SIGN.sub(_HARD_SPACE, text) if language() == "fr" else text


def _write(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8", "replace"), mode=0o644)
