"""What a sheet says of an incident: four facts and their moments; points in training only; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from labctl.core.coming import Coming
from labctl.core.incident import Course, Looked, Told
from labctl.grade.model import HintSheet, IncidentSheet, LineSheet, Points, WindowSheet
from labctl.grade.points import round_up
from labctl.spec.incident import Incident, LineName

LINES = (LineName.SYMPTOM, LineName.CAUSE, LineName.INTACT, LineName.SECURE)
WINDOW = "window"


def describe_incident(
    course: Course, known: Incident | None, criteria: Iterable[str] = ()
) -> IncidentSheet:
    """Return what a sheet says of an incident; None is one that the content no longer has."""
    lines = _list_lines(course.last)
    hints = known.hints[: course.hints] if known else ()
    return IncidentSheet(
        ticket=course.ticket,
        id=course.id,
        title=known.title if known else "",
        criteria=() if course.trouble else tuple(criteria),
        begun=course.begun,
        shown=course.shown,
        repaired=course.repaired,
        undone=course.undone,
        helped=course.helped,
        looked=course.last.at if course.last else "",
        lines=lines,
        is_workaround=_is_workaround(lines),
        trouble=course.trouble,
        lasting=None if course.vanished else _tell_lasting(course.restarted),
        hints=tuple(HintSheet(hint.text, hint.price) for hint in hints),
        points=_award(course, known) if known else None,
        vanished=course.vanished,
    )


def with_windows(
    sheet: IncidentSheet, comings: Iterable[Coming], names: Mapping[str, str]
) -> IncidentSheet:
    """Return it with the windows that were opened while it was there; ``names`` of machines."""
    windows = tuple(
        WindowSheet(one.at, names.get(one.about, one.about))
        for one in comings
        if one.event == WINDOW and _is_during(sheet, one.at)
    )
    return replace(sheet, windows=windows)


def without_price(sheet: IncidentSheet) -> IncidentSheet:
    """Return it as an exam shows it: the same facts, no points and no price."""
    hints = tuple(replace(hint, price=0) for hint in sheet.hints)
    return replace(sheet, hints=hints, points=None)


def _list_lines(look: Looked | None) -> tuple[LineSheet, ...]:
    if look is None:
        return ()
    return tuple(
        LineSheet(name, Told(look.lines[name]), tuple(look.reasons.get(name, ())))
        for name in LINES
        if name in look.lines
    )


def _is_workaround(lines: Iterable[LineSheet]) -> bool:
    """Tell whether the symptom is gone, and its cause is not."""
    told = {one.name: one.told for one in lines}
    return (told.get(LineName.SYMPTOM), told.get(LineName.CAUSE)) == (Told.YES, Told.NO)


def _tell_lasting(look: Looked | None) -> LineSheet | None:
    if look is None:
        return None
    reasons = tuple(why for name in LINES for why in look.reasons.get(name, ()))
    return LineSheet(LineName.LASTING, look.told, reasons)


def _is_during(sheet: IncidentSheet, at: str) -> bool:
    if not sheet.shown:
        return False
    moment, ends = _moment(at), sheet.repaired or sheet.undone
    return _moment(sheet.shown) <= moment and (not ends or moment <= _moment(ends))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _award(course: Course, known: Incident) -> Points | None:
    """Return its points: an equal part for each line, and none while the cause is there.

    The price of hints is taken from them. One whose symptom never showed has no points; one that
    labctl repaired earns none.
    """
    if not course.shown:
        return None
    told = [one.told for one in _list_lines(course.last)]
    cause = next((one.told for one in _list_lines(course.last) if one.name is LineName.CAUSE), None)
    told += [course.restarted.told] if course.restarted else []
    price = sum(hint.price for hint in known.hints[: course.hints])
    least, most = _part(told, (Told.YES,)), _part(told, (Told.YES, Told.UNKNOWN))
    if course.helped or cause is Told.NO:
        least = most = Fraction(0)
    elif cause is not Told.YES:
        least = Fraction(0)
    earned, possible = (
        round_up(max(Fraction(0), part * known.points - price)) for part in (least, most)
    )
    return Points(round_up(Fraction(known.points)), earned, possible - earned)


def _part(told: list[Told], wanted: tuple[Told, ...]) -> Fraction:
    """Return which part of the lines says one of these; where nobody looked all is possible."""
    if not told:
        return Fraction(Told.UNKNOWN in wanted)
    return Fraction(sum(one in wanted for one in told), len(told))
