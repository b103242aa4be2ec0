"""What became of the incidents of a bench, for its sheet and for its jury: from evidence alone."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from labctl.core.errors import SpecError
from labctl.core.incident import Course
from labctl.facts.evidence import Evidence
from labctl.grade.incident import describe_incident, with_windows, without_price
from labctl.grade.model import IncidentSheet
from labctl.pipeline.choosing import load_exam
from labctl.pipeline.incident_book import list_records
from labctl.session.state import State
from labctl.spec.grid import Grid
from labctl.spec.incident import Incident
from labctl.spec.incident_file import list_incidents, load_incident


def tell_evidence(evidence: Evidence, exam: Grid) -> tuple[IncidentSheet, ...]:
    """Return the incidents of a run, with the windows that the candidate opened meanwhile."""
    names = {str(node.name): node.hostname for node in evidence.plan.nodes.values()}
    found = tell_courses(evidence.incidents, exam)
    return tuple(with_windows(one, evidence.comings, names) for one in found)


def tell_noted(state: State, bench: int) -> tuple[IncidentSheet, ...]:
    """Return the incidents that a candidate had in a session, as they are noted on this machine."""
    noted = [one.course for one in list_records(bench, state.opened, state.closed)]
    found = tell_courses(noted, load_exam(state.opening.referential)) if noted else ()
    return tuple(map(without_price, found))


def tell_courses(courses: Iterable[Course], exam: Grid) -> tuple[IncidentSheet, ...]:
    """Return what became of incidents, under the critères that the grid says."""
    found = tuple(courses)
    known = {one.id: one for one in _load({course.id for course in found})}
    return tuple(
        describe_incident(one, known.get(one.id), exam.incidents.get(one.id, ())) for one in found
    )


def _load(names: Iterable[str]) -> Iterator[Incident]:
    """Yield those that the content still has, and that are in order."""
    files = list_incidents()
    for name in names:
        if name in files:
            with suppress(SpecError):
                yield load_incident(files[name])
