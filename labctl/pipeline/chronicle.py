"""What happened on a bench of a session, minute by minute, from everything that was noted."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.collect.bundle import read_journal
from labctl.core.chain import Record as Link
from labctl.core.chain import read_chain
from labctl.core.i18n import _
from labctl.core.incident import Looked, Told
from labctl.core.verdict import Help, Verdict
from labctl.grade.model import GradeSheet
from labctl.pipeline.incident_book import Record, list_records
from labctl.pipeline.journal import JOURNAL, read_state, session_dir
from labctl.pipeline.runs import SHEET, find_runs, read_sheet
from labctl.plan.document import from_json
from labctl.plan.model import Plan
from labctl.session.chronicle import SHOWN, Event, list_events, say_lines, sort_events
from labctl.spec.incident import LineName

BREAKDOWN = "breakdown"
IN_BOOK = ("inject", "look", "restart", "repair", "undo")
"""What is done with an incident, and is in the book of the bench too."""


def read_events(session: str) -> tuple[Event, ...]:
    """Return every act of a session, in its order; ChainBroken when its journal was changed."""
    return list_events(read_chain(session_dir(session) / JOURNAL).records)


def tell_bench(session: str, bench: int) -> tuple[Event, ...]:
    """Return what happened on a bench in a session, by time.

    Acts of the session, comings and goings at the way in, documents handed in, help, runs: what
    the runs of the session hold, so that a bench that is gone is told of too.
    """
    links = read_chain(session_dir(session) / JOURNAL).records
    mine = [one for one in links if not one.get("benches") or bench in one["benches"]]
    state = read_state(session)
    incidents = list_records(bench, state.opened, state.closed)
    noted = {one.id for one in incidents}
    acts = list_events(one for one in mine if not _is_told_twice(one, noted))
    runs = find_runs(session, bench)
    return sort_events((*acts, *tell_runs(runs), *tell_incidents(incidents, mine)))


def _is_told_twice(act: Link, noted: Collection[str]) -> bool:
    """Tell whether the book of the bench has an act with an incident, at its very moment."""
    return act["kind"] == BREAKDOWN and act["incident"] in noted and act["did"] in IN_BOOK


def tell_runs(runs: Iterable[Path]) -> tuple[Event, ...]:
    """Return what runs of a bench hold of its candidate's day; nothing twice."""
    found: dict[Event, None] = {}
    for run in sorted(runs, key=lambda path: path.name):
        if (run / "evidence").is_dir():
            journal = read_journal(run / "evidence")
            found |= dict.fromkeys(_tell_evidence(run, journal.records))
        if (run / SHEET).exists():
            found |= dict.fromkeys(_tell_sheet(read_sheet(run)))
    return tuple(found)


def tell_incidents(records: Iterable[Record], acts: Iterable[Link] = ()) -> tuple[Event, ...]:
    """Return what became of incidents that were injected; each look says four things.

    ``acts`` are those of the session, which say whose command each of them was.
    """
    known = [one for one in acts if one["kind"] == BREAKDOWN]
    return tuple(event for record in records for event in _tell_incident(record, known))


def _tell_incident(record: Record, acts: Sequence[Link]) -> Iterator[Event]:
    if record.trouble and not record.is_open:
        said = _("panne %(id)s : n'a pas pu être injectée : %(why)s")
        by = _find_author(record.id, record.begun, ("inject",), acts)
        yield Event(record.begun, by, said % {"id": record.id, "why": record.trouble})
        return
    helped = "" if record.vanished else record.helped
    moments = (
        (record.begun, _("panne %(id)s : injectée"), ("inject",)),
        (record.shown, _("panne %(id)s : symptôme observé, le temps compte"), ("inject",)),
        (record.repaired, _("panne %(id)s : réparée"), ()),
        (record.vanished, _("panne %(id)s : disparue avec la coupure de courant"), ("restart",)),
        (helped, _("panne %(id)s : réparée par le corrigé"), ("repair",)),
        (record.undone, _("panne %(id)s : retirée"), ("undo",)),
    )
    for at, said, did in moments:
        if at:
            yield Event(at, _find_author(record.id, at, did, acts), said % {"id": record.id})
    for look in record.looks:
        if look.after_restart:
            said = _("panne %(id)s, après une coupure de courant : %(lines)s")
        else:
            said = _("panne %(id)s : %(lines)s")
        by = _find_author(record.id, look.at, ("look", "restart", "repair"), acts)
        yield Event(look.at, by, said % {"id": record.id, "lines": _tell_look(look)})


