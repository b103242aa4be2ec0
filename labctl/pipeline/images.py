"""The layers and guest images of a room: built before they are needed, listed, pruned."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from threading import Lock

from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.pipeline.lifecycle import run_orders
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.plan.model import Plan
from labctl.providers.libvirt import images as guests
from labctl.providers.roles import builder, layers
from labctl.providers.roles.images import layers_of

BUILD_S = 1800.0
_GUESTS = "guests/"
"""Where the images of virtual machines are in the cache, beside the layers."""
BUILDERS = 2
"""Layers built side by side: unpacking uses one core, provisioning a domain waits a lot."""


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
    orders = [
        Order("images", rank, tuple(replace(plan, hosting=at) for plan in plans), BUILD_S)
        for rank, at in enumerate(machines, start=1)
    ]
    return run_orders(orders, step, workers=len(orders))


def build_images(order: Order, report: Report) -> int:
    """Build what is missing on this machine for some plans."""
    wanted = _needed(order.plans)
    turn, deadline = Lock(), Deadline.after(order.limit_s)

    def say(text: str) -> None:
        with turn:
            report(text)

    def build_one(layer: layers.Layer) -> None:
        builder.build((*layer.below, layer), say, deadline)

    with ThreadPoolExecutor(BUILDERS) as pool:
        jobs = [pool.submit(copy_context().run, build_one, layer) for layer in wanted]
        for job in jobs:
            job.result()
    for stacks in _guest_stacks(order.plans):
        guests.ensure_images(stacks, say, deadline)
    return len(wanted)


def list_layers(place: Place) -> tuple[LayerInfo, ...]:
    """Return the layers this room needs and those that are there."""
    plans = _plans(place)
    needed = {layer.name: layer.role for layer in _needed(plans)} | _needed_guests(plans)
    built = {name: str(said.get("role", "")) for name, said in layers.list_built().items()}
    built |= {f"{_GUESTS}{name}": name.rpartition("-")[0] for name in guests.list_built()}
    roles = {**built, **needed}
    return tuple(
        LayerInfo(name, roles[name], name in built, name in needed) for name in sorted(roles)
    )


def prune(place: Place) -> Sequence[str]:
    """Remove the layers that no variant of the room needs; return their names."""
    kept = [name.removeprefix(_GUESTS) for name in _needed_guests(_plans(place))]
    gone = tuple(f"{_GUESTS}{name}" for name in guests.prune(kept))
    return (*gone, *layers.prune(layer.name for layer in _needed(_plans(place))))


def _plans(place: Place) -> tuple[Plan, ...]:
    return tuple(place.plan(bench) for bench in place.one_bench_per_variant())


def _needed(plans: Sequence[Plan]) -> list[layers.Layer]:
    found: dict[str, layers.Layer] = {}
    for plan in plans:
        for layer in layers_of(plan):
            found[layer.name] = layer
    if any(map(_has_guests, plans)):
        found |= {layer.name: layer for layer in guests.guest_layers()}
    return list(found.values())


def _needed_guests(plans: Sequence[Plan]) -> dict[str, str]:
    """Return the role of each guest image that plans need, by name."""
    return {
        f"{_GUESTS}{name}": role
        for stacks in _guest_stacks(plans)
        for role, name in guests.name_images(stacks).items()
    }


def _guest_stacks(plans: Sequence[Plan]) -> Iterator[Mapping[str, Sequence[layers.Layer]]]:
    for plan in plans:
        if _has_guests(plan):
            yield guests.list_stacks(plan)


def _has_guests(plan: Plan) -> bool:
    return plan.provider == "libvirt"
