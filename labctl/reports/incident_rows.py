"""What any format says of incidents: four facts and their moments; points in training only."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.core.i18n import _, about, mark, short_moment, tenths
from labctl.core.incident import Told
from labctl.core.verdict import Verdict
from labctl.grade.model import GradeSheet, IncidentSheet, LineSheet
from labctl.reports.rows import SIGNS
from labctl.spec.incident import LINE_WORDS, LineName

TOLD_SIGNS = {
    Told.YES: SIGNS[Verdict.CONFORM],
    Told.NO: SIGNS[Verdict.NON_CONFORM],
    Told.UNKNOWN: SIGNS[Verdict.UNVERIFIABLE],
}
UNTRIED = mark("non vérifié")
"""Of what nobody looked at."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of an incident in words; ``told`` is None where nobody looked."""

    label: str
    told: Told | None
    said: str
    reasons: tuple[str, ...] = ()


def name_incident(one: IncidentSheet) -> str:
    """Return the ticket that the candidate knows, the incident, and what it is."""
    name = _("Ticket %(number)d, panne %(id)s") % {"number": one.ticket, "id": one.id}
    return about(name, one.title) if one.title else name


def list_lines(one: IncidentSheet) -> tuple[LineRow, ...]:
    """Return the four lines, then whether it survives a restart, whoever looked or not."""
    known = {line.name: line for line in one.lines}
    if one.lasting:
        known[LineName.LASTING] = one.lasting
    return tuple(_row(words, known.get(name)) for name, words in LINE_WORDS.items())


def _row(words: str, line: LineSheet | None) -> LineRow:
    if line is None:
        return LineRow(_(words), None, _(UNTRIED))
    return LineRow(_(words), line.told, _(line.told.value), line.reasons)


def was_looked_at(one: IncidentSheet) -> bool:
    """Tell whether anybody looked at it."""
    return bool(one.lines or one.lasting)


def say_lines(one: IncidentSheet) -> str:
    """Return all lines in one, with what else broke by name; empty where nobody looked."""
    if not was_looked_at(one):
        return ""
    named = _(LINE_WORDS[LineName.INTACT])
    return ", ".join(
        about(row.label, _with_reasons(row) if row.label == named else row.said)
        for row in list_lines(one)
    )


def _with_reasons(row: LineRow) -> str:
    return f"{row.said} ({' ; '.join(row.reasons)})" if row.reasons else row.said


def say_remark(one: IncidentSheet) -> str:
    """Return what must be known before the lines: a workaround, help, or that nobody looked."""
    return " ; ".join(_remarks(one))


def _remarks(one: IncidentSheet) -> Iterator[str]:
    if one.trouble:
        yield _("n'a pas pu être injectée : %(why)s") % {"why": one.trouble}
        return
    if not one.shown:
        yield _("le symptôme n'a jamais été observé : le temps n'a pas compté")
    if not was_looked_at(one):
        yield _("personne n'a regardé")
    if one.is_workaround:
        yield _("contournement : le symptôme est parti, la cause est encore là")
    if one.vanished:
        yield say_vanished(one.vanished)
    elif one.helped:
        said = _("réparation de référence appliquée par labctl le %(at)s")
        yield said % {"at": short_moment(one.helped)}
    if one.undone and not one.repaired:
        yield _("retirée sans avoir été réparée")


def say_vanished(at: str) -> str:
    """Return what is said of an incident that a power cut by labctl made disappear."""
    said = _("la coupure de courant l'a fait disparaître (vu le %(at)s) : personne ne l'a réparée")
    return said % {"at": short_moment(at)}


def list_moments(one: IncidentSheet) -> Iterator[tuple[str, str]]:
    """Yield what happened when, what did not happen too."""
    never = "–"
    yield _("injectée"), short_moment(one.begun)
    yield _("symptôme observé"), short_moment(one.shown) if one.shown else never
    repaired = short_moment(one.repaired) if one.repaired else never
    spent = one.repaired_s
    yield _("réparée"), repaired + (f" ({say_duration(spent)})" if spent is not None else "")
    if one.undone:
        yield _("retirée"), short_moment(one.undone)
    if one.looked:
        yield _("dernier regard"), short_moment(one.looked)


def say_moments(one: IncidentSheet) -> str:
    """Return what happened when, on one line."""
    return ", ".join(about(what, when) for what, when in list_moments(one))


def say_duration(seconds: int) -> str:
    """Return how long it took: ``7 min 05 s``."""
    minutes, rest = divmod(seconds, 60)
    return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}


def say_windows(one: IncidentSheet) -> str:
    """Return the windows that were opened while it was there, in their order."""
    return ", ".join(f"{short_moment(window.at)} {window.machine}" for window in one.windows)


def list_hints(one: IncidentSheet) -> tuple[str, ...]:
    """Return the hints that were taken, each with its price where it has one."""
    priced = _("%(text)s (%(price)d point(s))")
    return tuple(
        priced % {"text": hint.text, "price": hint.price} if hint.price else hint.text
        for hint in one.hints
    )


def say_points(one: IncidentSheet) -> str:
    """Return its points, empty in an exam."""
    if one.points is None:
        return ""
    said = f"{tenths(one.points.awarded)} / {tenths(one.points.maximum)}"
    if one.points.pending:
        said += " ".join((" (+", tenths(one.points.pending), _("en attente"))) + ")"
    return said


def say_incident(one: IncidentSheet) -> str:
    """Return the facts of an incident on one line."""
    remark = say_remark(one)
    return about(name_incident(one), " ; ".join(filter(None, (remark, say_lines(one)))))


def list_details(one: IncidentSheet) -> Iterator[str]:
    """Yield everything a person may want of an incident, line by line, its name apart."""
    yield say_moments(one)
    if remark := say_remark(one):
        yield remark
    for row in list_lines(one) if was_looked_at(one) else ():
        sign = TOLD_SIGNS[row.told] if row.told else "–"
        yield f"{sign} {about(row.label, _with_reasons(row))}"
    if one.hints:
        yield about(_("indices pris"), " ; ".join(list_hints(one)))
    if one.windows:
        yield about(_("fenêtres ouvertes pendant la panne"), say_windows(one))


def list_of(sheet: GradeSheet, criterion: str) -> tuple[IncidentSheet, ...]:
    """Return the incidents that enlighten a critère."""
    return tuple(one for one in sheet.incidents if criterion in one.criteria)
