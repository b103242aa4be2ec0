"""The timetable of a session as a page to print, and as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core.i18n import _, mark, say_clock
from labctl.core.store import write_bytes
from labctl.reports.csv_report import disarm
from labctl.reports.html import open_environment

HEAD = (
    *("debut", "fin", "banc", "candidat", "parcours", "jury", "local", "activite", "epreuve"),
    *("partie", "intitule"),
)
HOUR = 60
ACTIVITIES = {
    "trial": mark("épreuve"),
    "seal": mark("scellé"),
    "break": mark("pause"),
    "meal": mark("repas"),
    "jury": mark("jury"),
}
"""What each activity of a day is called."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of the day, in minutes since midnight: for a candidate, a jury, or both."""

    start: int
    end: int
    bench: int  # 0 for a time of the jury alone
    candidate: str
    route: str
    jury: str  # "" where no jury is present
    place: str
    activity: str
    modality: str
    part: int
    title: str

    @property
    def style(self) -> str:
        """Return the class of its bar: what it is, and whether a jury is there."""
        if self.jury and self.activity == "jury":
            return "own"
        return f"{self.activity} seen" if self.jury and self.bench else self.activity


@dataclass(frozen=True, slots=True)
class Line:
    """The day of one candidate, or of one jury."""

    name: str
    note: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A whole day, as it is printed."""

    title: str
    day: str
    centre: str
    candidates: tuple[Line, ...]
    juries: tuple[Line, ...]
    warnings: tuple[str, ...]

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Return every time of the day once, in order."""
        lines = (*self.candidates, *self.juries)
        found = {moment for line in lines for moment in line.moments}
        return tuple(sorted(found, key=lambda one: (one.start, one.end, one.bench, one.jury)))

    @property
    def hours(self) -> tuple[int, int]:
        """Return the hours between which the day lies."""
        moments = self.moments
        return moments[0].start // HOUR, -(-max(one.end for one in moments) // HOUR)


def write_page(sheet: DaySheet, path: Path) -> None:
    """Write the page: the whole day as a picture, then each jury and each candidate in words."""
    page = open_environment().get_template("horaires.html.j2")
    first, last = sheet.hours
    marks = tuple(range(first, last + 1))
    text = page.render(sheet=sheet, first=first * HOUR, whole=(last - first) * HOUR, marks=marks)
    write_bytes(path, text.encode("utf-8", "replace"), mode=0o644)


def write_table(sheet: DaySheet, path: Path) -> None:
    """Write a line per time of the day (UTF-8 with BOM, semicolons)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD)
    writer.writerows([disarm(cell) for cell in cells] for cells in _rows(sheet.moments))
    write_bytes(path, text.getvalue().encode("utf-8-sig"), mode=0o644)


def _rows(moments: Sequence[Moment]) -> Iterator[tuple[str, ...]]:
    for one in moments:
        what = _(ACTIVITIES[one.activity])
        yield (
            *(say_clock(one.start), say_clock(one.end)),
            f"{one.bench:02d}" if one.bench else "",
            *(one.candidate, one.route, one.jury, one.place, what, one.modality),
            str(one.part or ""),
            one.title,
        )
