"""Who sits where and for how long, by bench numbers: what the journal of a session begins with."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from labctl.grade.model import Mode

SCHEMA = "labctl/session-journal/v1"


@dataclass(frozen=True, slots=True)
class ExamPhase:
    """One phase of what a candidate does on a bench.

    ``extra_s`` is what the candidate has more of it, in ``allowed_s`` already. Of a phase that is
    ``behind_seal`` nothing may be touched from the end of the one before to its beginning.
    """

    title: str
    allowed_s: int
    extra_s: int
    jury: bool
    behind_seal: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A bench of the session, whoever sits there; the names are in the roster only."""

    bench: int
    route: str
    jury: str
    phases: tuple[ExamPhase, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a session is when it opens; ``keep_until`` is the last day its documents are kept."""

    session: str
    title: str
    day: str
    mode: Mode
    referential: str
    keep_until: str
    seats: tuple[Seat, ...]

    @property
    def is_exam(self) -> bool:
        """Tell whether the rules of the exam hold; a rehearsal only keeps the clock."""
        return self.mode is Mode.EXAM


def describe(opening: Opening) -> dict[str, object]:
    """Return an opening as a record has it."""
    return {**asdict(opening), "mode": opening.mode.value}


def read_opening(record: Mapping[str, Any]) -> Opening:
    """Return the opening of a record; KeyError, TypeError or ValueError when it is none."""
    if record["schema"] != SCHEMA:
        raise ValueError(record["schema"])
    return Opening(
        session=str(record["session"]),
        title=str(record["title"]),
        day=str(record["day"]),
        mode=Mode(record["mode"]),
        referential=str(record["referential"]),
        keep_until=str(record["keep_until"]),
        seats=tuple(
            Seat(
                int(seat["bench"]),
                str(seat["route"]),
                str(seat["jury"]),
                tuple(ExamPhase(**phase) for phase in seat["phases"]),
            )
            for seat in record["seats"]
        ),
    )
