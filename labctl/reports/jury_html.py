"""The grid of a jury as one HTML page to print: decisions are boxes to tick, all of them empty."""

from pathlib import Path

from labctl.core.store import write_bytes
from labctl.grade.jury import JuryCandidate, JuryGrid
from labctl.reports.html import open_environment
from labctl.reports.incident_rows import say_incident
from labctl.reports.jury_rows import say_fact, say_heads, say_remarks, say_unread


def write_html(grid: JuryGrid, path: Path) -> None:
    """Write the page, for its owner alone: it names people."""
    environment = open_environment()
    environment.filters.update(
        fact=say_fact,
        said=say_incident,
        unread=say_unread,
        remarks=lambda one: tuple(say_remarks(one)),
        heads=lambda grid, one: tuple(say_heads(grid, one)),
        numbers=_numbers,
    )
    page = environment.get_template("jury.html.j2").render(grid=grid)
    write_bytes(path, page.encode("utf-8", "replace"))


def _numbers(candidate: JuryCandidate) -> frozenset[int | str]:
    """Return the compétences of a candidate's route."""
    return frozenset(
        one.number for activity in candidate.activities for one in activity.competencies
    )
