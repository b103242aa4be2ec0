"""The images of a room: built before they are needed, listed, pruned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.pipeline.lifecycle import run_orders
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.plan.model import Plan
from labctl.providers import parts, registry


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """One layer: its name, whether it is built, and whether this room needs it."""

    name: str
    role: str
    built: bool
    needed: bool


def build(place: Place, step: Step) -> dict[int, Outcome[int]]:
    """Build what is missing for every variant of the room, on every machine that has benches.

    The outcomes are numbered by machine, this one first; each counts the layers.
    """
    plans = _plans(place)
    machines = [there.hosting for there in place.one_plan_per_host()]
    if place.has_benches_here():
        machines.insert(0, None)
    limit_s = images_s(plans[0])
    orders = [
        Order("images", rank, tuple(replace(plan, hosting=at) for plan in plans), limit_s)
        for rank, at in enumerate(machines, start=1)
    ]
    return run_orders(orders, step, workers=len(orders))


def build_images(order: Order, report: Report) -> int:
    """Build what is missing on this machine for some plans of one provider."""
    return _build(order.plans, report, order.limit_s)


def images_s(plan: Plan) -> float:
    """Return the longest that building the images of a bench may take."""
    return registry.find(plan.provider).images_s


def ready_images(plan: Plan, report: Report) -> None:
    """Build what is missing for one bench, in a time of its own: a bench's is for its machines."""
    _build((plan,), report, images_s(plan))


def _build(plans: Sequence[Plan], report: Report, limit_s: float) -> int:
    setup = parts.load_setup(plans[0].provider)
    return setup.build_images(plans, report, Deadline.after(limit_s))


def list_layers(place: Place) -> tuple[LayerInfo, ...]:
    """Return the layers this room needs and those that are there, of any provider."""
    needed, built = _needed(place), dict[str, str]()
    for name in registry.PROVIDERS:
        built |= parts.load_setup(name).list_built()
    roles = {**built, **needed}
    return tuple(
        LayerInfo(name, roles[name], name in built, name in needed) for name in sorted(roles)
    )


def prune(place: Place) -> tuple[str, ...]:
    """Remove what no variant of the room needs, of any provider; return the names."""
    kept = _needed(place)
    return tuple(gone for name in registry.PROVIDERS for gone in parts.load_setup(name).prune(kept))


def _needed(place: Place) -> dict[str, str]:
    setup = parts.load_setup(place.room.document.provider)
    return dict(setup.list_needed(_plans(place)))


def _plans(place: Place) -> tuple[Plan, ...]:
    return tuple(place.plan(bench) for bench in place.one_bench_per_variant())
