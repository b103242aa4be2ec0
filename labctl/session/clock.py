"""The clock of one bench in one phase of the exam; what time it is, is passed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count; ``until`` is None while it lasts."""

    since: datetime
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BenchClock:
    """What a candidate has, and has used.

    ``allowed_s`` is the length of the phase with what the candidate is granted more; ``given_s``
    is time given back on the day, after an incident.
    """

    allowed_s: int
    started: datetime
    pauses: tuple[Pause, ...] = ()
    given_s: int = 0
    stopped: datetime | None = None

    @property
    def is_stopped(self) -> bool:
        """Tell whether the phase is over."""
        return self.stopped is not None

    @property
    def is_paused(self) -> bool:
        """Tell whether a pause is going on."""
        return not self.is_stopped and bool(self.pauses) and self.pauses[-1].until is None

    def spent_s(self, now: datetime) -> float:
        """Return the time worked, pauses left out."""
        end = self.stopped or now
        idle = sum(((pause.until or end) - pause.since for pause in self.pauses), start=timedelta())
        return (end - self.started - idle).total_seconds()

    def left_s(self, now: datetime) -> float:
        """Return the time left; below zero, the time that was taken too much."""
        return self.allowed_s + self.given_s - self.spent_s(now)

    def paused_s(self, now: datetime) -> float:
        """Return the time that did not count."""
        return ((self.stopped or now) - self.started).total_seconds() - self.spent_s(now)

    def ends(self, now: datetime) -> datetime:
        """Return when the time is up if nothing pauses the clock from now on."""
        return (self.stopped or now) + timedelta(seconds=self.left_s(now))

    def pause(self, at: datetime, reason: str) -> "BenchClock":
        """Return the clock paused."""
        return replace(self, pauses=(*self.pauses, Pause(at, None, reason)))

    def resume(self, at: datetime, reason: str) -> "BenchClock":
        """Return the clock running again; a phase that was over had a pause since."""
        if self.stopped is not None:
            over = Pause(self.stopped, at, reason)
            return replace(self, stopped=None, pauses=(*self.pauses, over))
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], until=at)))

    def give(self, seconds: int) -> "BenchClock":
        """Return the clock with more time."""
        return replace(self, given_s=self.given_s + seconds)

    def stop(self, at: datetime) -> "BenchClock":
        """Return the clock of a phase that is over."""
        running = self.resume(at, "") if self.is_paused else self
        return replace(running, stopped=at)
