"""The verbs of the provider before a cluster in memory: done once, twice, killed in between."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from labctl.connect.base import Endpoints
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.incus import clusters, inventory, seat
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
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
from tests.incus_server import StandIn
from tests.incus_world import World
from tests.plans import plan_of
from tests.small_bench import outer_plan

pytestmark = pytest.mark.usefixtures("light_code", "world")


def test_a_bench_is_built_on_the_member_with_most_room_and_found_ready(
    plan: Plan, world: World
) -> None:
    assert set(up(plan)) == set(plan.nodes)

    assert list_statuses(world) == dict.fromkeys(("internet", "routeur", "jury"), "Running")
    assert {one.document["location"] for one in world.instances.values()} == {"n2"}
    status = PROVIDER.status(BENCH)
    assert (status.condition, status.missing_cables) == (BenchCondition.READY, ())
    assert set(status.nodes) == set(plan.nodes)


def test_what_the_others_wait_for_is_ready_before_they_start(plan: Plan, standin: StandIn) -> None:
    controller = NodeName("dc")
    up(replace(plan, nodes={**plan.nodes, controller: plan_of(1).nodes[controller]}))

    asked = [line.partition("?")[0] for line in standin.list_asked()]
    starts = [line for line in asked if line.startswith("PUT") and line.endswith("/state")]
    first, second = asked.index(starts[0]), asked.index(starts[1])
    assert starts[0] == "PUT /1.0/instances/dc/state"
    assert "POST /1.0/instances/dc/exec" in asked[first:second]


def test_a_machine_that_ends_while_it_starts_is_named(plan: Plan, world: World) -> None:
    def end_another(name: str, _argv: object) -> tuple[int, str]:
        if name == "internet":
            find(world, ROUTER).document["status"] = "Stopped"
        return 0, ""

    world.execute = end_another
    with pytest.raises(ProviderError, match="la machine routeur s’est arrêtée en démarrant"):
        up(plan)


def test_up_again_changes_nothing(plan: Plan, world: World) -> None:
    up(plan)
    files = {name: dict(one.files) for name, one in world.instances.items()}

    assert up(plan) == ()

    assert {name: dict(one.files) for name, one in world.instances.items()} == files


def test_a_machine_that_ended_starts_on_its_own_disk(plan: Plan, world: World) -> None:
    up(plan)
    router = find(world, ROUTER)
    router.files["/etc/work"] = b"mine"
    router.document["status"] = "Stopped"
    assert PROVIDER.status(BENCH).condition is BenchCondition.DAMAGED

    assert up(plan) == (ROUTER,)

    assert find(world, ROUTER).files["/etc/work"] == b"mine"


@pytest.mark.parametrize("act", ["up", "cut"])
def test_a_machine_that_is_gone_is_named_with_what_makes_it_again(
    plan: Plan, world: World, act: str
) -> None:
    up(plan)
    find(world, "internet").files["/etc/work"] = b"mine"
    del world.instances[next(key for key in world.instances if key[1] == ROUTER)]
    acts: dict[str, Callable[[], object]] = {
        "up": partial(up, plan),
        "cut": partial(cut, plan, ROUTER),
    }

    with pytest.raises(ProviderError) as refused:
        acts[act]()

    assert refused.value.message == "banc 01 : la grappe n'a plus routeur"
    assert "« labctl reset 1 --node routeur »" in refused.value.hint
    assert reset(plan, ROUTER).is_proved()
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY
    assert "/etc/work" in find(world, "internet").files


def test_a_member_that_does_not_describe_its_machines_for_a_moment_is_asked_again(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    up(plan)
    known, lists = World._instances, []

    def hide(cluster: World, *asked: Any) -> Any:
        answer = known(cluster, *asked)
        if asked[1] or asked[0] != "GET":
            return answer
        lists.append(answer)
        return answer if len(lists) > 1 else strip(answer)

    monkeypatch.setattr(World, "_instances", hide)

    assert up(plan) == ()
    assert len(lists) > 1


def strip(answer: Any) -> Any:
    """Return a list as Incus gives it while a member does not answer: names alone."""
    bare = [
        {**one, "config": None, "devices": None, "status": "Error"} for one in answer["metadata"]
    ]
    return {**answer, "metadata": bare}


def test_what_its_member_does_not_describe_is_not_proved(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    up(plan)
    monkeypatch.setattr(inventory, "_SILENCE_S", 0.5)
    known, lists = World._instances, []

    def hide(cluster: World, *asked: Any) -> Any:
        answer = known(cluster, *asked)
        if asked[1] or asked[0] != "GET":
            return answer
        lists.append(answer)
        return answer if len(lists) < 3 else strip(answer)  # canary, disk, proof

    monkeypatch.setattr(World, "_instances", hide)

    with pytest.raises(ProviderError, match="ne répond pas ; s'y trouve"):
        reset(plan, ROUTER)

    monkeypatch.setattr(World, "_instances", known)
    assert PROVIDER.status(BENCH).condition is BenchCondition.INTERRUPTED
    up(plan)
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def pause(world: World) -> None:
    for one in world.instances.values():
        one.document["status"] = "Frozen"
        one.files["/etc/work"] = b"mine"


def test_machines_that_were_paused_go_on(plan: Plan, world: World) -> None:
    up(plan)
    pause(world)
    assert PROVIDER.status(BENCH).condition is BenchCondition.DAMAGED

    assert set(up(plan)) == set(plan.nodes)

    assert set(list_statuses(world).values()) == {"Running"}
    assert all("/etc/work" in one.files for one in world.instances.values())
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_machines_that_were_paused_are_made_as_new_and_removed(plan: Plan, world: World) -> None:
    up(plan)
    pause(world)
    assert reset(plan, ROUTER).is_proved()
    assert "/etc/work" not in find(world, ROUTER).files

    find(world, ROUTER).document["status"] = "Frozen"
    assert cut(plan, ROUTER) == ""
    pause(world)
    assert down()
    assert world.instances == {}


def test_the_jury_s_instance_is_never_given_the_key_of_the_authority(
    plan: Plan, world: World, state: Path
) -> None:
    up(plan)

    key = (state / "benches/01/secrets/ca.key").read_bytes()
    assert not any(
        key in content for one in world.instances.values() for content in one.files.values()
    )


def test_an_up_that_is_killed_at_any_change_is_ended_by_the_next_one(
    plan: Plan, world: World
) -> None:
    rank = 0
    while True:
        with killed_at(rank), suppress(Killed):
            up(plan)
            break
        up(plan)
        assert PROVIDER.status(BENCH).condition is BenchCondition.READY, rank
        assert down()
        rank += STEP
    assert rank > 20
    assert FOREIGN in world.projects


def test_a_down_that_is_killed_at_any_change_is_ended_by_the_next_one(
    plan: Plan, world: World
) -> None:
    rank = 0
    while True:
        up(plan)
        with killed_at(rank), suppress(Killed):
            down()
            break
        down()
        assert (list(world.projects), list(world.networks)) == ([FOREIGN], ["lbother"]), rank
        rank += STEP
    assert rank > 5


def test_down_leaves_nothing_and_no_foreign_project_is_touched(
    plan: Plan, world: World, state: Path
) -> None:
    up(plan)

    assert down()
    assert not down()

    assert world.projects == {FOREIGN: {"user.other": "theirs"}}
    assert list(world.networks) == ["lbother"]
    assert world.instances == {}
    assert not (state / "benches" / "01").exists()


def test_a_cluster_is_forgotten_with_its_last_bench(plan: Plan) -> None:
    up(plan)
    assert clusters.list_known()

    down()

    assert clusters.list_known() == ()


def test_the_bench_of_another_provider_is_neither_built_over_nor_taken_down(
    plan: Plan, world: World
) -> None:
    folder = Bench(BENCH)
    benches.write_plan(folder, outer_plan())

    with pytest.raises(ProviderError, match="construit par le fournisseur « embedded »"):
        up(plan)

    assert not down()
    assert benches.read_plan(folder) == outer_plan()
    assert list(world.projects) == [FOREIGN]


def test_evidence_says_that_machines_were_containers(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bench, "scan", lambda _bench: {NodeName("jury"): None})
    monkeypatch.setattr(seat, "build_endpoints", lambda *_given: Endpoints(1, "vm", (), {}))

    assert PROVIDER.endpoints(plan).isolation == "container"
