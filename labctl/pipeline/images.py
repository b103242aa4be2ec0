"""The image layers of a room: built before they are needed, listed, pruned."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from threading import Lock

from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place
from labctl.pipeline.workers import run_each
from labctl.providers.roles import builder, layers
from labctl.providers.roles.images import layers_of

BUILD_S = 1800.0
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
        return len(wanted)

    return run_each({1: work}, step, workers=1, deadline=Deadline.after(BUILD_S))


def list_layers(place: Place) -> tuple[LayerInfo, ...]:
    """Return the layers this room needs and those that are there."""
    needed = {layer.name: layer for layer in _needed(place)}
    built = layers.list_built()
    names = sorted({*needed, *built})
    return tuple(
        LayerInfo(
            name,
            needed[name].role if name in needed else str(built[name].get("role", "")),
            name in built,
            name in needed,
        )
        for name in names
    )


def prune(place: Place) -> Sequence[str]:
    """Remove the layers that no variant of the room needs; return their names."""
    return layers.prune(layer.name for layer in _needed(place))


def _needed(place: Place) -> list[layers.Layer]:
    found: dict[str, layers.Layer] = {}
    for bench in place.one_bench_per_variant():
        for layer in layers_of(place.plan(bench)):
            found[layer.name] = layer
    return list(found.values())
