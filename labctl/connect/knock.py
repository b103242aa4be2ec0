"""Open a session on a line that loses parts of the greeting: knock again, the first door serves.

A greeting is ten messages or so, one after the other; the far end sends again what was lost after
longer and longer waits, where a new greeting may take a second. Where nothing is lost, a machine
that is slow has enough to do with one.
"""

import threading
from collections.abc import Callable

from labctl.connect.base import Session
from labctl.connect.line import Losses
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectTimeout
from labctl.core.i18n import _

KNOCK_S, KNOCKS = 3.0, 3
"""After how long one knocks again, and how often in all."""
_GRACE_S = 0.5


def open_soonest(open_one: Callable[[Deadline], Session], deadline: Deadline) -> Session:
    """Open a session, on a line that loses frames with others beside it; return the first.

    What the first attempt raises is raised: the others may only be sooner.
    """
    race, losses = _Race(open_one, deadline), Losses()
    race.enter()
    for _knock in range(1, KNOCKS):
        has_ended = race.has_ended.wait(deadline.within(KNOCK_S).remaining_s())
        if has_ended or deadline.is_over():
            break
        if losses.are_many():
            race.enter()
    return race.finish()


class _Race:
    """Attempts to open a session, side by side; what comes too late is closed."""

    def __init__(self, open_one: Callable[[Deadline], Session], deadline: Deadline) -> None:
        self.has_ended = threading.Event()
        self._open_one = open_one
        self._deadline = deadline
        self._attempts = 0
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._error: BaseException | None = None

    def enter(self) -> None:
        """Begin one more attempt."""
        self._attempts += 1
        is_first = self._attempts == 1
        threading.Thread(target=self._run, args=(is_first,), daemon=True).start()

    def finish(self) -> Session:
        """Return the first session; raise what the first attempt raised."""
        self.has_ended.wait(self._deadline.remaining_s() + _GRACE_S)
        late = ConnectTimeout(_("la machine n’a pas répondu à temps"))
        self._end(None, late)
        if self._session is None:
            raise self._error or late
        return self._session

    def _run(self, is_first: bool) -> None:  # noqa: FBT001  # an argument of a thread
        try:
            session = self._open_one(self._deadline)
        except BaseException as exc:  # noqa: BLE001  # raised again in the caller's thread
            if is_first:
                self._end(None, exc)
            return
        if not self._end(session, None):
            session.close()

    def _end(self, session: Session | None, error: BaseException | None) -> bool:
        """End the race so, unless it has; tell whether it did."""
        with self._lock:
            if self.has_ended.is_set():
                return False
            self._session, self._error = session, error
            self.has_ended.set()
            return True
