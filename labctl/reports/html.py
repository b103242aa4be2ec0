"""The « grille » as one self-contained HTML page per bench, and a page for the room."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from labctl.core.exhibit import Dossier
from labctl.core.i18n import _, language, say_clock, say_moment, tenths
from labctl.core.incident import Told
from labctl.core.store import write_bytes
from labctl.core.untrusted import inert, one_line
from labctl.core.verdict import EvidenceRef, Verdict
from labctl.grade.model import ASSISTED, GradeSheet, Mode
from labctl.grade.sheet import is_helped
from labctl.reports.incident_rows import (
    TOLD_SIGNS,
    list_details,
    list_hints,
    list_lines,
    list_of,
    name_incident,
    say_lines,
    say_moments,
    say_points,
    say_remark,
    say_windows,
    was_looked_at,
)
from labctl.reports.rows import (
    HELPED,
    SIGNS,
    explain_blocked,
    list_notices,
    list_outside,
    name_bench,
    name_isolation,
    name_machines,
    observed_criteria,
    tally,
)
from labctl.reports.synthesis import (
    MOST_OF_A_FACT,
    add_untold,
    list_blockers,
    list_topics,
    list_verdicts,
    name_anchors,
    name_checks,
)

STYLES = {
    Verdict.CONFORM: "ok",
    Verdict.NON_CONFORM: "ko",
    Verdict.UNVERIFIABLE: "unknown",
    Verdict.BLOCKED: "blocked",
    Verdict.NOT_APPLICABLE: "none",
}
TOLD_STYLES = {Told.YES: "ok", Told.NO: "ko", Told.UNKNOWN: "unknown", None: "none"}
MOST_OF_A_RIGHT_ANSWER = 160
"""Characters of what was found where it conforms: a line of it on paper, the rest is evidence."""
MOST_OF_AN_ANSWER = 4000
"""Bytes of a machine's answer on the page of evidence; ``labctl evidence`` has the rest."""
SHOWN_PROOFS = 4
"""Answers that a verdict of the grille names; the page of evidence lists all of them."""

_BESIDE_A_SIGN, _HARD_SPACE = re.compile(" (?=[:;!?»])|(?<=«) "), "\u00a0"


class HtmlReport:
    """Writer of ``banc-07.html`` and, for several benches, ``salle.html``.

    A grille links to ``banc-07-preuves.html``, which ``write_proofs`` writes beside it.
    """

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write the pages; they load nothing from anywhere and run no script."""
        environment = _pages(language())
        written = []
        for sheet in sheets:
            path = folder / f"banc-{sheet.bench:02d}.html"
            page = environment.get_template("grille.html.j2")
            _write(path, page.render(_describe(sheet)))
            written.append(path)
        if len(sheets) > 1:
            page = environment.get_template("salle.html.j2")
            path = folder / "salle.html"
            has_help = any(sheet.counts.get(ASSISTED) for sheet in sheets)
            criteria = observed_criteria(sheets)
            _write(path, page.render(sheets=sheets, criteria=criteria, has_help=has_help))
            written.append(path)
        return tuple(written)


def write_proofs(sheet: GradeSheet, dossier: Dossier, folder: Path) -> Path:
    """Write the page of the answers that the verdicts of a bench come from, an anchor each."""
    sheet = name_machines(sheet)
    verdicts, anchors = tuple(list_verdicts(sheet)), name_anchors(sheet)
    numbers = sorted({ref.seq for verdict in verdicts for ref in verdict.evidence})
    page = _pages(language()).get_template("preuves.html.j2")
    path = folder / _name_proofs(sheet)
    found = {"verdicts": verdicts, "anchors": anchors, "numbers": numbers}
    _write(path, page.render(sheet=sheet, dossier=dossier, **found))
    return path


def _describe(sheet: GradeSheet) -> dict[str, object]:
    named = name_machines(sheet)
    return {
        "sheet": named,
        "topics": list_topics(named),
        "labels": name_checks(sheet),
        "anchors": name_anchors(sheet),
        "proofs": _name_proofs(sheet),
        "most_shown": SHOWN_PROOFS,
        "has_help": any(map(is_helped, list_verdicts(sheet))),
    }


def _name_proofs(sheet: GradeSheet) -> str:
    return f"banc-{sheet.bench:02d}-preuves.html"


def open_environment() -> Environment:
    """Return the environment of our templates: inert text, autoescape, no undefined name."""
    environment = Environment(
        loader=PackageLoader("labctl.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_GLOBALS, language=language())
    environment.tests.update(helped=is_helped, looked_at=was_looked_at)
    environment.filters.update(_FILTERS)
    return environment


@cache
def _pages(_language: str) -> Environment:
    """Return the environment of the pages of benches: their templates are compiled once."""
    return open_environment()


def _shown(value: object) -> object:
    """Return what any expression of a template shows: inert, and spaced as French is.

    Markup comes from our own templates and from ``_long``, whose expressions went through here or
    were made inert and escaped there.
    """
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return _spaced(inert(str(value))) if is_text else value


def _fact(text: str) -> str:
    return one_line(text, MOST_OF_A_FACT)


def _right_fact(text: str) -> str:
    return one_line(text, MOST_OF_A_RIGHT_ANSWER)


def _long(text: str) -> Markup:
    """Return what a machine was asked, or said: on several lines, as it was, never markup."""
    return escape(inert(text, MOST_OF_AN_ANSWER))


def _numbers(evidence: tuple[EvidenceRef, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ref.seq for ref in evidence[:SHOWN_PROOFS]))


def _spaced(text: str) -> str:
    """Return a text in which no line begins with a sign of French that a space goes before."""
    return _BESIDE_A_SIGN.sub(_HARD_SPACE, text) if language() == "fr" else text


def _write(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8", "replace"), mode=0o644)


_GLOBALS = {
    "_": _,
    "signs": SIGNS,
    "styles": STYLES,
    "order": tuple(Verdict),
    "assisted": ASSISTED,
    "blocked": Verdict.BLOCKED.value,
    "helped": HELPED,
    "list_outside": list_outside,
    "explain_blocked": explain_blocked,
    "Mode": Mode,
    "Verdict": Verdict,
    "tally": tally,
    "list_of": list_of,
    "told_styles": TOLD_STYLES,
    "told_signs": TOLD_SIGNS,
}
_FILTERS = {
    "fact": _fact,
    "right_fact": _right_fact,
    "long": _long,
    "untold": add_untold,
    "blockers": list_blockers,
    "numbers": _numbers,
    "number": tenths,
    "name_bench": name_bench,
    "name_isolation": name_isolation,
    "moment": say_moment,
    "clock": say_clock,
    "notices": list_notices,
    "incident": name_incident,
    "moments": say_moments,
    "remark": say_remark,
    "lines": list_lines,
    "said_lines": say_lines,
    "hints": list_hints,
    "windows": say_windows,
    "points": say_points,
    "details": list_details,
}
