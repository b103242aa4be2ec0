"""A power cut before a cluster in memory: what is kept, killed in between."""

from contextlib import suppress
from typing import Any

import pytest

from labctl.core.errors import ProviderError
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.incus import seat
from tests.incus_acts import (
    BENCH,
    PROVIDER,
    ROUTER,
    Killed,
    cut,
    find,
    killed_at,
    list_statuses,
    reset,
    up,
)
from tests.incus_world import Instance, World

pytestmark = pytest.mark.usefixtures("light_code", "world")


def test_a_power_cut_stops_machines_and_starts_them_on_their_own_disks(
    plan: Plan, world: World
) -> None:
    up(plan)
    find(world, ROUTER).files["/etc/work"] = b"mine"
    seen: list[tuple[str, str]] = []
    put = World._put_state

    def note(cluster: World, one: Instance, body: dict[str, Any], *asked: object) -> Any:
        seen.append((body["action"], one.document["name"]))
        return put(cluster, one, body, *asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "_put_state", note)
        assert cut(plan, ROUTER) == ""

    assert seen == [("stop", "routeur"), ("start", "routeur")]
    assert find(world, ROUTER).files["/etc/work"] == b"mine"
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_a_cut_of_nothing_ends_only_one_that_was_killed(plan: Plan, world: World) -> None:
    up(plan)
    asked = world.asked
    assert cut(plan) == ""
    assert world.asked - asked < 5  # it looks, and changes nothing

    with killed_at(2), suppress(Killed):  # noted, stopped, not started
        cut(plan, ROUTER)
    assert list_statuses(world)["routeur"] == "Stopped"
    assert PROVIDER.status(BENCH).condition is BenchCondition.INTERRUPTED

    assert cut(plan) == ""
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_a_cut_that_is_killed_at_any_change_is_ended_by_the_next_up(
    plan: Plan, world: World
) -> None:
    up(plan)
    rank = 0
    while True:
        with killed_at(rank), suppress(Killed):
            cut(plan, ROUTER)
            break
        up(plan)
        assert PROVIDER.status(BENCH).condition is BenchCondition.READY, rank
        assert list_statuses(world)["routeur"] == "Running", rank
        rank += 1
    assert rank > 3


def test_a_machine_that_does_not_come_back_after_a_cut_is_named(plan: Plan, world: World) -> None:
    up(plan)
    world.execute = lambda _name, argv: (1, "late") if seat.__name__ in argv else (0, "")

    assert "Pas prêtes après la coupure : routeur" in cut(plan, ROUTER)
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_the_power_of_a_bench_that_was_not_built_is_not_cut(plan: Plan) -> None:
    with pytest.raises(ProviderError, match="n'est pas construit"):
        cut(plan, ROUTER)


def test_the_power_of_a_bench_whose_reset_was_killed_is_not_cut(plan: Plan, world: World) -> None:
    up(plan)
    for one in world.instances.values():
        one.files["/etc/work"] = b"of the candidate before"
    with killed_at(10), suppress(Killed):  # noted, nothing stopped yet
        reset(plan)

    with pytest.raises(ProviderError, match="n'est pas construit, ou pas jusqu'au bout"):
        cut(plan, ROUTER)

    assert PROVIDER.status(BENCH).condition is BenchCondition.INTERRUPTED
    up(plan)
    assert not any("/etc/work" in one.files for one in world.instances.values())
