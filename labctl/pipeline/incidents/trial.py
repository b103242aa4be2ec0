"""Incidents tried on a solved bench: seen, repaired every way that is accepted, and undone.

They are tried in rounds of several at once; a round that is not as their files say is tried again
one by one, so that what is wrong has a name.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from labctl.core.errors import LabctlError
from labctl.core.i18n import _, about
from labctl.core.incident import Told
from labctl.core.untrusted import one_line
from labctl.core.wait import until
from labctl.judge.incident import (
    FINE,
    Finding,
    Glance,
    find_refusal,
    is_shown,
    list_still,
    list_unexpected,
    tell,
)
from labctl.judge.rounds import Act, Round, form_rounds
from labctl.pipeline.incidents.bench import NotInjected, inject, repair, undo
from labctl.pipeline.incidents.held import Bench
from labctl.pipeline.incidents.looking import look, look_at
from labctl.pipeline.look import LEAST_LOOKS, SHOW_S
from labctl.spec.incident import Incident, LineName

T = TypeVar("T")
Trouble = tuple[Act, str, str]
"""An act, the name of the trial that it spoils, and what is not as the file says."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing tried of an incident, and what was not as it says."""

    incident: str
    what: str
    troubles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """How power is cut on a bench, and how it is made as new and solved.

    ``cut`` returns what is not ready again. None: restarts are left out, the bench is taken as it
    is.
    """

    cut: Callable[[], str] | None
    renew: Callable[[], None] | None


def try_incidents(
    bench: Bench, draws: Mapping[str, dict[str, str]], power: Power
) -> tuple[Trial, ...]:
    """Try incidents and all their repairs; the bench is then as it was."""
    undo(bench, [record.id for record in bench.read().open])
    incidents = {name: bench.sight.find(name, drawn) for name, drawn in draws.items()}
    is_cut = power.cut is not None
    rounds = form_rounds(
        tuple(incidents.values()), bench.sight.specs, bench.sight.plan, restarts=is_cut
    )
    waiting = deque(rounds)
    trying = _Trying(bench, incidents, draws, power)
    before = trying.look_before(waiting, is_new=True)
    while waiting:
        acts = waiting.popleft()
        trying.announce(acts, len(waiting))
        troubles = trying.take(acts, before)
        again = trying.list_doubted(acts, troubles)
        waiting.extendleft((act,) for act in reversed(again))
        before = trying.look_before(waiting)
        lost = tuple(trying.list_lost(before))
        if lost:
            more = [act for act in acts if len(acts) > 1 and act not in again]
            waiting.extendleft((act,) for act in more)
            again = [*again, *more]
            if power.renew is not None:
                power.renew()
            before = trying.look_before(waiting, is_new=True)
        trying.keep([act for act in acts if act not in again], troubles, lost)
    return trying.list_trials()


