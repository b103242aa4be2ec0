"""A look at a bench from beside it, for the labctl that holds the bench and knows all around it.

The labctl there has what it takes to look, and no more: neither what judges nor what prints.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from labctl.collect.child import collect_bench
from labctl.collect.recorder import Circumstances
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.facts.reading import Key
from labctl.facts.registry import load_key, name_key
from labctl.pipeline.order import Order
from labctl.pipeline.place import new_run
from labctl.plan.model import Plan
from labctl.providers.parts import load_observer


def order_look(
    plan: Plan,
    facts: Iterable[Key],
    limit_s: float,
    secrets: Mapping[str, Secret],
    known: Circumstances,
) -> Order:
    """Return the order of a look, with what is known before it."""
    from pydantic import TypeAdapter

    plain = TypeAdapter(Circumstances).dump_python(known, mode="json")
    options = {"facts": sorted(map(name_key, facts)), "known": plain}
    return Order("look", plan.bench, (plan,), limit_s, secrets, options)


def look_on(order: Order, report: Report) -> Path:
    """Observe one bench as ordered."""
    from pydantic import TypeAdapter

    return collect_bench(
        order.plan,
        load_observer(order.plan.provider).endpoints(order.plan),
        [load_key(name) for name in order.options["facts"]],
        new_run(order.bench),
        order.begin(),
        report,
        secrets=order.secrets,
        circumstances=TypeAdapter(Circumstances).validate_json(json.dumps(order.options["known"])),
    )
