"""A look at a bench with incidents: all that is asked of it, on whatever route, and more."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from labctl.collect.bundle import load as load_evidence
from labctl.collect.recorder import Circumstances
from labctl.core.check import CheckSpec
from labctl.core.content import SECURITY, list_files
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.progress import Report, silent
from labctl.core.secrets import Secret
from labctl.core.verdict import Restart
from labctl.facts.watched import Watched
from labctl.judge.cases import machines_of, name_cases
from labctl.judge.catalogue import dependencies, load_checks
from labctl.judge.incident import Glance, Guard, make_glance
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.pipeline.look import LOOK_S
from labctl.pipeline.observe import collect_one
from labctl.pipeline.place import bench_runs, new_run
from labctl.pipeline.workers import run_each
from labctl.plan.incident import keep_judged, resolve, resolve_watches
from labctl.plan.model import Delivered, Plan
from labctl.spec.incident import Incident
from labctl.spec.incident_file import list_incidents, load_incident
from labctl.spec.security import load_all
from labctl.spec.watch import Watch


@dataclass(frozen=True, slots=True)
class Sight:
    """How a bench is looked at, whoever made what is on it.

    ``restart`` is the power cut that a look comes after: what converges is waited for longer.
    """

    plan: Plan
    secrets: Mapping[str, Secret]
    report: Report
    restart: Restart | None = None

    @property
    def whole(self) -> Plan:
        """Return the plan with nothing set apart as delivered: all of it may break."""
        return replace(self.plan, delivered=Delivered())

    @property
    def specs(self) -> tuple[CheckSpec, ...]:
        """Return the declaration of every check."""
        return tuple(check.spec for check in load_checks())

    def judged(self) -> frozenset[str]:
        """Return the checks that the bench is judged by."""
        return frozenset(map(str, machines_of(select_all(), self.whole)))

    def find(self, name: str, drawn: Mapping[str, str]) -> Incident:
        """Return an incident with the values of the bench; SpecError when it does not resolve."""
        incident = resolve(load_incident(list_incidents()[name]), self.plan, drawn)
        return keep_judged(incident, self.judged())

    def guard(self) -> Guard:
        """Return what must not be lowered on the bench."""
        meant = [
            one for one in load_all(list_files(SECURITY).values()) if one.topic in self.plan.demands
        ]
        checks = frozenset(str(check) for one in meant for check in one.checks)
        watches = tuple(
            watch for one in meant for watch in resolve_watches(one.file, one.watches, self.plan)
        )
        return Guard(checks, watches)

    def quietly(self) -> "Sight":
        """Return the same without progress."""
        return replace(self, report=silent)

    def look(self, watches: Iterable[Watch], only: Collection[str] | None = None) -> Glance:
        """Observe and judge; ``only`` are the checks that are wanted, None for all of them."""
        asked = tuple(one for one in watches if not one.check)
        selection = select_all(only)
        facts = selection.meant_for(self.whole).needs(self.whole)
        run = bench_runs(self.plan.bench) / "incidents" / new_run(self.plan.bench).name
        collect = partial(
            collect_one,
            self.whole,
            facts,
            self.secrets,
            known=Circumstances(restart=self.restart),
            run=run,
            watches=asked,
        )
        outcome = run_each(
            {self.plan.bench: lambda _report: collect(self.report)},
            lambda _bench, _text: None,
            workers=1,
            deadline=Deadline.after(LOOK_S, patience=self.plan.patience),
        )[self.plan.bench]
        if outcome.value is None:
            raise InfrastructureError(outcome.message, hint=outcome.hint)
        return _judge(outcome.value, selection)


def select_all(only: Collection[str] | None = None) -> Selection:
    """Return every check of the catalogue, or some with those that they wait for."""
    catalogue = load_checks()
    if only is None:
        return Selection(catalogue, (), ())
    chosen = tuple(check for check in catalogue if check.spec.id in only)
    needed = dependencies((one.spec for one in catalogue), [one.spec.id for one in chosen])
    return Selection(tuple(c for c in catalogue if c in chosen or c.spec.id in needed), (), ())


def _judge(run: Path, selection: Selection) -> Glance:
    evidence = load_evidence(run)
    watched = evidence.facts.get((Watched, ""))
    seen = watched.seen if isinstance(watched, Watched) else ()
    return make_glance(name_cases(judge([evidence], selection)[0]), seen)
