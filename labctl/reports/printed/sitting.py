"""Who sits where on the day of a session, as papers say it; nobody where no session is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class SealTold:
    """What the journal of the session has of the last seal of a bench."""

    number: str = ""
    laid: str = ""
    fingerprint: str = ""
    opened: str = ""


NO_SEAL = SealTold()


@dataclass(frozen=True, slots=True)
class IncidentTold:
    """What the journal of the session has of an incident."""

    number: str
    benches: str
    at: str
    text: str
    minutes: str


@dataclass(frozen=True, slots=True)
class PhaseTold:
    """What the journal of the session has of a phase of a bench; durations are in minutes."""

    number: int
    title: str
    start: str
    end: str
    worked: str
    paused: str
    more: str  # granted, or given back after an incident


@dataclass(frozen=True, slots=True)
class BreakdownTold:
    """The outcome of an incident that the candidate repaired; ``facts`` are its lines in words.

    ``name`` is its id and title; ``begun`` is empty when it could not be injected.
    """

    ticket: str
    name: str
    begun: str
    shown: str
    repaired: str
    facts: str


@dataclass(frozen=True, slots=True)
class ActTold:
    """Something that happened: the time of day, who did it, in words, and on which benches."""

    at: str
    by: str
    text: str
    benches: str = ""


@dataclass(frozen=True, slots=True)
class JuryTold:
    """A jury: who sits in it, and where."""

    name: str
    members: str
    place: str


@dataclass(frozen=True, slots=True)
class DayTold:
    """The hours of one candidate or of one jury: a time, what it is for, where and with whom."""

    name: str
    note: str
    moments: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class SeatTold:
    """What papers say of who sits at a bench; what is empty is a place to write."""

    name: str = ""
    route: str = ""
    jury: str = ""
    accommodations: str = ""
    start: str = ""
    end: str = ""
    minutes: int = 0  # to work in, with what the candidate is granted more
    seal: SealTold = NO_SEAL
    rank: int = 0  # among the benches of the session
    absent: str = ""
    signed: str = ""
    phases: tuple[PhaseTold, ...] = ()
    breakdowns: tuple[BreakdownTold, ...] = ()


NOBODY = SeatTold()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day of a session, by bench.

    ``id`` and ``head`` are those of its journal; empty, like the acts, until it was opened.
    """

    title: str = ""
    day: date | None = None
    seats: Mapping[int, SeatTold] = field(default_factory=dict)
    head: str = ""
    incidents: tuple[IncidentTold, ...] = ()
    id: str = ""
    centre: str = ""
    responsible: str = ""
    invigilators: str = ""
    kept_until: str = ""
    juries: tuple[JuryTold, ...] = ()
    candidate_days: tuple[DayTold, ...] = ()
    jury_days: tuple[DayTold, ...] = ()
    acts: tuple[ActTold, ...] = ()
    serials: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, bench: int) -> SeatTold:
        """Return who sits at a bench."""
        return self.seats.get(bench, NOBODY)


NO_SESSION = Sitting()
"""Of papers that are filled in by hand."""
