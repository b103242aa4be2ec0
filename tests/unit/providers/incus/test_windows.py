"""A real Windows of a bench before a cluster in memory; what stands for its master is no Windows.

What Incus itself makes of such a machine: ``tests/incus/test_windows.py``.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.core.progress import silent
from labctl.plan.model import Link, Plan
from labctl.providers.base import BenchCondition
from labctl.providers.incus.client import Client
from labctl.providers.incus.sealing import IncusSealer
from labctl.providers.windows.machine import MasterParts, render
from labctl.providers.windows.master import list_recipes
from labctl.spec.topology import End
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
from tests.plans import Desk, plan_of

pytestmark = pytest.mark.usefixtures("light_code", "world")
POSTE, KIND = NodeName("poste"), "windows-11"


@pytest.fixture
def world(world: World) -> World:
    """Give a cluster of which the smaller member alone has KVM."""
    world.members = {"n1": 32000, "n2": 16000}
    world.with_kvm = frozenset({"n2"})
    return world


@pytest.fixture
def bench(plan: Plan, state: Path) -> Plan:
    """Give the plan of a bench with a Windows, its master laid down: some bytes do here."""
    lay_master(state, Path("/virtio-win.iso"))
    desk = plan_of(1, Desk.WINDOWS).nodes[POSTE]
    cable = Link(End(ROUTER, "lan0"), End(POSTE, "eth0"))
    return replace(plan, nodes={**plan.nodes, POSTE: desk}, links=(*plan.links, cable))


def lay_master(state: Path, drivers: Path | None) -> None:
    folder = state / "cache" / "windows" / KIND / "A"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "master.qcow2").write_bytes(b"disk")
    parts = MasterParts(folder / "master.qcow2", Path("/iso"), Path("/answers"), drivers)
    (folder / "master.xml").write_text(render("m", list_recipes()[KIND], parts))


def is_ready() -> bool:
    return PROVIDER.status(BENCH).condition is BenchCondition.READY


def test_a_windows_is_a_virtual_machine_on_a_member_that_has_kvm(bench: Plan, world: World) -> None:
    assert set(up(bench)) == set(bench.nodes)

    made = find(world, POSTE).document
    assert (made["type"], made["location"]) == ("virtual-machine", "n2")
    assert made["devices"]["root"]["size"] == "96GiB"
    assert made["devices"]["tpm"] == {"type": "tpm"}
    assert made["config"]["limits.memory"] == "4096MiB"
    assert made["config"]["security.secureboot"] == "true"
    assert "security.idmap.isolated" not in made["config"]
    assert find(world, ROUTER).document["type"] == "container"
    assert is_ready()


def test_its_disc_is_there_when_it_starts_and_nowhere_once_it_answers(
    bench: Plan, world: World, standin: StandIn, state: Path
) -> None:
    up(bench)

    asked = [line.partition("?")[0] for line in standin.list_asked()]
    sent = asked.index("POST /1.0/storage-pools/default/volumes/custom")
    begun = asked.index("PUT /1.0/instances/poste/state")
    drop = "DELETE /1.0/storage-pools/default/volumes/custom/disc-poste"
    removed = asked.index(drop, begun)
    assert sent < asked.index("PUT /1.0/instances/poste") < begun < removed
    assert b"FIRST-LO" in standin.asked[sent].body.upper()
    assert any(b"settled" in each.body for each in standin.asked[begun:removed])
    assert world.volumes == {}
    assert "disc" not in find(world, POSTE).document["devices"]
    assert find(world, POSTE).files == {}
    assert [path for path in state.rglob("*") if path.suffix == ".iso"] == []


def test_without_a_member_that_has_kvm_it_is_refused_before_anything_is_made(
    bench: Plan, world: World
) -> None:
    world.with_kvm = frozenset()

    with pytest.raises(ProviderError, match="un membre qui a KVM ; sans : n1, n2"):
        up(bench)

    assert list(world.projects) == [FOREIGN]


def test_a_member_with_kvm_that_is_full_is_told_of_alone(bench: Plan, world: World) -> None:
    world.members = {"n1": 32000, "n2": 4000}

    with pytest.raises(ProviderError, match="Mio de mémoire") as refused:
        up(bench)

    assert "n2" in refused.value.message
    assert "n1" not in refused.value.message


@pytest.mark.parametrize(("laid", "said"), [(False, "manque"), (True, "pilotes virtio")])
def test_without_a_master_that_incus_can_run_nothing_is_touched(
    bench: Plan, world: World, state: Path, laid: bool, said: str
) -> None:
    up(bench)
    find(world, ROUTER).files["/etc/work"] = b"mine"
    if laid:
        lay_master(state, None)
    else:
        (state / "cache" / "windows" / KIND / "A" / "master.qcow2").unlink()

    for act in (reset, lambda plan: reset(plan, POSTE)):
        with pytest.raises(ProviderError, match=said):
            act(bench)

    assert find(world, ROUTER).files["/etc/work"] == b"mine"


def test_an_up_that_is_killed_at_any_change_is_ended_by_the_next_one(
    bench: Plan, world: World
) -> None:
    rank = 0
    while True:
        with killed_at(rank), suppress(Killed):
            up(bench)
            break
        up(bench)
        assert is_ready(), rank
        assert world.volumes == {}, rank
        assert "disc" not in find(world, POSTE).document["devices"], rank
        assert down()
        rank += STEP
    assert rank > 20


def test_a_down_after_a_kill_leaves_no_disc(bench: Plan, world: World) -> None:
    rank, left = 0, 0
    while True:
        with killed_at(rank), suppress(Killed):
            up(bench)
            break
        left += len(world.volumes)
        down()
        assert (world.volumes, list(world.projects)) == ({}, [FOREIGN]), rank
        rank += STEP - 1
    assert left > 0


def test_a_reset_gives_it_another_disk_and_another_disc(
    bench: Plan, world: World, standin: StandIn
) -> None:
    up(bench)
    for name in (POSTE, ROUTER):
        find(world, name).files["/etc/work"] = b"mine"

    proof = reset(bench, POSTE)

    assert proof.is_proved()
    assert {each.node for each in proof.nodes} == {POSTE}
    assert find(world, POSTE).files == {}
    assert find(world, ROUTER).files["/etc/work"] == b"mine"
    sent = [each.body for each in standin.asked if each.path.partition("?")[0].endswith("/custom")]
    assert len({*sent}) == 2
    assert world.volumes == {}


def test_a_reset_that_is_killed_at_any_change_is_ended_by_the_next_up(
    bench: Plan, world: World
) -> None:
    rank, _started = 0, up(bench)
    while True:
        with killed_at(rank), suppress(Killed):
            reset(bench, POSTE)
            break
        up(bench)
        assert is_ready(), rank
        assert world.volumes == {}, rank
        rank += 4
    assert rank > 5


def test_its_power_is_cut_without_a_disc_and_it_is_waited_for(
    bench: Plan, standin: StandIn
) -> None:
    up(bench)
    done = len(standin.asked)

    assert cut(bench, POSTE) == ""

    after = [line.partition("?")[0] for line in standin.list_asked()[done:]]
    assert after.count("PUT /1.0/instances/poste/state") == 2
    assert not any("volumes" in line for line in after if line.startswith("POST"))
    assert any(b"settled" in each.body for each in standin.asked[done:])


def test_nothing_is_run_in_it(bench: Plan, world: World) -> None:
    def execute(name: str, _argv: Sequence[str]) -> tuple[int, str]:
        assert name != POSTE
        return 0, ""

    world.execute = execute
    up(bench)

    assert reset(bench, POSTE).is_proved()


def test_what_somebody_changed_of_it_is_named(bench: Plan, world: World) -> None:
    up(bench)
    devices = find(world, POSTE).document["devices"]
    was = dict(devices)

    for changed in (
        {"root": {**was["root"], "size": "10GiB"}},
        {"root": {**was["root"], "io.bus": "nvme"}},
        {"disc": {"type": "disk", "pool": "default", "source": "tools"}},
    ):
        find(world, POSTE).document["devices"] = {**was, **changed}
        (device,) = changed
        assert PROVIDER.status(BENCH).missing_cables == (f"{POSTE} : {device} a changé",)
    find(world, POSTE).document["devices"] = was
    assert is_ready()
    del find(world, POSTE).document["config"]["limits.memory"]
    assert PROVIDER.status(BENCH).missing_cables == (f"{POSTE} : limits.memory a changé",)


def test_one_whose_first_start_a_kill_interrupted_is_waited_for_by_the_next_up(
    bench: Plan, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Client.change

    def die_at_the_drive(client: Client, method: str, path: str, *more: Any) -> Any:
        is_drive = (method, path.partition("?")[0]) == ("PUT", "/1.0/instances/poste")
        if is_drive and list_statuses(world)[POSTE] == "Running":
            raise Killed
        return real(client, method, path, *more)

    up(bench)
    with monkeypatch.context() as patch:
        patch.setattr(Client, "change", die_at_the_drive)
        with pytest.raises(Killed):
            reset(bench, POSTE)
    assert len(world.volumes) == 1

    up(bench)

    assert world.volumes == {}
    assert is_ready()


def test_it_has_a_screen_and_no_console_and_cannot_be_sealed(bench: Plan) -> None:
    up(bench)

    with pytest.raises(ProviderError, match="pas de console, mais un écran") as refused:
        PROVIDER.enter_argv(BENCH, POSTE, ("sh",))
    assert "incus console --project labctl-" in refused.value.hint
    assert refused.value.hint.endswith("-01 poste --type=vga")
    with pytest.raises(ProviderError, match="vrai Windows, que labctl ne sait pas sceller"):
        IncusSealer().close(BENCH, silent, Deadline.after(20))
    assert is_ready()
