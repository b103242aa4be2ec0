"""Why a question got no usable answer, in the words of a verdict."""

import time
from collections.abc import Iterable

from labctl.connect.base import Answer, Question
from labctl.core.clock import timestamp
from labctl.core.errors import (
    AuthenticationRefused,
    ConnectError,
    ConnectTimeout,
    HostIdentityError,
    OutputLimit,
    Unreachable,
)
from labctl.core.verdict import Reason, Unobserved

_REASONS = {
    ConnectTimeout: Reason.TIMEOUT,
    OutputLimit: Reason.OUTPUT_LIMIT,
    HostIdentityError: Reason.TAMPER,
    AuthenticationRefused: Reason.UNREACHABLE,
    Unreachable: Reason.UNREACHABLE,
}


DETAIL_CAP = 300
"""Most characters of a detail: a part of it may be a machine's own words."""


def explain(error: ConnectError) -> Unobserved:
    """Return why the question is unobserved; anything but a known error is a broken protocol."""
    detail = error.message[:DETAIL_CAP]
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return Unobserved(reason, detail)
    return Unobserved(Reason.PROTOCOL, detail)


def refuse(questions: Iterable[Question], trouble: Unobserved) -> tuple[Answer, ...]:
    """Return the same trouble as the answer to each question."""
    now = timestamp()
    return tuple(Answer(question, b"", None, trouble, now, 0.0) for question in questions)


class Stopwatch:
    """When an answer was asked for, and how long it took."""

    def __init__(self) -> None:
        self.started_at = timestamp()
        self._from = time.monotonic()

    def elapsed_s(self) -> float:
        """Return the seconds since the start, to the millisecond."""
        return round(time.monotonic() - self._from, 3)
