"""Cut the power of what a candidate configures, to see what holds: it is what the jury will see."""

from collections.abc import Sequence
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import Report
from labctl.core.verdict import Restart
from labctl.pipeline.journal import note_restart
from labctl.pipeline.lifecycle import WORKERS, budget_of, hold, run_orders
from labctl.pipeline.look import LOOK_S
from labctl.pipeline.observe import Choice, collect
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.pipeline.sealed import require_open
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan
from labctl.providers import parts, registry
from labctl.providers.profile import Ability
from labctl.spec.topology import NodeState


def list_cut(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines whose power is cut: those that the candidate configures."""
    return tuple(
        node.name
        for node in plan.nodes.values()
        if node.state is NodeState.TO_CONFIGURE and node.name not in plan.delivered.machines
    )


def cut_power(place: Place, benches: Sequence[int], step: Step) -> dict[int, Outcome[str]]:
    """Cut the power of the candidate's machines of benches, and wait until they are ready again.

    The value of an outcome says what is not, empty when all is.
    """
    return _run(place, benches, step, is_begun=False)


def end_cuts(place: Place, benches: Sequence[int], step: Step) -> dict[int, Outcome[str]]:
    """Bring the machines of benches back whose power was cut by a labctl that was killed."""
    return _run(place, benches, step, is_begun=True)


def collect_after_cut(
    place: Place, benches: Sequence[int], choice: Choice, step: Step
) -> tuple[dict[int, Outcome[Path]], dict[int, Outcome[str]]]:
    """Observe benches, cut the power of the candidate's machines, observe again.

    Returns the last collection of each bench, which names the first, and the cuts that came to
    nothing: of such a bench the first collection is all there is.
    """
    ended = end_cuts(place, benches, step)
    refused = {bench: outcome for bench, outcome in ended.items() if not outcome.ok}
    before = collect(place, [bench for bench in benches if bench not in refused], choice, step)
    seen = {bench: outcome.value for bench, outcome in before.items() if outcome.value}
    cuts = cut_power(place, list(seen), step)
    restarts = {
        bench: Restart(list_cut(place.plan(bench)), seen[bench].name, outcome.value)
        for bench, outcome in cuts.items()
        if outcome.value is not None
    }
    after = collect(place, list(restarts), choice, step, restarts)
    failed = {bench: outcome for bench, outcome in cuts.items() if not outcome.ok}
    return {**before, **after}, {**refused, **failed}


def restart_on(order: Order, report: Report) -> str:
    """Cut the power of machines of a bench for its candidate, and record it in its session."""
    nodes = [NodeName(name) for name in order.options["nodes"]]
    with hold(order, require_open):
        deadline = Deadline.after(order.limit_s)
        trouble = parts.load(order.plan.provider).cut_power(order.plan, nodes, report, deadline)
    note_restart(order.bench, order.options["nodes"])
    return trouble


def _run(
    place: Place, benches: Sequence[int], step: Step, *, is_begun: bool
) -> dict[int, Outcome[str]]:
    orders = []
    for bench in benches:
        plan = place.plan(bench)
        registry.require(plan.provider, Ability.POWER_CUT)
        nodes = [] if is_begun else list(list_cut(plan))
        cut_s = 2 * budget_of(plan).up_s  # half of it for a machine that does not come back
        limit_s = cut_s + 2 * LOOK_S * plan.patience
        options = {"nodes": nodes, "cut_s": cut_s}
        secrets = cahier_secrets(place, bench)
        orders.append(Order("cut", bench, (plan,), limit_s, secrets, options))
    return run_orders(orders, step, workers=WORKERS)
