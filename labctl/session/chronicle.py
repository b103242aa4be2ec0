"""What a journal tells, record after record, in words for people; pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from labctl.core.chain import TORN, Record
from labctl.core.i18n import _, about
from labctl.session.acts import DOCUMENTS
from labctl.session.state import OPEN
from labctl.spec.incident import LINE_WORDS

SHOWN = 16
"""Characters of a fingerprint that a line shows."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when (RFC 3339), by whom, in words, on which benches.

    ``by`` is empty where nobody of the session acted; ``benches`` where it concerns all of them.
    """

    at: str
    by: str
    text: str
    benches: tuple[int, ...] = ()


def list_events(records: Iterable[Record]) -> tuple[Event, ...]:
    """Return what a journal of a session tells, in its order."""
    told = (
        Event(str(record["at"]), str(record.get("by", "")), text, _benches(record))
        for record in records
        if (text := _tell(record))
    )
    return tuple(told)


def sort_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events by time; those of the same instant stay in their order."""
    return tuple(sorted(events, key=lambda event: _moment(event.at)))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _benches(record: Record) -> tuple[int, ...]:
    return tuple(int(bench) for bench in record.get("benches", ()))


def _tell(record: Record) -> str:
    tell = _WORDS.get(str(record["kind"]))
    return " ; ".join(part for part in tell(record) if part) if tell else ""


def _tell_sign(record: Record) -> Iterator[str]:
    yield _("signé : %(document)s") % {"document": _(DOCUMENTS[str(record["document"])])}


def _tell_start(record: Record) -> Iterator[str]:
    yield _("phase %(number)d commencée") % {"number": int(record["exam_phase"])}


def _with_reason(said: str, record: Record) -> str:
    return about(said, str(record["reason"])) if record["reason"] else said


def _tell_pause(record: Record) -> Iterator[str]:
    yield _with_reason(_("horloge arrêtée"), record)


def _tell_resume(record: Record) -> Iterator[str]:
    yield _with_reason(_("horloge repartie"), record)


def _tell_incident(record: Record) -> Iterator[str]:
    yield _("incident : %(text)s") % {"text": record["text"]}
    if minutes := int(record["given_s"]) // 60:
        yield _("temps rendu : %(minutes)d min") % {"minutes": minutes}


def _tell_seal(record: Record) -> Iterator[str]:
    yield _("mis sous scellé")
    if record["number"]:
        yield _("scellé n° %(number)s") % {"number": record["number"]}
    if record["fingerprint"]:
        yield _("empreinte %(print)s") % {"print": str(record["fingerprint"])[:SHOWN]}


def _tell_restart(record: Record) -> Iterator[str]:
    yield about(_("machines redémarrées depuis le menu"), ", ".join(record["machines"]))


def _tell_close(record: Record) -> Iterator[str]:
    yield _with_reason(_("session close"), record)


def _tell_archive(record: Record) -> Iterator[str]:
    yield _("archive écrite : SHA-256 %(digest)s") % {"digest": str(record["sha256"])[:SHOWN]}


def _tell_breakdown(record: Record) -> Iterator[str]:
    """Yield what was done with an incident that the candidate repairs, and what was then seen."""
    yield _DID[str(record["did"])]() % {"name": record["incident"]}
    told = record.get("lines", {})
    yield say_lines(told)


def say_lines(told: Mapping[str, str]) -> str:
    """Return the lines of a verdict on an incident, in words."""
    said = {_(words): _(told[name]) for name, words in LINE_WORDS.items() if name in told}
    return ", ".join(about(words, answer) for words, answer in said.items())


_DID: Mapping[str, Callable[[], str]] = {
    "draw": lambda: _("panne %(name)s tirée"),
    "inject": lambda: _("panne %(name)s : symptôme observé"),
    "look": lambda: _("panne %(name)s regardée"),
    "restart": lambda: _("panne %(name)s regardée après une coupure de courant"),
    "hint": lambda: _("panne %(name)s : indice donné"),
    "repair": lambda: _("panne %(name)s : réparation de référence appliquée"),
    "undo": lambda: _("panne %(name)s retirée"),
}

_WORDS: Mapping[str, Callable[[Record], Iterator[str]]] = {
    OPEN: lambda _record: iter((_("session ouverte"),)),
    TORN: lambda _record: iter((_("dernière ligne du journal interrompue, coupée et notée"),)),
    "sign": _tell_sign,
    "absent": lambda _record: iter((_("absent"),)),
    "start": _tell_start,
    "pause": _tell_pause,
    "resume": _tell_resume,
    "stop": lambda _record: iter((_("phase finie"),)),
    "incident": _tell_incident,
    "breakdown": _tell_breakdown,
    "seal": _tell_seal,
    "unseal": lambda _record: iter((_("scellé ouvert"),)),
    "restart": _tell_restart,
    "close": _tell_close,
    "archive": _tell_archive,
}