@dataclass(slots=True)
class _Trying:
    """Incidents on a bench, what conformed when it was healthy, and what was found so far."""

    bench: Bench
    incidents: Mapping[str, Incident]
    draws: Mapping[str, dict[str, str]]
    power: Power
    healthy: frozenset[str] = frozenset()
    found: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def announce(self, acts: Round, left: int) -> None:
        """Tell which incidents are tried now, and how many rounds are left."""
        words = {"names": " ".join(act.incident for act in acts), "left": left}
        self.bench.sight.report(_("essaie %(names)s ; encore %(left)d tours") % words)

    def look_before(self, waiting: Sequence[Round], *, is_new: bool = False) -> Glance:
        """Look until the bench is healthy and the next round may begin, or time is up.

        The last look at one that ``is_new`` says what conforms there.
        """
        after = [self.incidents[act.incident] for acts in list(waiting)[:1] for act in acts]

        def is_ready(now: Glance) -> bool:
            if is_new:
                self.healthy = frozenset(now.verdicts)
            return not any(self.list_lost(now)) and not any(find_refusal(one, now) for one in after)

        now = self._see(partial(look_at, self.bench, after), is_ready)
        if is_new:
            found = (case for case, one in now.verdicts.items() if one.verdict in FINE)
            self.healthy = frozenset(found)
        return now

    def list_lost(self, now: Glance) -> Iterator[str]:
        """Yield every check that does not conform any more, though nothing is broken."""
        for case, one in now.verdicts.items():
            if case in self.healthy and one.verdict not in FINE:
                yield about(case, one.message or _(one.verdict.value))

    def take(self, acts: Round, before: Glance) -> list[Trouble]:
        """Break what the incidents of a round break, try it, undo it; return what was wrong."""
        troubles: list[Trouble] = []
        try:
            there = self._inject(acts, before, troubles)
            for trouble in self._try(there) if there else ():
                troubles.append(trouble)  # what was found before an error counts
        except LabctlError as exc:
            troubles += [(act, name_trials(act)[-1], exc.message) for act in acts]
        for act in reversed(acts):
            try:
                undo(self.bench, [act.incident])
            except LabctlError as exc:
                troubles.append((act, name_trials(act)[-1], exc.message))
        return troubles

    def _inject(self, acts: Round, before: Glance, troubles: list[Trouble]) -> Round:
        """Break what a round breaks; return those that are there, the troubles of others kept."""
        try:
            inject(
                self.bench, {act.incident: self.draws[act.incident] for act in acts}, before=before
            )
        except NotInjected as exc:
            there = {one.id for one in self.bench.read().open if one.shown}
            lost = [act for act in acts if act.incident not in there]
            troubles += [(act, what, exc.message) for act in lost for what in name_trials(act)]
            return tuple(act for act in acts if act not in lost)
        return acts

    def list_doubted(self, acts: Round, troubles: Sequence[Trouble]) -> list[Act]:
        """Return the acts of a round that are to be tried alone, and tell why."""
        if len(acts) == 1:
            return []
        for act, what, why in troubles:
            told = _("sera essayée seule : %(why)s") % {"why": one_line(about(what, why))}
            self.bench.sight.report(about(act.incident, told))
        doubted = [trouble[0] for trouble in troubles]
        return [act for act in acts if act in doubted]

    def keep(self, acts: Sequence[Act], troubles: Sequence[Trouble], lost: Sequence[str]) -> None:
        """Keep what was found of acts, and tell it."""
        for act in acts:
            for what in name_trials(act):
                why = [trouble[2] for trouble in troubles if trouble[:2] == (act, what)]
                self.found.setdefault((act.incident, what), []).extend(why)
                told = about(what, _(" ; ").join(why) or _("oui"))
                self.bench.sight.report(about(act.incident, one_line(told)))
            self.found.setdefault((act.incident, _("le banc après le retrait")), []).extend(lost)

    def list_trials(self) -> tuple[Trial, ...]:
        """Return what was tried, incident by incident."""
        last = _("le banc après le retrait")
        rows = sorted(self.found.items(), key=lambda row: (row[0][0], row[0][1] == last))
        return tuple(Trial(name, what, tuple(why)) for (name, what), why in rows)

    def _try(self, acts: Round) -> Iterator[Trouble]:
        """Yield what is not as the files of the incidents of a round say."""
        first = acts[0]
        if first.looks:
            yield from self._see(lambda: tuple(self._list_wrong(acts)), lambda found: not found)
        if first.cuts_first:
            yield from self._cut(acts, 0)
            yield from self._list_gone(acts)
        if first.repair is None:
            return
        yield from self._repair(acts)
        findings = self._find(acts, lambda act, found: not any(list_red(act, found)))
        yield from _name(acts, findings, list_red)
        if first.cuts_after:
            yield from self._cut(acts, -1)
            findings = self._find(acts, lambda act, found: not any(_list_restarted(act, found)))
            yield from _name(acts, findings, _list_restarted)

    def _list_wrong(self, acts: Round) -> Iterator[Trouble]:
        """Yield what incidents change and do not say, and the other way round."""
        incidents = [self.incidents[act.incident] for act in acts]
        now = look_at(self.bench, incidents)
        before = self.bench.read().before
        if before is None:
            return
        healthy = before.glance()
        unexpected = list_unexpected(incidents, healthy, now, self.bench.sight.specs)
        for act, incident in zip(acts, incidents, strict=True):
            told, reasons = tell(incident.cause, now)
            if told is not Told.NO:
                said = _("la cause ne se voit pas : %(why)s")
                yield act, _("la panne"), said % {"why": _(" ; ").join(reasons) or "–"}
            for check in list_still(incident, healthy, now):
                yield act, _("la panne"), _("%(check)s ne change pas") % {"check": check}
            for why in unexpected:
                yield act, _("la panne"), _("change aussi %(why)s") % {"why": why}

    def _list_gone(self, acts: Round) -> Iterator[Trouble]:
        """Yield the incidents that a restart repairs and that do not say so, and the others."""
        incidents = {act: self.incidents[act.incident] for act in acts}
        watches = [watch for one in incidents.values() for watch in one.symptom]
        checks = {str(watch.check) for watch in watches if watch.check}

        def list_wrong(now: Glance) -> list[Act]:
            return [
                act for act, one in incidents.items() if is_shown(one, now) != one.survives_restart
            ]

        now = self._see(
            lambda: self.bench.sight.look(watches, checks), lambda seen: not list_wrong(seen)
        )
        for act in list_wrong(now):
            if incidents[act].survives_restart:
                yield act, _("la panne"), _("après redémarrage la panne n'est plus là")
            else:
                yield act, _("la panne"), _("après redémarrage la panne est encore là")

    def _repair(self, acts: Round) -> Iterator[Trouble]:
        for act in acts:
            try:
                repair(self.bench, [act.incident], act.repair.steps if act.repair else ())
            except LabctlError as exc:
                yield act, name_trials(act)[-1], exc.message

    def _find(self, acts: Round, is_right: Callable[[Act, Finding], bool]) -> dict[str, Finding]:
        """Look until the lines of all incidents are right, or time is up; return them."""
        return self._see(
            lambda: {finding.incident: finding for finding in look(self.bench)},
            lambda found: all(is_right(act, found[act.incident]) for act in acts),
        )

    def _cut(self, acts: Round, rank: int) -> Iterator[Trouble]:
        """Cut the power; yield what is not ready again, for the trials of this rank."""
        trouble = self.power.cut() if self.power.cut is not None else ""
        if trouble:
            said = _("après redémarrage : %(why)s") % {"why": trouble}
            yield from ((act, name_trials(act)[rank], said) for act in acts)

    def _see(self, look_once: Callable[[], T], is_right: Callable[[T], bool]) -> T:
        """Look again and again until what is seen is right, or time is up; return the last look."""
        seen: list[T] = []

        def is_seen() -> bool:
            seen.append(look_once())
            return is_right(seen[-1])

        limit = self.bench.limit(SHOW_S)
        while not until(is_seen, limit) and len(seen) < LEAST_LOOKS:
            continue
        return seen[-1]


