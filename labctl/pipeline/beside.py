"""A look at a bench from beside it, for the labctl that holds the bench and knows all around it.

The labctl there has what it takes to look, and no more: neither what judges nor what prints.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from labctl.collect.child import collect_bench
from labctl.collect.recorder import Circumstances
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.core.store import remove
from labctl.facts.reading import Key
from labctl.facts.registry import load_key, name_key
from labctl.facts.watched import want_watches
from labctl.pipeline.order import Order
from labctl.pipeline.place import bench_runs, new_run
from labctl.plan.model import Plan
from labctl.providers.parts import load_observer
from labctl.spec.watch import Watch

LAST = "beside"
"""The folder, among the runs of a bench, of the last look that was ordered from elsewhere."""


def order_look(
    plan: Plan,
    facts: Iterable[Key],
    limit_s: float,
    secrets: Mapping[str, Secret],
    known: Circumstances,
    watches: Sequence[Watch] = (),
) -> Order:
    """Return the order of a look, with what is known before it and what is looked at besides."""
    from pydantic import TypeAdapter

    options = {
        "facts": sorted(map(name_key, facts)),
        "known": TypeAdapter(Circumstances).dump_python(known, mode="json"),
        "watches": TypeAdapter(tuple[Watch, ...]).dump_python(tuple(watches), mode="json"),
    }
    return Order("look", plan.bench, (plan,), limit_s, secrets, options)


def look_on(order: Order, report: Report) -> Path:
    """Observe one bench as ordered; of the looks that this labctl was given, the last is kept."""
    from pydantic import TypeAdapter

    name = new_run(order.bench).name
    folder = bench_runs(order.bench) / LAST
    remove(folder)
    watches = TypeAdapter(tuple[Watch, ...]).validate_json(json.dumps(order.options["watches"]))
    return collect_bench(
        order.plan,
        load_observer(order.plan.provider).endpoints(order.plan),
        [load_key(name) for name in order.options["facts"]],
        folder / name,
        order.begin(),
        report,
        secrets=order.secrets,
        circumstances=TypeAdapter(Circumstances).validate_json(json.dumps(order.options["known"])),
        watched=want_watches(watches) if watches else None,
    )
