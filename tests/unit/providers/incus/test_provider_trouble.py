"""What becomes of a bench when files, secrets, a member or the cluster are not there."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from labctl.core.errors import ProviderError
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.incus import clusters, inventory, seat
from tests.incus_acts import (
    BENCH,
    FOREIGN,
    PROVIDER,
    ROUTER,
    STEP,
    Killed,
    cut,
    down,
    find,
    killed_at,
    list_statuses,
    reset,
    up,
)
from tests.incus_world import Trouble, World

pytestmark = pytest.mark.usefixtures("light_code", "world")


def lose_files(state: Path) -> None:
    for path in sorted((state / "benches/01").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def test_a_bench_is_found_and_taken_down_when_its_files_are_lost(plan: Plan, state: Path) -> None:
    up(plan)
    lose_files(state)

    assert PROVIDER.list_benches() == (BENCH,)
    assert PROVIDER.status(BENCH).condition is BenchCondition.INTERRUPTED
    assert down()
    assert PROVIDER.status(BENCH).condition is BenchCondition.ABSENT


@pytest.mark.parametrize("act", ["up", "reset", "cut"])
def test_a_bench_whose_secrets_are_not_here_keeps_its_work(
    plan: Plan, world: World, state: Path, act: str
) -> None:
    acts: dict[str, Callable[[], object]] = {
        "up": partial(up, plan),
        "reset": partial(reset, plan, ROUTER),
        "cut": partial(cut, plan, ROUTER),
    }
    up(plan)
    find(world, "internet").files["/etc/work"] = b"mine"
    lose_files(state)

    with pytest.raises(ProviderError) as refused:
        acts[act]()

    assert refused.value.message == (
        "le banc 01 est sur la grappe, mais ses secrets ne sont pas ici : rien n'a été touché"
    )
    assert "« labctl reset 1 » jette ce travail" in refused.value.hint
    assert "/etc/work" in find(world, "internet").files
    assert set(list_statuses(world).values()) == {"Running"}


def test_a_reset_that_was_killed_is_not_ended_where_its_secrets_are_not(
    plan: Plan, world: World, state: Path
) -> None:
    up(plan)
    find(world, "internet").files["/etc/work"] = b"mine"
    with killed_at(10), suppress(Killed):  # noted, nothing stopped yet
        reset(plan)
    assert PROVIDER.status(BENCH).condition is BenchCondition.INTERRUPTED
    lose_files(state)

    with pytest.raises(ProviderError, match="ses secrets ne sont pas ici"):
        up(plan)

    assert "/etc/work" in find(world, "internet").files


def test_a_whole_reset_makes_a_bench_whose_secrets_are_lost_anew(
    plan: Plan, world: World, state: Path
) -> None:
    up(plan)
    find(world, "internet").files["/etc/work"] = b"mine"
    lose_files(state)

    proof = reset(plan)

    assert {each.node for each in proof.nodes} == {"internet", "routeur", "jury"}
    assert "/etc/work" not in find(world, "internet").files
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY
    assert up(plan) == ()


def refuse(act: Callable[[], object]) -> str:
    """Return why something is not done, nothing when it is."""
    try:
        act()
    except ProviderError as exc:
        return exc.message
    return ""


DEAD = Trouble("Cluster member is offline", 0)
FULL = Trouble("Failed creating instance: No space left on device", 0)
NO_QUORUM = Trouble("Failed to begin transaction: context deadline exceeded", 0, is_deaf=True)


@pytest.mark.parametrize("trouble", [DEAD, FULL, NO_QUORUM], ids=["dead", "full", "no quorum"])
@pytest.mark.parametrize("act", ["up", "reset", "cut", "down"])
def test_what_a_cluster_cannot_do_is_told_and_done_once_it_can(
    plan: Plan, world: World, trouble: Trouble, act: str
) -> None:
    acts: dict[str, Callable[[], object]] = {
        "up": partial(up, plan),
        "reset": partial(reset, plan, ROUTER),
        "cut": partial(cut, plan, ROUTER),
        "down": down,
    }
    after = 0
    while True:
        up(plan) if act != "up" else down()
        world.trouble = replace(trouble, changes=after)
        why = refuse(acts[act])
        world.trouble = None
        if not why:
            break
        assert trouble.said in why, after
        acts[act]()
        condition = BenchCondition.ABSENT if act == "down" else BenchCondition.READY
        assert PROVIDER.status(BENCH).condition is condition, after
        after += 2 * STEP
    assert after > STEP
    assert FOREIGN in world.projects


@pytest.mark.parametrize("act", ["status", "up", "reset", "down"])
def test_a_bench_on_a_member_without_power_is_told_and_kept(
    plan: Plan, world: World, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(inventory, "_SILENCE_S", 0.5)
    up(plan)
    acts: dict[str, Callable[[], object]] = {
        "status": partial(PROVIDER.status, BENCH),
        "up": partial(up, plan),
        "reset": partial(reset, plan, ROUTER),
        "down": down,
    }

    world.statuses = {"n2": "Offline"}
    assert "« n2 » de la grappe ne répond pas" in refuse(acts[act])
    assert PROVIDER.list_benches() == (BENCH,)

    world.statuses = {}
    up(plan)
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_a_bench_that_no_member_can_carry_is_refused_before_anything_is_made(
    plan: Plan, world: World
) -> None:
    world.members = {"n1": 300}

    with pytest.raises(ProviderError, match="banc 1 : il faut"):
        up(plan)

    assert list(world.projects) == [FOREIGN]


def test_machines_that_do_not_answer_from_outside_are_named(plan: Plan, world: World) -> None:
    world.execute = lambda _name, argv: (1, "") if seat.__name__ in argv else (0, "")

    with pytest.raises(ProviderError):
        up(plan)

    assert PROVIDER.status(BENCH).condition is BenchCondition.INTERRUPTED


def test_a_cluster_is_known_again_from_what_was_written(plan: Plan) -> None:
    up(plan)
    assert plan.hosting is not None
    known = clusters.read(plan.hosting.own)

    assert clusters.list_known() == (known,)
