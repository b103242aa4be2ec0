"""What a cluster in memory is asked for in tests: the verbs of the provider, whole or killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.incus.client import Client
from labctl.providers.incus.provider import IncusProvider
from tests.incus_world import Instance, World

ROUTER = NodeName("routeur")
FOREIGN = "labctl-00000000-01"
PROVIDER = IncusProvider()
BENCH = BenchId(1)
STEP = 5
"""Changes between two kills: all of them take a minute, and were tried."""


class Killed(BaseException):
    """Stands for kill -9: nothing of labctl catches it."""


def up(plan: Plan) -> tuple[NodeName, ...]:
    return PROVIDER.up(plan, silent, Deadline.after(60)).started


def reset(plan: Plan, *names: NodeName) -> Any:
    return PROVIDER.reset(plan, names, silent, Deadline.after(60))


def down() -> bool:
    return PROVIDER.down(BENCH, Deadline.after(60))


def find(world: World, name: str) -> Instance:
    return next(one for (_project, known), one in world.instances.items() if known == name)


def list_statuses(world: World) -> dict[str, str]:
    return {name: one.document["status"] for (_project, name), one in world.instances.items()}


@contextmanager
def killed_at(rank: int) -> Iterator[None]:
    """Kill whoever asks for the change of this rank, before it is asked."""
    left = rank

    def count() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        for name in ("change", "upload"):
            real = getattr(Client, name)

            def act(*given: Any, _real: Any = real) -> Any:
                count()
                return _real(*given)

            patch.setattr(Client, name, act)
        yield


def cut(plan: Plan, *names: NodeName) -> str:
    return PROVIDER.cut_power(plan, names, silent, Deadline.after(60))