def name_trials(act: Act) -> tuple[str, ...]:
    """Return the names of the trials that an act is."""
    fault = (_("la panne"),) if act.looks else ()
    return (*fault, act.repair.label) if act.repair is not None else fault


def list_red(act: Act, finding: Finding) -> Iterator[str]:
    """Yield the lines that are not as a repair leaves them."""
    leaves = act.repair.leaves if act.repair is not None else ()
    for line in finding.lines:
        if line.name in leaves and line.told is Told.YES:
            yield _("la ligne %(name)s dit oui") % {"name": line.name.value}
        if line.name not in leaves and line.told is not Told.YES:
            words = {"name": line.name.value, "told": _(line.told.value)}
            why = _(" ; ").join(line.reasons)
            yield _("la ligne %(name)s dit %(told)s : %(why)s") % {**words, "why": why}


def _list_restarted(act: Act, finding: Finding) -> Iterator[str]:
    """Yield what a restart should not have left of a repair."""
    if act.repair is not None and LineName.LASTING in act.repair.leaves:
        if finding.is_repaired:
            yield _("tient après redémarrage")
        return
    for why in list_red(act, finding):
        yield _("après redémarrage, %(why)s") % {"why": why}


def _name(
    acts: Round,
    findings: Mapping[str, Finding],
    list_wrong: Callable[[Act, Finding], Iterator[str]],
) -> Iterator[Trouble]:
    for act in acts:
        for why in list_wrong(act, findings[act.incident]):
            yield act, name_trials(act)[-1], why
