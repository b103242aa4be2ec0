"""The layers of a machine that carries benches: built side by side, listed, pruned."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.doors import node
from labctl.providers.roles import builder, layers
from labctl.providers.roles.images import layers_of
from labctl.providers.roles.layers import Layer

BUILDERS = 2
"""Layers built side by side: unpacking uses one core, provisioning a domain waits a lot."""


def require_root() -> None:
    """Raise ProviderError without the rights that machines and their layers need."""
    if os.geteuid() != 0:
        message = _("construire des machines demande les droits de root")
        raise ProviderError(message, hint=_("lancez labctl en root"))


def find_layers(plans: Sequence[Plan]) -> dict[str, Layer]:
    """Return the layers that the machines of plans, and ways in to them, are made of, by name."""
    found = {layer.name: layer for plan in plans for layer in layers_of(plan)}
    return found | {layer.name: layer for layer in node.list_layers() if plans}


def build(wanted: Iterable[Layer], report: Report, deadline: Deadline) -> None:
    """Build the layers that are missing; ProviderError without the rights that it takes."""
    missing = tuple(layer for layer in wanted if not layer.is_built())
    if missing:
        require_root()
    turn = Lock()

    def say(text: str) -> None:
        with turn:
            report(text)

    def build_one(layer: Layer) -> None:
        builder.build((*layer.below, layer), say, deadline)

    with ThreadPoolExecutor(BUILDERS) as pool:
        jobs = [pool.submit(copy_context().run, build_one, layer) for layer in missing]
        for job in jobs:
            job.result()


def list_built() -> dict[str, str]:
    """Return the role of each layer of the cache, by name."""
    return {name: str(said.get("role", "")) for name, said in layers.list_built().items()}
