"""What papers and the way in say of the incidents of a bench: the user's words, the jury's sheet.

A candidate never reads the name of an incident, which would tell its cause: tickets are numbered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from labctl.core.command import paste
from labctl.core.errors import UsageError
from labctl.core.i18n import _, mark, say_time
from labctl.grade.incident import describe_incident
from labctl.grade.model import IncidentSheet
from labctl.pipeline.choosing import load_exam
from labctl.pipeline.draws import read_draw
from labctl.pipeline.incident_book import Record
from labctl.pipeline.incidents.orders import draw_all, list_known, read
from labctl.pipeline.place import Place
from labctl.plan.incident import resolve
from labctl.plan.model import Plan
from labctl.reports.incident_rows import UNTRIED, say_remark
from labctl.spec.incident import Incident, LineName

LINES = {
    LineName.SYMPTOM: mark("Le symptôme est parti"),
    LineName.CAUSE: mark("La cause est réparée"),
    LineName.INTACT: mark("Rien d'autre n'est cassé"),
    LineName.SECURE: mark("La sécurité est gardée"),
    LineName.LASTING: mark("La réparation tient après un redémarrage"),
}


@dataclass(frozen=True, slots=True)
class TraceTold:
    """What a jury may look at: on which machine, and how."""

    label: str
    machine: str
    command: str


@dataclass(frozen=True, slots=True)
class FactTold:
    """A line of the verdict, as last seen: its words, what it says and why."""

    line: str
    told: str
    why: str


@dataclass(frozen=True, slots=True)
class IncidentTold:
    """An incident of a bench, for papers; times are of day, empty for what did not happen.

    ``remark`` is what must be known before the facts. ``hints`` were taken.
    """

    number: int
    id: str
    title: str
    says: str
    level: int
    minutes: int
    criteria: tuple[str, ...]
    repairs: tuple[str, ...]
    workarounds: tuple[str, ...]
    questions: tuple[str, ...]
    traces: tuple[TraceTold, ...]
    begun: str = ""
    shown: str = ""
    repaired: str = ""
    remark: str = ""
    hints: tuple[str, ...] = ()
    facts: tuple[FactTold, ...] = field(default_factory=tuple)


def tell_incidents(place: Place, bench: int) -> tuple[IncidentTold, ...]:
    """Return the incidents of a bench: those that are there, else those that were drawn.

    Raises UsageError where there are none.
    """
    records = {one.id: one for one in read(place, [bench])[bench] if one.is_open}
    names = tuple(records) or read_draw(bench).incidents
    if not names:
        said = _("aucune panne n'a été tirée pour le banc %(bench)02d") % {"bench": bench}
        raise UsageError(said, hint=f"labctl incident draw {bench}")
    plan = place.plan(bench)
    known, draws = list_known(plan, names).meant, draw_all(place, bench, names)
    served = load_exam(place.cahier.referential).incidents
    ranked = [(one.ticket, one.id) for one in records.values()] or [*enumerate(names, start=1)]
    return tuple(
        _tell(rank, resolve(known[name], plan, draws[name]), plan, served.get(name, ()), records)
        for rank, name in ranked
    )


def _tell(
    rank: int, one: Incident, plan: Plan, criteria: Sequence[str], records: dict[str, Record]
) -> IncidentTold:
    record = records.get(one.id)
    return IncidentTold(
        rank,
        one.id,
        one.title,
        one.says,
        one.level,
        one.minutes,
        tuple(criteria),
        tuple(repair.label for repair in one.repairs),
        tuple(repair.label for repair in one.wrong_repairs),
        one.questions,
        tuple(
            TraceTold(trace.label, plan.nodes[trace.node].hostname, trace.cli or paste(trace.argv))
            for trace in one.traces
        ),
        *(_list_course(describe_incident(record.course, one)) if record else ()),
    )


def _list_course(seen: IncidentSheet) -> tuple[Any, ...]:
    """Return what became of an incident, in the order of what a paper says of it."""
    moments = (say_time(at) if at else "" for at in (seen.begun, seen.shown, seen.repaired))
    hints = tuple(hint.text for hint in seen.hints)
    return (*moments, say_remark(seen), hints, tuple(_list_facts(seen)))


def _list_facts(seen: IncidentSheet) -> Iterator[FactTold]:
    """Yield what the last look said, line by line; nothing before the first."""
    found = {line.name: line for line in (*seen.lines, *filter(None, [seen.lasting]))}
    for name, words in LINES.items() if found else ():
        line = found.get(name)
        told = _(line.told.value if line else UNTRIED)
        yield FactTold(_(words), told, _(" ; ").join(line.reasons if line else ()))
