"""A session in memory: acts one after the other, under the rules, at times that a test gives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from labctl.grade.model import Mode
from labctl.session.acts import Act, check_act
from labctl.session.seating import SCHEMA, ExamPhase, Opening, Seat, describe
from labctl.session.state import State, replay

START = datetime(2026, 12, 7, 17, 0, tzinfo=UTC)
PREPARED = ExamPhase("Phase préparatoire", 3 * 3600, 0, jury=False, behind_seal=False)
BEFORE_JURY = ExamPhase("Phase en présence du jury", 40 * 60, 0, jury=True, behind_seal=True)
LONGER = replace(PREPARED, allowed_s=4 * 3600, extra_s=3600)


def opening(benches: Sequence[int] = (1, 2), mode: Mode = Mode.EXAM) -> Opening:
    """Return an opening; the last bench has one third more time in its first phase."""
    seats = tuple(
        Seat(
            bench,
            "titre",
            f"J{1 + rank // 4}",
            (LONGER if bench == benches[-1] else PREPARED, BEFORE_JURY),
        )
        for rank, bench in enumerate(benches)
    )
    return Opening("s1", "Session d'essai", "2026-12-07", mode, "tai", "2027-12-07", seats)


def opening_record(what: Opening, at: datetime = START) -> dict[str, object]:
    """Return the first record of a journal."""
    return {
        "kind": "open",
        "seq": 0,
        "at": at.isoformat(),
        "by": "V",
        "schema": SCHEMA,
        **describe(what),
    }


class Course:
    """A session under way; ``at`` counts minutes from its opening."""

    def __init__(self, what: Opening | None = None) -> None:
        self.records: list[dict[str, object]] = [opening_record(what or opening())]

    @property
    def state(self) -> State:
        return replay(self.records, "0" * 64)

    def do(self, kind: str, *benches: int, at: float = 0, **detail: Any) -> "Course":
        """Do an act, or raise what refuses it."""
        act = Act(kind, "V", benches or tuple(self.state.benches), detail)
        check_act(self.state, act)
        moment = (START + timedelta(minutes=at)).isoformat()
        name, body = act.to_record()
        self.records.append({"kind": name, "seq": len(self.records), "at": moment, **body})
        return self

    def sign(self, *benches: int) -> "Course":
        """Have everything signed that must be."""
        for document in ("emargement", "notice", "sujet"):
            self.do("sign", *benches, document=document)
        return self

    def start(self, phase: int, *benches: int, at: float = 0) -> "Course":
        return self.do("start", *benches, at=at, exam_phase=phase)

    def seal(self, *benches: int, at: float = 0) -> "Course":
        return self.do("seal", *benches, at=at, fingerprint="f" * 64, number="")


def minute(number: float) -> datetime:
    """Return the moment so many minutes after the opening."""
    return START + timedelta(minutes=number)
