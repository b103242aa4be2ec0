"""Checks made up for tests of what becomes of one, and how they are judged."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from labctl.core.check import Over, check
from labctl.core.ids import NodeName
from labctl.core.verdict import CheckVerdict, Match, Mismatch
from labctl.facts.evidence import Evidence
from labctl.facts.machines import Machines
from labctl.judge.catalogue import Check
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.plan.model import Plan
from tests.facts import Facts, evidence_of, machines
from tests.network import router_of
from tests.plans import plan_of

PLAN = plan_of(1)


@dataclass(frozen=True, slots=True)
class Thing:
    """A fact of these tests."""

    value: int = 1


def through_the_router(plan: Plan) -> tuple[NodeName, ...]:
    """Return what lies in the way of a wrong answer of these tests."""
    return (router_of(plan).node,)


def declared(
    check_id: str,
    body: Callable[[Thing], Match | None],
    *,
    after: tuple[str, ...] = (),
    partly_after: tuple[str, ...] = (),
    over: Over | None = None,
) -> Check:
    """Return a check that runs this body."""

    @check(check_id, needs=Thing, after=after, partly_after=partly_after, over=over)
    def function(plan: Plan, thing: Thing) -> Match | None:
        """Un contrôle d'essai."""
        assert plan.bench
        return body(thing)

    return Check(function.labctl_check, function, "essai.py", 1)  # type: ignore[attr-defined]


def judged(
    *checks: Check, facts: Facts | None = None, support: tuple[Check, ...] = ()
) -> dict[str, CheckVerdict]:
    """Judge one bench and return its verdicts by check."""
    evidence = evidence_of(PLAN, {Thing: Thing(), Machines: machines(PLAN)} | (facts or {}))
    return judged_on(evidence, *checks, support=support)


def judged_on(
    evidence: Evidence, *checks: Check, support: tuple[Check, ...] = ()
) -> dict[str, CheckVerdict]:
    """Judge one evidence and return its verdicts by check."""
    (bench,) = judge([evidence], Selection(checks, support))
    return {verdict.check: verdict for verdict in bench.verdicts}


def accept(_thing: Thing) -> None:
    """Find nothing wrong."""


def reject(_thing: Thing) -> None:
    raise Mismatch("faux", expected="A", found="B", earned=Decimal("0.5"))


def raising(error: BaseException) -> Callable[[Thing], None]:
    """Return a body that raises."""

    def body(_thing: Thing) -> None:
        raise error

    return body
