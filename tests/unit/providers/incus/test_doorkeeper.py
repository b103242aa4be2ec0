"""What a way in does with the machines of a cluster in memory; its door itself needs root."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition, DoorStatus, Doorway
from labctl.providers.doors import entry, node
from labctl.providers.incus import works
from labctl.providers.incus.client import Refused
from labctl.providers.incus.doorkeeper import IncusDoorkeeper, freeze, thaw
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.incus.works import Works
from labctl.providers.namespaces.bench import Bench
from tests.incus_server import StandIn
from tests.incus_world import World
from tests.way_in import way_in

pytestmark = pytest.mark.usefixtures("light_code")
BENCH, ROUTER = Bench(BenchId(1)), NodeName("routeur")
DOOR = Doorway(ROUTER, "router", ("/bin/bash",), "root")


@pytest.fixture
def world(standin: StandIn, plan: Plan) -> World:
    """Give a cluster that has the bench."""
    cluster = World({"n1": 4000})
    standin.cluster = cluster
    IncusProvider().up(plan, silent, soon())
    return cluster


def soon() -> Deadline:
    return Deadline.after(60)


def states(world: World) -> dict[str, str]:
    return {name: one.document["status"] for (_project, name), one in world.instances.items()}


def test_all_machines_but_the_jury_s_are_frozen_and_go_on(world: World) -> None:
    freeze(BENCH, soon())
    assert states(world) == {"internet": "Frozen", "routeur": "Frozen", "jury": "Running"}

    thaw(BENCH, soon())
    assert set(states(world).values()) == {"Running"}


def test_a_machine_that_its_candidate_stopped_stays_so(world: World) -> None:
    freeze(BENCH, soon())
    for (_project, name), one in world.instances.items():
        if name == ROUTER:
            one.document["status"] = "Stopped"

    thaw(BENCH, soon())
    freeze(BENCH, soon())

    assert states(world) == {"internet": "Frozen", "routeur": "Stopped", "jury": "Running"}


def test_each_may_be_done_again(world: World) -> None:
    freeze(BENCH, soon())
    freeze(BENCH, soon())
    assert states(world)["routeur"] == "Frozen"
    thaw(BENCH, soon())
    thaw(BENCH, soon())
    assert states(world)["routeur"] == "Running"


@pytest.mark.parametrize("act", [freeze, thaw])
def test_one_that_is_killed_on_its_way_is_ended_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch, act: Callable[[Bench, Deadline], None]
) -> None:
    opposite = thaw if act is freeze else freeze
    opposite(BENCH, soon())
    real, calls = works._set_state, list[str]()

    def die_at_the_second(bench: Works, node: NodeName, action: str) -> None:
        calls.append(node)
        if len(calls) > 1:
            raise KeyboardInterrupt
        real(bench, node, action)

    monkeypatch.setattr(works, "_set_state", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        act(BENCH, soon())
    monkeypatch.setattr(works, "_set_state", real)
    assert len({states(world)[name] for name in ("internet", "routeur")}) == 2
    assert (BENCH.way_in / "paused").exists()

    act(BENCH, soon())

    wanted = "Frozen" if act is freeze else "Running"
    assert [states(world)[name] for name in ("internet", "routeur")] == [wanted] * 2
    assert (BENCH.way_in / "paused").exists() is (act is freeze)


def test_a_machine_that_refuses_keeps_no_other_from_being_frozen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = works.freeze

    def refuse(bench: Works, node: NodeName) -> None:
        if node == "internet":
            raise Refused("no", 400)
        real(bench, node)

    monkeypatch.setattr(works, "freeze", refuse)
    with pytest.raises(Refused):
        freeze(BENCH, soon())

    assert states(world)["routeur"] == "Frozen"


@pytest.mark.usefixtures("world")
def test_a_bench_that_is_frozen_says_so_and_up_lets_it_go_on(plan: Plan) -> None:
    freeze(BENCH, soon())
    seen = IncusProvider().status(BENCH.number)
    assert seen.condition is BenchCondition.DAMAGED
    assert "routeur est gelée" in seen.missing_cables

    IncusProvider().up(plan, silent, soon())

    assert IncusProvider().status(BENCH.number).condition is BenchCondition.READY


def test_a_bench_that_is_paused_is_not_brought_up(
    world: World, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = DoorStatus(
        BENCH.number, "", 0, is_paused=True, lines=0, windows=0, host_key="", handed_in=0
    )
    monkeypatch.setattr(entry, "find_status", lambda _place, _provider: paused)
    freeze(BENCH, soon())

    with pytest.raises(ProviderError, match="en pause") as refused:
        IncusProvider().up(plan, silent, soon())

    assert refused.value.hint == "labctl access 1 --resume"
    assert states(world)["routeur"] == "Frozen"


@pytest.mark.usefixtures("world")
def test_a_bench_that_is_not_there_has_no_way_in(plan: Plan) -> None:
    IncusProvider().down(BENCH.number, soon())

    with pytest.raises(ProviderError, match="n’est pas construit"):
        IncusDoorkeeper().open(plan, way_in(plan, 1, (DOOR,), ROUTER), silent, soon())


def test_down_and_a_whole_reset_forget_what_was_handed_in(
    world: World, plan: Plan, tmp_path: Path
) -> None:
    del world
    IncusDoorkeeper().hand_in(BENCH.number, {"fiche.txt": b"done"})
    kept = tmp_path / "benches/01/access/documents/01-fiche.txt"
    assert kept.read_bytes() == b"done"

    IncusProvider().reset(plan, (ROUTER,), silent, soon())
    assert kept.exists()
    IncusProvider().reset(plan, (), silent, soon())

    assert not BENCH.way_in.exists()


def test_the_host_key_of_a_way_in_stays_on_this_computer(world: World, plan: Plan) -> None:
    key = BENCH.secrets / node.HOST_KEY
    key.write_bytes(b"a key that nobody else has")

    IncusProvider().reset(plan, (NodeName("jury"),), silent, soon())

    given = [content for one in world.instances.values() for content in one.files.values()]
    assert given
    assert not [content for content in given if key.read_bytes() in content]
