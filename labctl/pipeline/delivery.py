"""What a bench is delivered with: its solution, applied when it is built, and seen to work."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.core.store import remove
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.pipeline.applying import apply_solution, longest_s
from labctl.pipeline.choosing import choose_checks
from labctl.pipeline.delivered import note_delivery
from labctl.pipeline.look import LOOK_S, SHOW_S, look, look_until
from labctl.pipeline.place import bench_dir
from labctl.plan.model import Delivered, Plan

_FINE = (Verdict.CONFORM, Verdict.NOT_APPLICABLE)


def deliver_s(plan: Plan) -> float:
    """Return how long it may take to deliver a bench that was just built, before patience."""
    return longest_s(plan) + SHOW_S + 2 * LOOK_S if plan.delivered.topics else 0.0


def deliver(plan: Plan, secrets: Mapping[str, Secret], report: Report) -> tuple[str, ...]:
    """Apply the solution of what is delivered; return the checks that were seen to conform.

    Raises InfrastructureError, naming them, when a task failed or a check does not conform.
    """
    if not plan.delivered.topics:
        return ()
    _apply(plan, secrets, report, None)
    report(_("vérification de ce qui est livré"))
    verdicts = _verify(plan, secrets, report)
    checks = tuple(sorted({one.check for one in verdicts if one.verdict in _FINE}))
    note_delivery(plan.bench, checks)
    return checks


def deliver_again(
    plan: Plan, secrets: Mapping[str, Secret], report: Report, nodes: Collection[NodeName]
) -> None:
    """Apply the solution of what is delivered to machines that are new, and to no other.

    The rest of the bench is in use: nothing is said of it.
    """
    if plan.delivered.topics:
        _apply(plan, secrets, report, nodes)
        note_delivery(plan.bench, ())


def _apply(
    plan: Plan,
    secrets: Mapping[str, Secret],
    report: Report,
    nodes: Collection[NodeName] | None,
) -> None:
    report(_("mise en place de ce qui est livré"))
    apply_solution(plan, secrets, report, plan.delivered.topics, nodes)


def _verify(plan: Plan, secrets: Mapping[str, Secret], report: Report) -> tuple[CheckVerdict, ...]:
    """Return the verdicts on what is delivered; its evidence is of no candidate, and not kept."""
    whole = replace(plan, delivered=Delivered())
    selection = choose_checks(plan.referential).delivered_on(plan)
    folder = bench_dir(plan.bench) / "private" / "delivered"

    def look_once() -> BenchVerdicts:
        remove(folder)
        return look(whole, selection, secrets, report, run=folder)

    limit = Deadline.after(SHOW_S, patience=plan.patience)
    try:
        seen = look_until(look_once, lambda found: not _list_wrong(found), limit)
    finally:
        remove(folder)
    wrong = _list_wrong(seen)
    if wrong:
        lines = (about(f"{one.check} {one.label}", one.message) for one in wrong)
        raise InfrastructureError(
            _("ce qui est livré ne marche pas :") + "\n" + "\n".join(lines),
            hint=_("l'état des machines : labctl status %(bench)d") % {"bench": plan.bench},
        )
    return seen.verdicts


def _list_wrong(seen: BenchVerdicts) -> tuple[CheckVerdict, ...]:
    return tuple(one for one in seen.verdicts if one.verdict not in _FINE)
