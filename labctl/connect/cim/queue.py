"""Questions to one machine that several connections share."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

from labctl.connect.base import Answer, Question
from labctl.connect.trouble import refuse
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved

MOST_TRIES = 2
STALLED_S = 1.5
"""After how long without its answer a question is asked beside."""
_LOST = (Reason.TIMEOUT, Reason.UNREACHABLE)


@dataclass(slots=True)
class _Asked:
    """A question that was taken."""

    tries: int = 0
    open: int = 0
    since: float = 0.0
    is_settled: bool = False


class Queue:
    """Questions in an order; a read whose connection stalls or is lost is asked once more.

    Who is free does so, when every question was taken, and the first answer counts. A script is
    never played twice.
    """

    def __init__(self, questions: Sequence[Question], order: Sequence[int]) -> None:
        self.questions = questions
        self.answers: dict[int, Answer] = {}
        self._left = deque(order)
        self._asked: dict[int, _Asked] = {}
        self._lock = Lock()

    @property
    def has_more(self) -> bool:
        """Tell whether there is a question to take now."""
        with self._lock:
            return self._find() is not None

    @property
    def is_done(self) -> bool:
        """Tell whether nothing more will come."""
        with self._lock:
            return not self._left and all(one.is_settled for one in self._asked.values())

    def take(self) -> int | None:
        """Return the index of a question to ask, None when there is none now."""
        with self._lock:
            at = self._find()
            if at is None:
                return None
            if self._left:
                self._left.popleft()
            asked = self._asked.setdefault(at, _Asked())
            asked.tries, asked.open, asked.since = asked.tries + 1, asked.open + 1, time.monotonic()
            return at

    def put(self, at: int, answer: Answer, *, is_cut: bool) -> None:
        """Keep an answer unless there is one; what was lost with its connection is none."""
        is_lost = is_cut and answer.trouble is not None and answer.trouble.reason in _LOST
        with self._lock:
            asked = self._asked[at]
            asked.open -= 1
            if asked.is_settled:
                return
            self.answers[at] = replace(answer, attempts=asked.tries)
            asked.is_settled = not is_lost or not (asked.open or self._may_be_asked_again(at))

    def finish(self, *, is_late: bool) -> tuple[Answer, ...]:
        """Return one answer each; questions without one were late, or share the last trouble."""
        trouble = Unobserved(Reason.TIMEOUT, _("la machine n’a pas répondu à temps"))
        with self._lock:
            answers = dict(self.answers)
        troubles = [answer.trouble for answer in answers.values() if answer.trouble]
        if troubles and not is_late:
            trouble = troubles[-1]
        refused = refuse(self.questions, trouble)
        return tuple(answers.get(at, refused[at]) for at in range(len(self.questions)))

    def _find(self) -> int | None:
        if self._left:
            return self._left[0]
        stalled = time.monotonic() - STALLED_S
        waiting = (at for at, one in self._asked.items() if not one.open or one.since < stalled)
        return next((at for at in waiting if self._may_be_asked_again(at)), None)

    def _may_be_asked_again(self, at: int) -> bool:
        asked, is_script = self._asked[at], "script" in self.questions[at].body
        return not asked.is_settled and asked.tries < MOST_TRIES and not is_script
