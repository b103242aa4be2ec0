"""What is left to prove: which bench does what next, and what a bench that fails costs.

A group of sabotages that is not seen as expected, or is lost with its bench, is tried again one by
one. A bench that failed is reset and solved again; after ``MOST_FAILURES`` in a row the others do
its work.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from labctl.core.check import CheckSpec
from labctl.core.i18n import about
from labctl.core.verdict import BenchVerdicts, CheckVerdict
from labctl.judge.catalogue import dependants
from labctl.judge.groups import Excuses, form_groups, union
from labctl.judge.prove import Trial, list_changed, list_doubts, list_pointless
from labctl.pipeline.outcome import Outcome
from labctl.spec.fault import Fault, clash

MOST_FAILURES = 3
MOST_TRIES = 2
"""Times a sabotage is tried alone before it is given up because benches failed under it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A bench with the solution on it; ``untouched`` is what it was before, when asked for."""

    untouched: BenchVerdicts | None
    solved: BenchVerdicts


@dataclass(frozen=True, slots=True)
class Tried:
    """What sabotages showed; ``reverted`` is what was seen after their repair, if looked at."""

    sabotaged: BenchVerdicts
    reverted: BenchVerdicts | None


@dataclass(frozen=True, slots=True)
class Task:
    """One turn of a bench: be made ready (no ``names``), or have sabotages tried."""

    names: tuple[str, ...] = ()
    prepares: bool = False


@dataclass(frozen=True, slots=True)
class Interruption:
    """A turn that a bench did not end: what was to be done then is done again."""

    bench: int
    message: str


@dataclass(slots=True)
class _Seen:
    """A group that showed as expected; its checks are still to be seen repaired."""

    names: tuple[str, ...]
    sabotaged: BenchVerdicts
    left: set[str]
    repaired: dict[str, CheckVerdict] = field(default_factory=dict)


@dataclass(slots=True)
class _Bench:
    catalogue: Sequence[CheckSpec]
    excuses: Excuses
    untouched: BenchVerdicts | None = None
    solved: BenchVerdicts | None = None
    is_ready: bool = False
    failures: int = 0
    given_up: Outcome[Any] | None = None
    pending: list[_Seen] = field(default_factory=list)


class Campaign:
    """The state of a proof while benches take their turns."""

    def __init__(
        self, catalogues: Mapping[int, Sequence[CheckSpec]], faults: Sequence[Fault]
    ) -> None:
        """Prepare the proof of the cases of each bench."""
        self._faults = {fault.id: fault for fault in faults}
        self._benches = {
            bench: _Bench(catalogue, list_excuses(catalogue, faults))
            for bench, catalogue in catalogues.items()
        }
        self._tries: dict[str, int] = {}
        self._queue = list(self._form())
        self._under_way: dict[int, Task] = {}
        self.trials: list[Trial] = []
        self.lost: dict[str, str] = {}
        self.interruptions: list[Interruption] = []

    @property
    def failed(self) -> dict[int, Outcome[Any]]:
        """Return the benches that were given up, with the reason."""
        found = {number: bench.given_up for number, bench in self._benches.items()}
        return {number: outcome for number, outcome in found.items() if outcome is not None}

    def baselines(self) -> Iterator[tuple[Sequence[CheckSpec], BenchVerdicts, BenchVerdicts]]:
        """Yield cases, untouched and solved verdicts of each bench that was once ready."""
        for bench in self._benches.values():
            if bench.untouched is not None and bench.solved is not None:
                yield bench.catalogue, bench.untouched, bench.solved

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the groups that wait for a bench."""
        return tuple(self._queue)

    def list_checks(self, group: Collection[str]) -> list[str]:
        """Return the cases that these sabotages are for."""
        return [str(self._faults[name].check) for name in group]

    def can(self, number: int, group: Collection[str]) -> bool:
        """Tell whether the checks of all these sabotages mean something on a bench."""
        return all(name in self._benches[number].excuses for name in group)

    def take(self, number: int) -> Task | None:
        """Return the next turn of a bench; None when there is nothing for it now."""
        bench = self._benches[number]
        group = next((each for each in self._queue if self.can(number, each)), None)
        if bench.given_up or (bench.untouched and not group and not bench.pending):
            return None
        if not bench.is_ready:
            return Task(prepares=True)
        if group is not None:
            self._queue.remove(group)
        task = Task(group or ())  # none left: a last look sees that everything is repaired
        self._under_way[number] = task
        return task

    def list_done(self) -> frozenset[str]:
        """Return the checks of which every sabotage has had all its trials."""
        pending = [group.names for bench in self._benches.values() for group in bench.pending]
        under_way = [task.names for task in self._under_way.values()]
        waiting = {name for names in (*self._queue, *pending, *under_way) for name in names}
        left = {self._faults[name].check for name in waiting}
        return frozenset(fault.check for fault in self._faults.values()) - left

    def must_see_untouched(self, number: int) -> bool:
        """Tell whether the untouched bench was not looked at yet."""
        return self._benches[number].untouched is None

    def sick(self, number: int) -> tuple[str, ...]:
        """Return the checks that do not conform on the solved bench: they count there only."""
        solved = self._benches[number].solved
        return tuple(sorted(list_changed(solved))) if solved else ()

    def keep_ready(self, number: int, outcome: Outcome[Ready]) -> None:
        """Note that a bench was made ready, or was not."""
        bench = self._benches[number]
        if outcome.value is None:
            self._fail(number, Task(prepares=True), outcome)
            return
        bench.untouched = bench.untouched or outcome.value.untouched
        bench.solved = bench.solved or outcome.value.solved
        bench.is_ready = True
        self._leave_out(bench, list_pointless(bench.solved))

    def keep_tried(self, number: int, task: Task, outcome: Outcome[Tried]) -> None:
        """Note what a group showed on a bench."""
        bench = self._benches[number]
        self._under_way.pop(number, None)
        if outcome.value is None:
            self._fail(number, task, outcome)
            return
        bench.failures = 0
        tried, excuses = outcome.value, bench.excuses
        self._confirm(bench, tried.sabotaged, union(excuses, task.names))
        trials = list_trials(self._faults, excuses, task.names, tried, self.sick(number))
        if len(task.names) == 1 and tried.reverted is not None:
            self.trials += trials
        elif any(list_doubts(bench.catalogue, trial) for trial in trials):
            self._queue[:0] = [(name,) for name in task.names]
        elif task.names:
            changed = set(list_changed(tried.sabotaged)) - set(self.sick(number))
            bench.pending.append(_Seen(task.names, tried.sabotaged, changed))
        if tried.reverted is not None:
            self._confirm(bench, tried.reverted, frozenset())
            left = set(list_changed(tried.reverted)) - set(self.sick(number))
            bench.is_ready = bench.is_ready and not left
        self._accept(bench)
        if not bench.is_ready:
            self._try_again(bench)

    def give_up_rest(self) -> None:
        """Note why what still waits is not proved: no bench is left for it."""
        why = "\n".join(outcome.message for outcome in self.failed.values())
        for group in self._queue:
            for name in group:
                self.lost.setdefault(self._faults[name].check, why)

    def _form(self) -> Iterator[tuple[str, ...]]:
        """Yield groups of the sabotages that the same benches can try."""
        shared: dict[tuple[int, ...], list[str]] = {}
        for name in self._faults:
            able = tuple(sorted(number for number in self._benches if self.can(number, [name])))
            shared.setdefault(able, []).append(name)
        for able, names in shared.items():
            if able:
                alone = [name for name in names if self._faults[name].alone]
                excuses = {
                    name: frozenset[str]().union(
                        *(self._benches[number].excuses[name] for number in able)
                    )
                    for name in names
                }
                yield from form_groups(excuses, self._clashes, alone)

    def _leave_out(self, bench: _Bench, pointless: frozenset[str]) -> None:
        """Ask no more of a bench what its subject does not ask; what no bench asks is not tried."""
        bench.catalogue = [spec for spec in bench.catalogue if spec.id not in pointless]
        bench.excuses = {
            name: changed - pointless
            for name, changed in bench.excuses.items()
            if self._faults[name].check not in pointless
        }
        asked = {name for each in self._benches.values() for name in each.excuses}
        kept = (tuple(name for name in group if name in asked) for group in self._queue)
        self._queue = [group for group in kept if group]

    def _clashes(self, first: str, second: str) -> bool:
        return clash(self._faults[first], self._faults[second])

    def _confirm(self, bench: _Bench, seen: BenchVerdicts, excused: frozenset[str]) -> None:
        """See the repair of earlier groups; one whose checks do not come back is tried again."""
        verdicts = {one.check: one for one in seen.verdicts}
        for group in tuple(bench.pending):
            now = group.left - excused
            broken = now & list_changed(seen).keys()
            group.repaired |= {name: verdicts[name] for name in now}
            group.left -= now
            if broken:
                bench.pending.remove(group)
                bench.is_ready = False
                self._queue[:0] = [(name,) for name in group.names]

    def _accept(self, bench: _Bench) -> None:
        """Count the groups that were seen repaired."""
        for group in [group for group in bench.pending if not group.left]:
            bench.pending.remove(group)
            repaired = replace(group.sabotaged, verdicts=tuple(group.repaired.values()))
            tried = Tried(group.sabotaged, repaired)
            sick = tuple(list_changed(bench.solved)) if bench.solved else ()
            self.trials += list_trials(self._faults, bench.excuses, group.names, tried, sick)

    def _fail(self, number: int, task: Task, outcome: Outcome[Any]) -> None:
        """Have what was under way, and what was not seen repaired, done again."""
        bench = self._benches[number]
        checks = ", ".join(self._faults[name].check for name in task.names)
        why = about(checks, outcome.message) if checks else outcome.message
        self.interruptions.append(Interruption(number, why))
        bench.failures += 1
        bench.is_ready = False
        if bench.failures >= MOST_FAILURES:
            bench.given_up = replace(outcome, message=why)
        self._try_again(bench)
        if len(task.names) > 1:
            self._queue[:0] = [(name,) for name in task.names]
        for name in task.names if len(task.names) == 1 else ():
            self._tries[name] = self._tries.get(name, 0) + 1
            if self._tries[name] < MOST_TRIES:
                self._queue.append((name,))
            else:
                self.lost[self._faults[name].check] = why

    def _try_again(self, bench: _Bench) -> None:
        """Have groups done again whose repair nothing will show: the bench is reset first."""
        self._queue[:0] = [group.names for group in bench.pending]
        bench.pending.clear()


def list_trials(
    faults: Mapping[str, Fault],
    excuses: Excuses,
    names: Sequence[str],
    tried: Tried,
    sick: Collection[str],
) -> list[Trial]:
    """Return a look at sabotages as a trial of each; what is sick without them is left aside."""
    reverted = tried.reverted or replace(tried.sabotaged, verdicts=())
    return [
        Trial(
            faults[name].check,
            frozenset(faults[name].also),
            tried.sabotaged,
            replace(
                reverted, verdicts=tuple(one for one in reverted.verdicts if one.check not in sick)
            ),
            (union(excuses, set(names) - {name}) | set(sick)) - excuses[name],
        )
        for name in names
    ]


def list_excuses(
    catalogue: Sequence[CheckSpec], faults: Sequence[Fault]
) -> dict[str, frozenset[str]]:
    """Return what each sabotage of a check of this catalogue may change."""
    known = {spec.id for spec in catalogue}
    return {
        fault.id: frozenset({fault.check, *fault.also, *dependants(catalogue, fault.check)}) & known
        for fault in faults
        if fault.check in known
    }
