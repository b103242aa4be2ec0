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
class SeatTold:
    """What papers say of who sits at a bench; what is empty is a place to write."""

    name: str = ""
    route: str = ""
    jury: str = ""
    accommodations: str = ""
    start: str = ""
    end: str = ""
    seal: SealTold = NO_SEAL


NOBODY = SeatTold()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day of a session, by bench; ``head`` is that of its journal, when it was opened."""

    title: str = ""
    day: date | None = None
    seats: Mapping[int, SeatTold] = field(default_factory=dict)
    head: str = ""
    incidents: tuple[IncidentTold, ...] = ()

    def at(self, bench: int) -> SeatTold:
        """Return who sits at a bench."""
        return self.seats.get(bench, NOBODY)


NO_SESSION = Sitting()
"""Of papers that are filled in by hand."""