def _find_author(incident: str, at: str, did: Sequence[str], acts: Sequence[Link]) -> str:
    """Return who had it done: the author of the first such act that was recorded after it."""
    moment = datetime.fromisoformat(at)
    found = (
        str(act["by"])
        for act in acts
        if act["incident"] == incident
        and act["did"] in did
        and datetime.fromisoformat(str(act["at"])) >= moment
    )
    return next(found, "")


def _tell_look(look: Looked) -> str:
    """Return the lines of a verdict on a repair, in words, with what else broke by name."""
    parts = [say_lines(look.lines), *look.reasons.get(LineName.INTACT, ())]
    if (look.lines.get(LineName.SYMPTOM), look.lines.get(LineName.CAUSE)) == (Told.YES, Told.NO):
        parts.insert(0, _("contournement"))
    return " ; ".join(parts)


def _tell_evidence(run: Path, records: Iterable[Link]) -> Iterator[Event]:
    names: Mapping[str, str] = {}
    for record in records:
        if record["kind"] == "start":
            names = _name_machines(run, str(record["plan"]))
        elif record["kind"] == "door":
            yield from (_tell_coming(one, names) for one in record["events"])
        elif record["kind"] == "document":
            said = _("document remis : %(name)s (%(bytes)d octets, SHA-256 %(digest)s)")
            values = {
                "name": record["name"],
                "bytes": int(record["bytes"]),
                "digest": str(record["digest"])[:SHOWN],
            }
            yield Event(str(record["modified_at"]), "", said % values)


def _name_machines(run: Path, digest: str) -> Mapping[str, str]:
    plan: Plan = from_json((run / "evidence" / "raw" / digest).read_bytes())
    return {str(node.name): node.hostname for node in plan.nodes.values()}


def _tell_coming(found: Mapping[str, Any], names: Mapping[str, str]) -> Event:
    tell = _COMINGS.get(str(found["event"]))
    what, _open, why = str(found["about"]).partition(" (")
    reason = _REFUSALS.get(why.rstrip(")"))
    values = {"about": names.get(what, what) + (f" ({reason()})" if reason else "")}
    said = tell() % values if tell else " ".join((str(found["event"]), what))
    return Event(str(found["at"]), "", said)


_COMINGS: Mapping[str, Callable[[], str]] = {
    "opened": lambda: _("accès du candidat ouvert, port %(about)s"),
    "line": lambda: _("connexion du candidat depuis %(about)s"),
    "window": lambda: _("fenêtre ouverte sur %(about)s"),
    "ended": lambda: _("fin d'une connexion depuis %(about)s"),
    "trouble": lambda: _("%(about)s n'a pas répondu : fenêtre non ouverte"),
    "refused": lambda: _("connexion refusée : %(about)s"),
    "paused": lambda: _("accès du candidat suspendu"),
    "resumed": lambda: _("accès du candidat rendu"),
    "closed": lambda: _("accès du candidat fermé"),
}

_REFUSALS: Mapping[str, Callable[[], str]] = {
    "pause": lambda: _("accès suspendu"),
    "too many lines": lambda: _("trop de lignes à la fois"),
    "too often": lambda: _("trop de connexions en une minute"),
}


def _tell_sheet(sheet: GradeSheet) -> Iterator[Event]:
    """Yield the help that was given, and the run, once: judged anew it is the same."""
    yield from map(_tell_help, sheet.provenance.helps)
    if not sheet.provenance.source:
        first = [verdict.value for verdict in Verdict if verdict.value in sheet.counts]
        names = [*first, *(name for name in sheet.counts if name not in first)]
        found = {name: sheet.counts[name] for name in names if sheet.counts[name]}
        counts = [" ".join((str(count), _(name))) for name, count in found.items()]
        said = _("relevé : %(counts)s") % {"counts": ", ".join(counts)}
        yield Event(sheet.collected_at, "", said)


def _tell_help(given: Help) -> Event:
    if given.lot:
        said = _("configuration de secours du lot %(lot)s, %(title)s : %(reason)s")
    else:
        said = _("corrigé appliqué au banc entier : %(reason)s")
    values = {"lot": given.lot, "title": given.title, "reason": given.reason}
    return Event(given.at, given.by, said % values)
