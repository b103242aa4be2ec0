"""The timetable of a session, with the names of its people, as the reports print it."""

from collections.abc import Iterable
from pathlib import Path

from labctl.pipeline.examday import Held, load_day
from labctl.reports.daysheet import DaySheet, Line, Moment, write_page, write_table
from labctl.reports.registry import write_formats
from labctl.session.roster import Candidate
from labctl.session.slots import Slot
from labctl.session.timetable import build_timetable

WRITERS = {"html": ("horaires.html", write_page), "csv": ("horaires.csv", write_table)}


def read_daysheet(name: str) -> DaySheet:
    """Return the timetable of a session; SpecError when it cannot be held."""
    return build_daysheet(load_day(name))


def build_daysheet(held: Held) -> DaySheet:
    """Return the timetable of a session; SpecError when it cannot be held."""
    day = held.day
    timetable = held.timetable or build_timetable(day)
    document = day.file.document
    people = {one.bench: one for one in day.candidates}
    return DaySheet(
        document.title,
        f"{document.day:%d/%m/%Y}",
        document.centre or "",
        tuple(
            Line(
                f"{bench:02d} {one.name}",
                _note(one, timetable.juries.get(bench, "")),
                _moments(timetable.of_bench(bench), people),
            )
            for bench, one in sorted(people.items())
        ),
        tuple(
            Line(
                jury.name,
                f"{jury.place} · {', '.join(jury.members)}",
                _moments(timetable.of_jury(jury.name), people),
            )
            for jury in document.juries
            if timetable.of_jury(jury.name)
        ),
        timetable.warnings,
    )


def write_daysheet(sheet: DaySheet, formats: Iterable[str], folder: Path) -> tuple[Path, ...]:
    """Write the timetable in the named formats; UsageError, naming the known ones, for others."""
    return write_formats(sheet, WRITERS, formats, folder)


def _note(candidate: Candidate, jury: str) -> str:
    return " · ".join(part for part in (candidate.route, jury, *candidate.accommodations) if part)


def _moments(slots: Iterable[Slot], people: dict[int, Candidate]) -> tuple[Moment, ...]:
    nobody = Candidate("", 0)
    found = []
    for slot in slots:
        who = people.get(slot.bench, nobody)
        found.append(
            Moment(
                start=slot.start,
                end=slot.end,
                bench=slot.bench,
                candidate=who.name,
                route=who.route,
                jury=slot.jury,
                place=slot.place,
                activity=slot.activity.value,
                modality=slot.modality,
                part=slot.part,
                title=slot.title,
            )
        )
    return tuple(found)
