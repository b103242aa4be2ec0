"""The layers and guest images of a room: built before they are needed, listed, pruned."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from threading import Lock

from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.pipeline.workers import run_each
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
    """Build what is missing for every variant of the room; the outcome counts the layers."""

    def work(report: Report) -> int:
        wanted = _needed(place)
        turn, deadline = Lock(), Deadline.after(BUILD_S)

        def say(text: str) -> None:
            with turn:
                report(text)

        def build_one(layer: layers.Layer) -> None:
            builder.build((*layer.below, layer), say, deadline)

        with ThreadPoolExecutor(BUILDERS) as pool:
            jobs = [pool.submit(copy_context().run, build_one, layer) for layer in wanted]
            for job in jobs:
                job.result()
        for stacks in _guest_stacks(place):
            guests.ensure_images(stacks, say, deadline)
        return len(wanted)

    return run_each({1: work}, step, workers=1, deadline=Deadline.after(BUILD_S))


def list_layers(place: Place) -> tuple[LayerInfo, ...]:
    """Return the layers this room needs and those that are there."""
    needed = {layer.name: layer.role for layer in _needed(place)} | _needed_guests(place)
    built = {name: str(said.get("role", "")) for name, said in layers.list_built().items()}
    built |= {f"{_GUESTS}{name}": name.rpartition("-")[0] for name in guests.list_built()}
    roles = {**built, **needed}
    return tuple(
        LayerInfo(name, roles[name], name in built, name in needed) for name in sorted(roles)
    )


def prune(place: Place) -> Sequence[str]:
    """Remove the layers that no variant of the room needs; return their names."""
    kept = [name.removeprefix(_GUESTS) for name in _needed_guests(place)]
    gone = tuple(f"{_GUESTS}{name}" for name in guests.prune(kept))
    return (*gone, *layers.prune(layer.name for layer in _needed(place)))


def _needed(place: Place) -> list[layers.Layer]:
    found: dict[str, layers.Layer] = {}
    for bench in place.one_bench_per_variant():
        for layer in layers_of(place.plan(bench)):
            found[layer.name] = layer
    if _has_guests(place):
        found |= {layer.name: layer for layer in guests.guest_layers()}
    return list(found.values())


def _needed_guests(place: Place) -> dict[str, str]:
    """Return the role of each guest image the room needs, by name."""
    return {
        f"{_GUESTS}{name}": role
        for stacks in _guest_stacks(place)
        for role, name in guests.name_images(stacks).items()
    }


def _guest_stacks(place: Place) -> Iterator[Mapping[str, Sequence[layers.Layer]]]:
    if _has_guests(place):
        for bench in place.one_bench_per_variant():
            yield guests.list_stacks(place.plan(bench))


def _has_guests(place: Place) -> bool:
    return place.room.document.provider == "libvirt"
