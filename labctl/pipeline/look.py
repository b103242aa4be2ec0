"""Look at a bench from a process of its own, which enters the bench's network, and judge it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from labctl.collect.bundle import load as load_evidence
from labctl.collect.recorder import Circumstances
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.core.verdict import BenchVerdicts
from labctl.core.wait import until
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.pipeline.handedin import take_documents
from labctl.pipeline.observe import COLLECT_S, collect_one
from labctl.pipeline.workers import run_each
from labctl.plan.model import Plan

LOOK_S = 2 * COLLECT_S
"""When a look is given up: it ends by itself long before, but for a process that hangs."""
SHOW_S = 45.0
"""How long a solution, a sabotage or a repair is waited for, where nothing says longer."""
LEAST_LOOKS = 2
"""Looks before something is said not to show, however long each of them takes."""


def look(
    plan: Plan,
    selection: Selection,
    secrets: Mapping[str, Secret],
    report: Report,
    *,
    run: Path | None = None,
) -> BenchVerdicts:
    """Observe and judge a bench; the evidence goes to a folder, a new run of the bench for None."""
    facts = selection.meant_for(plan).needs(plan)
    known = Circumstances(documents=take_documents(plan))
    collect = partial(collect_one, plan, facts, secrets, known=known, run=run)
    outcomes = run_each(
        {plan.bench: lambda _report: collect(report)},
        lambda _bench, _text: None,
        workers=1,
        deadline=Deadline.after(LOOK_S, patience=plan.patience),
    )
    seen = outcomes[plan.bench]
    if seen.value is None:
        raise InfrastructureError(seen.message)
    return judge([load_evidence(seen.value)], selection)[0]


def look_until(
    look_once: Callable[[], BenchVerdicts],
    is_right: Callable[[BenchVerdicts], bool],
    limit: Deadline,
) -> BenchVerdicts:
    """Look again and again until what is seen is right, or time is up; return the last look."""
    seen: list[BenchVerdicts] = []

    def shows() -> bool:
        seen.append(look_once())
        return is_right(seen[-1])

    is_shown = until(shows, limit)
    while not is_shown and len(seen) < LEAST_LOOKS:
        is_shown = shows()
    return seen[-1]
