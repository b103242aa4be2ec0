"""A reset before a cluster in memory: what it gives back, what is not proved, killed in between."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from labctl.core.errors import ProviderError
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from tests.incus_acts import (
    BENCH,
    PROVIDER,
    ROUTER,
    STEP,
    Killed,
    find,
    killed_at,
    reset,
    up,
)
from tests.incus_world import World

pytestmark = pytest.mark.usefixtures("light_code", "world")


def test_a_reset_gives_back_one_machine_and_leaves_the_work_on_the_others(
    plan: Plan, world: World
) -> None:
    up(plan)
    for name in (ROUTER, "internet"):
        find(world, name).files["/etc/work"] = b"mine"

    proof = reset(plan, ROUTER)

    assert proof.is_proved()
    assert {each.node for each in proof.nodes} == {ROUTER}
    assert f"host_{ROUTER}.pub" in proof.renewed
    assert "/etc/work" not in find(world, ROUTER).files
    assert "/etc/work" in find(world, "internet").files


@pytest.mark.parametrize("status", ["Stopped", "Frozen"])
def test_a_reset_of_one_machine_starts_the_jury_s_instance_that_ended(
    plan: Plan, world: World, status: str
) -> None:
    up(plan)
    jury = find(world, "jury")
    jury.document["status"] = status

    assert reset(plan, ROUTER).is_proved()

    assert find(world, "jury") is jury
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_a_reset_of_everything_renews_every_secret(plan: Plan) -> None:
    up(plan)

    proof = reset(plan)

    assert proof.is_proved()
    assert {each.node for each in proof.nodes} == {"internet", "routeur", "jury"}
    assert {"ca.pem", "audit_key", "host_jury.pub"} <= set(proof.renewed)


def test_a_machine_whose_devices_somebody_changed_has_those_it_was_made_with_again(
    plan: Plan, world: World
) -> None:
    up(plan)
    find(world, ROUTER).document["devices"]["wan0"]["network"] = "elsewhere"
    assert PROVIDER.status(BENCH).condition is BenchCondition.DAMAGED

    assert reset(plan, ROUTER).is_proved()

    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_a_machine_made_with_other_devices_is_not_proved(plan: Plan, world: World) -> None:
    up(plan)
    made = find(world, ROUTER).snapshots["clean"].document
    made["devices"]["wan0"]["network"] = "elsewhere"

    with pytest.raises(ProviderError, match="non prouvée"):
        reset(plan, ROUTER)


def test_a_machine_that_was_moved_away_from_its_bench_is_made_again_there(
    plan: Plan, world: World
) -> None:
    up(plan)
    find(world, ROUTER).document["location"] = "n1"
    assert PROVIDER.status(BENCH).missing_cables == ("routeur est sur n1, le banc sur n2",)

    assert reset(plan, ROUTER).is_proved()

    assert find(world, ROUTER).document["location"] == "n2"
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_machines_are_made_in_the_pool_of_the_room_and_again_when_that_is_another(
    plan: Plan, world: World
) -> None:
    assert plan.hosting is not None
    own = {**plan.hosting.own, "pool": "rapide"}
    fast = replace(plan, hosting=replace(plan.hosting, own=own))
    up(fast)
    pools = {name: one.document["devices"]["root"] for (_p, name), one in world.instances.items()}
    assert {disk["pool"] for disk in pools.values()} == {"rapide"}
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY
    find(world, ROUTER).document["devices"]["root"] = {**pools[ROUTER], "pool": "default"}

    assert reset(fast, ROUTER).is_proved()

    assert find(world, ROUTER).document["devices"]["root"]["pool"] == "rapide"


def test_a_machine_that_is_made_on_another_member_is_not_proved(
    plan: Plan, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    up(plan)
    find(world, ROUTER).document["location"] = "n1"
    make = World._make

    def make_elsewhere(cluster: World, query: Mapping[str, str], body: dict[str, Any]) -> Any:
        return make(cluster, {**query, "target": "n1"}, body)

    monkeypatch.setattr(World, "_make", make_elsewhere)

    with pytest.raises(ProviderError, match="non prouvée"):
        reset(plan, ROUTER)


def test_a_word_that_is_still_there_is_not_proved(plan: Plan, world: World) -> None:
    up(plan)
    world.execute = lambda _name, argv: (0, "/root\n" if "canary" in argv else "")

    with pytest.raises(ProviderError, match="trace du candidat précédent"):
        reset(plan, ROUTER)


def test_a_reset_that_is_killed_at_any_change_is_ended_by_the_next_up(
    plan: Plan, world: World
) -> None:
    rank, up_once = 0, up(plan)
    while True:
        find(world, ROUTER).files["/etc/work"] = b"mine"
        with killed_at(rank), suppress(Killed):
            reset(plan, ROUTER)
            break
        was_begun = PROVIDER.status(BENCH).condition is BenchCondition.INTERRUPTED
        up(plan)
        assert PROVIDER.status(BENCH).condition is BenchCondition.READY, rank
        assert ("/etc/work" in find(world, ROUTER).files) != was_begun, rank
        rank += STEP
    assert rank > 5
    assert up_once
