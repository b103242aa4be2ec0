"""Prove the checks of a cahier: every bench untouched and solved, sabotages shared between them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from labctl.collect.child import preload
from labctl.configure.compose import compose_for
from labctl.core.author import name_author
from labctl.core.check import CheckSpec
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _, about
from labctl.core.paths import state_dir
from labctl.core.store import write_json
from labctl.core.verdict import BenchVerdicts
from labctl.judge.cases import list_specs
from labctl.judge.prove import NOTHING_LOST, Proof, Row, Trial
from labctl.judge.prove import prove as compare
from labctl.judge.selection import Selection
from labctl.pipeline.campaign import Campaign, Interruption, Task
from labctl.pipeline.choosing import choose_checks, list_faults
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.pipeline.remote import place_work
from labctl.pipeline.route import note_route
from labctl.pipeline.sabotage import prepare_s, try_s
from labctl.pipeline.seed import cahier_secrets
from labctl.pipeline.workers import Turn, take_turns
from labctl.plan.model import Plan
from labctl.providers import registry
from labctl.providers.profile import Ability

SCHEMA = "labctl/prove/v1"
GRACE_S = 30.0


@dataclass(frozen=True, slots=True)
class Part:
    """The cases of a bench, and both baselines."""

    catalogue: Sequence[CheckSpec]
    untouched: BenchVerdicts
    solved: BenchVerdicts


@dataclass(frozen=True, slots=True)
class Result:
    """What a proof came to, and what went wrong with its benches.

    ``failed`` are the benches that were given up, ``interruptions`` the turns that were done again.
    """

    proof: Proof
    failed: Mapping[int, Outcome[Any]]
    interruptions: tuple[Interruption, ...]

    def to_document(self) -> dict[str, object]:
        """Return the values of ``labctl/prove/v1``."""
        return {
            "score": str(self.proof.score),
            "checks": [asdict(row) for row in self.proof.rows],
            "failed": {bench: outcome.message for bench, outcome in self.failed.items()},
            "interruptions": [asdict(one) for one in self.interruptions],
        }


def prove(  # the last one is an option
    place: Place,
    benches: Sequence[int],
    only: Sequence[str],
    step: Step,
    journal: Path,
    *,
    route: str = "",
) -> Result:
    """Have the benches try the sabotages, and compare all of it.

    Every bench proves both baselines for its variant and its route. The benches are reset first,
    for a ``route`` if named. ``journal`` is the file that holds what is proved so far, written
    again after each turn.
    """
    selection = choose_checks(place.cahier.referential, only)
    plans = {bench: place.plan(bench, route) for bench in benches}
    for plan in plans.values():
        registry.require(plan.provider, Ability.FAULTS)
        compose_for(plan)  # refused before anything is reset
    for plan in plans.values():
        note_route(plan.bench, plan.route, place.home)
    preload()
    campaign = begin(plans, selection)
    run = _Run(place, tuple(only), selection, campaign, step, journal, set())
    take_turns(benches, run.take, step)
    campaign.give_up_rest()
    if not run.list_parts():
        first = next(iter(campaign.failed.values()))
        message = _("aucun banc n'a pu faire la preuve") + f"\n{first.message}"
        raise InfrastructureError(message, hint=first.hint)
    return run.write()


def foresee(
    place: Place, benches: Sequence[int], only: Sequence[str], route: str = ""
) -> dict[int, tuple[str, ...]]:
    """Return the checks whose sabotage each bench would be given if all were equally fast."""
    selection = choose_checks(place.cahier.referential, only)
    given: dict[int, list[str]] = {bench: [] for bench in benches}
    campaign = begin({bench: place.plan(bench, route) for bench in benches}, selection)
    for group in campaign.groups():
        able = [bench for bench in benches if campaign.can(bench, group)]
        given[min(able, key=lambda bench: len(given[bench]))] += campaign.list_checks(group)
    return {bench: tuple(dict.fromkeys(names)) for bench, names in given.items()}


def new_journal() -> Path:
    """Return the file of a proof that begins now."""
    return state_dir() / "proofs" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"


def begin(plans: Mapping[int, Plan], selection: Selection) -> Campaign:
    """Return what is to be proved on benches, nothing of it done."""
    catalogues = {bench: list_specs(selection, plan) for bench, plan in plans.items()}
    found = {fault.id: fault for plan in plans.values() for fault in list_faults(selection, plan)}
    return Campaign(catalogues, list(found.values()))


@dataclass(frozen=True, slots=True)
class _Run:
    """One proof under way: gives benches their turns, and tells what they come to."""

    place: Place
    only: tuple[str, ...]
    selection: Selection
    campaign: Campaign
    step: Step
    journal: Path
    told: set[str]

    def take(self, bench: int) -> Turn[Any] | None:
        """Return the next turn of a bench."""
        task = self.campaign.take(bench)
        if task is None:
            return None
        order = self._order(bench, task)
        limit = Deadline.after(order.limit_s + GRACE_S)
        return Turn(place_work(order), limit, partial(self._keep, bench, task))

    def list_parts(self) -> list[Part]:
        """Return the baselines of each bench that was once ready."""
        return [Part(*baseline) for baseline in self.campaign.baselines()]

    def write(self) -> Result:
        """Write what is proved so far, and return it."""
        proof = merge_parts(self.list_parts(), self.campaign.trials, self.campaign.lost)
        result = Result(proof, self.campaign.failed, tuple(self.campaign.interruptions))
        write_json(self.journal, {"schema": SCHEMA, **result.to_document()})
        return result

    def _order(self, bench: int, task: Task) -> Order:
        plan = self.place.plan(bench)
        options = {
            "only": list(self.only),
            "prepares": task.prepares,
            "untouched": self.campaign.must_see_untouched(bench),
            "names": list(task.names),
            "sick": list(self.campaign.sick(bench)),
            "by": name_author(),
        }
        faults = list_faults(self.selection, plan, task.names)
        limit_s = (prepare_s(plan) if task.prepares else try_s(faults)) * plan.patience
        return Order("prove", bench, (plan,), limit_s, cahier_secrets(self.place, bench), options)

    def _keep(self, bench: int, task: Task, outcome: Outcome[Any]) -> None:
        """Note what a turn came to, and tell what it proves."""
        if task.prepares:
            self.campaign.keep_ready(bench, outcome)
        else:
            self.campaign.keep_tried(bench, task, outcome)
        if outcome.value is None:
            self.step(bench, _("à refaire : %(why)s") % {"why": outcome.message})
        if self.list_parts():
            self._tell(bench, self.write())

    def _tell(self, bench: int, result: Result) -> None:
        done = self.campaign.list_done() - self.told
        rows = [row for row in result.proof.rows if row.case in done]
        fine = [row.case for row in rows if not row.reasons]
        if fine:
            self.step(bench, _("discriminent : %(checks)s") % {"checks": " ".join(fine)})
        for row in rows:
            if row.reasons:
                self.step(bench, about(row.case, _(" ; ").join(row.reasons)))
        self.told.update(done)


def merge_parts(
    parts: Sequence[Part],
    trials: Sequence[Trial],
    lost: Mapping[str, str] = NOTHING_LOST,
) -> Proof:
    """Compare what all benches showed; checks that mean nothing for any of them are left out."""
    proofs = [_compare(part, trials, lost) for part in parts]
    found: dict[str, list[Row]] = {}
    for proof in proofs:
        for row in proof.rows:
            found.setdefault(row.case, []).append(row)
    rows = tuple(_join(found[check]) for check in sorted(found))
    return Proof(rows, min(proof.score for proof in proofs))


def _compare(part: Part, trials: Sequence[Trial], lost: Mapping[str, str]) -> Proof:
    known = {spec.id for spec in part.catalogue}
    mine = [trial for trial in trials if trial.check in known]
    return compare(part.catalogue, part.untouched, part.solved, mine, lost)


def _join(rows: Sequence[Row]) -> Row:
    reasons = dict.fromkeys(reason for row in rows for reason in row.reasons)
    return replace(rows[0], reasons=tuple(reasons))
