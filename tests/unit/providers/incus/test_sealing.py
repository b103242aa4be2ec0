"""A bench under seal before a cluster in memory: closed, opened, verified, killed in between."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.pipeline import sealed
from labctl.pipeline.seal import Work, keys_dir, seal_bench, unseal_bench, verify_bench
from labctl.plan.model import Plan
from labctl.providers import parts
from labctl.providers.base import BenchCondition, NodeCondition
from labctl.providers.incus import disks, seat
from labctl.providers.incus.doorkeeper import freeze
from labctl.providers.incus.layout import READER
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.namespaces.bench import Bench
from labctl.seal import signature
from labctl.seal.document import SealBroken, SealPhase, write_phase
from tests.incus_acts import Killed, find, killed_at, list_statuses
from tests.incus_server import StandIn
from tests.incus_world import Instance, Trouble, World

pytestmark = pytest.mark.usefixtures("light_code")
PROVIDER, BENCH = IncusProvider(), BenchId(1)
ROUTER = NodeName("routeur")
NAMES = ("internet", "routeur", "jury")
STEP = 9
"""Changes between two kills: all of them take minutes, and were tried."""


@pytest.fixture
def world(standin: StandIn) -> World:
    standin.cluster = cluster = World({"n1": 8000})
    return cluster


@pytest.fixture(autouse=True)
def work_done(plan: Plan, world: World) -> Iterator[None]:
    """Build the bench, and have a candidate work on it."""
    PROVIDER.up(plan, silent, Deadline.after(60))
    find(world, ROUTER).files["/etc/work"] = b"mine"
    yield
    sealed.throw_seal_away(BENCH)
    assert PROVIDER.down(BENCH, Deadline.after(60))
    assert (world.instances, world.projects, world.networks) == ({}, {}, {})


def work_on() -> Work:
    return Work(BENCH, "incus", parts.load_sealer("incus"), silent, Deadline.after(60))


def seal() -> str:
    return seal_bench(work_on(), signature.ensure_key(keys_dir())).fingerprint


def unseal() -> str:
    return unseal_bench(work_on(), keys_dir() / signature.SIGNERS).fingerprint


def verify() -> str:
    return verify_bench(work_on(), keys_dir() / signature.SIGNERS).fingerprint


def condition() -> BenchCondition:
    return PROVIDER.status(BENCH).condition


def kept(world: World, name: str) -> Instance:
    return find(world, name).snapshots[disks.SEALED]


def broken(act: Callable[[], object]) -> str:
    with pytest.raises(SealBroken) as refused:
        act()
    return refused.value.message


def test_nothing_of_a_sealed_bench_runs(world: World) -> None:
    done = seal_bench(work_on(), signature.ensure_key(keys_dir()))

    seen = PROVIDER.status(BENCH)
    assert seen.condition is BenchCondition.SEALED
    assert set(seen.nodes.values()) == {NodeCondition.STOPPED}
    assert list_statuses(world) == dict.fromkeys(NAMES, "Stopped")
    assert done.files > len(NAMES)
    assert verify() == done.fingerprint


def test_the_jury_s_instance_ends_before_the_machines_of_the_candidate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped: list[str] = []
    put = World._put_state

    def note(cluster: World, one: Instance, body: dict[str, str], *asked: object) -> object:
        if body["action"] == "stop":
            stopped.append(one.document["name"])
        return put(cluster, one, body, *asked)

    monkeypatch.setattr(World, "_put_state", note)
    seal()

    assert stopped.index("jury") < stopped.index(ROUTER)
    assert set(stopped) >= set(NAMES)


def test_a_bench_that_was_paused_is_sealed_and_opens_with_machines_that_go_on(
    world: World,
) -> None:
    freeze(Bench(BENCH), Deadline.after(60))
    seal()
    assert list_statuses(world) == dict.fromkeys(NAMES, "Stopped")

    unseal()

    assert list_statuses(world) == dict.fromkeys(NAMES, "Running")
    assert condition() is BenchCondition.OPENED


def test_a_jury_changes_its_copy_and_the_seal_holds(world: World) -> None:
    fingerprint = seal()

    assert unseal() == fingerprint

    assert condition() is BenchCondition.OPENED
    assert find(world, ROUTER).files["/etc/work"] == b"mine"
    find(world, ROUTER).files["/etc/work"] = b"jury"
    find(world, "internet").files["/new"] = b"jury"
    assert verify() == fingerprint
    assert find(world, ROUTER).files["/etc/work"] == b"jury"
    assert seal() == fingerprint
    assert condition() is BenchCondition.SEALED
    assert find(world, ROUTER).files["/etc/work"] == b"mine"
    assert "/new" not in find(world, "internet").files


def test_a_machine_that_ends_in_front_of_the_jury_starts_again_on_the_copy(
    plan: Plan, world: World
) -> None:
    seal()
    unseal()
    router = find(world, ROUTER)
    router.files["/etc/work"] = b"jury"
    router.document["status"] = "Stopped"
    assert condition() is BenchCondition.DAMAGED

    PROVIDER.up(plan, silent, Deadline.after(60))

    assert condition() is BenchCondition.OPENED
    assert router.files["/etc/work"] == b"jury"


@pytest.mark.parametrize("content", [b"minf", b"mine\0", b""])
def test_a_byte_of_a_sealed_disk_that_was_changed_is_found_and_named(
    world: World, content: bytes
) -> None:
    seal()
    kept(world, ROUTER).files["/etc/work"] = content

    assert "disque routeur: etc/work : changé (" in broken(verify)
    assert "etc/work" in broken(unseal)
    assert "etc/work" in broken(seal)
    assert set(list_statuses(world).values()) == {"Stopped"}


def test_a_file_that_came_or_went_is_found_and_named(world: World) -> None:
    seal()
    kept(world, ROUTER).files["/root/new"] = b""
    del kept(world, ROUTER).files["/etc/work"]

    found = broken(verify)
    assert "disque routeur: root/new : ajouté" in found
    assert "disque routeur: etc/work : disparu" in found


def test_a_setting_of_a_machine_that_was_changed_is_found_and_named(world: World) -> None:
    seal()
    find(world, ROUTER).document["config"]["security.privileged"] = "true"

    assert "routeur : « labctl-" in broken(verify)


@pytest.mark.parametrize("act", [verify, unseal, seal])
def test_a_sealed_disk_that_is_gone_is_told(world: World, act: Callable[[], str]) -> None:
    seal()
    del find(world, ROUTER).snapshots[disks.SEALED]

    with pytest.raises(ProviderError, match="n'a plus le disque scellé de « routeur »"):
        act()


def test_a_disk_of_which_the_list_does_not_arrive_whole_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal()
    run = World._post_exec

    def cut(cluster: World, one: Instance, body: dict[str, object], *asked: object) -> object:
        answer = run(cluster, one, body, *asked)
        cluster.logs = {path: said[: len(said) // 2] for path, said in cluster.logs.items()}
        return answer

    monkeypatch.setattr(World, "_post_exec", cut)

    with pytest.raises(ProviderError, match="n'est pas arrivée entière"):
        verify()
    assert READER not in list_statuses(world)


def test_a_disk_that_cannot_be_read_is_told_and_leaves_no_container(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal()
    monkeypatch.setattr("tests.incus_world._run_reader", lambda *_given: (126, ""))

    with pytest.raises(
        ProviderError, match=r"le disque scellé de « \w+ » ne peut être lu : code 126"
    ):
        verify()
    assert set(list_statuses(world)) == set(NAMES)


def test_a_reset_forgets_the_sealed_disks_and_the_next_seal_is_of_the_next_work(
    plan: Plan, world: World
) -> None:
    before = seal()
    sealed.throw_seal_away(BENCH)

    PROVIDER.reset(plan, (), silent, Deadline.after(60))

    assert all(list(one.snapshots) == ["clean"] for one in world.instances.values())
    find(world, ROUTER).files["/etc/work"] = b"of the next one"
    assert seal() != before
    assert kept(world, ROUTER).files["/etc/work"] == b"of the next one"


def test_disks_that_were_kept_and_never_signed_are_kept_anew(world: World) -> None:
    seal()
    sealed.throw_seal_away(BENCH)
    find(world, ROUTER).files["/etc/work"] = b"later"

    seal()

    assert kept(world, ROUTER).files["/etc/work"] == b"later"
    assert find(world, ROUTER).files["/etc/work"] == b"later"


@pytest.mark.parametrize("act", ["seal", "unseal", "seal again"])
def test_an_act_that_is_killed_at_any_change_is_ended_by_the_same_act(
    world: World, act: str
) -> None:
    acts = {"seal": seal, "unseal": unseal, "seal again": seal}
    ends = {"unseal": BenchCondition.OPENED}
    rank = 0
    while True:
        prepare(world, act)
        with killed_at(rank), suppress(Killed):
            acts[act]()
            break
        done = acts[act]()
        assert condition() is ends.get(act, BenchCondition.SEALED), rank
        assert find(world, ROUTER).files["/etc/work"] == b"mine", rank
        assert set(list_statuses(world)) == set(NAMES), rank
        assert verify() == done
        rank += STEP
    assert rank > 10


def prepare(world: World, act: str) -> None:
    """Have the bench as the act finds it: with its candidate, sealed, or before its jury."""
    sealed.throw_seal_away(BENCH)
    for one in world.instances.values():
        one.document["status"] = "Running"
    if act != "seal":
        seal()
    if act == "seal again":
        unseal()
        find(world, ROUTER).files["/etc/work"] = b"jury"


def test_a_reading_that_was_killed_leaves_nothing_to_the_status_and_to_the_next_one(
    world: World,
) -> None:
    fingerprint = seal()
    unseal()

    with killed_at(2), suppress(Killed):  # the container is made, what runs in it is not there
        verify()
    assert READER in list_statuses(world)
    assert condition() is BenchCondition.OPENED

    assert verify() == fingerprint
    assert READER not in list_statuses(world)


def test_machines_that_are_not_ready_before_the_jury_are_told(world: World) -> None:
    seal()
    world.execute = lambda _name, argv: (1, "late") if seat.__name__ in argv else (0, "")

    opened = unseal_bench(work_on(), keys_dir() / signature.SIGNERS)

    assert opened.trouble
    assert condition() is BenchCondition.OPENED


def test_a_bench_that_was_not_built_to_its_end_is_not_sealed(world: World) -> None:
    (project,) = world.projects.values()
    project["user.labctl.phase"] = "building"

    with pytest.raises(ProviderError, match="n'est pas construit, ou pas jusqu'au bout"):
        seal()

    assert set(list_statuses(world).values()) == {"Running"}


def test_a_bench_whose_project_is_gone_under_its_seal_is_not_built_anew(
    plan: Plan, world: World
) -> None:
    seal()
    write_phase(work_on().folder, SealPhase.OPEN)
    saved = world.projects, world.instances
    world.projects, world.instances = {}, {}

    with pytest.raises(ProviderError, match="n'est pas construit"):
        PROVIDER.up(plan, silent, Deadline.after(60))

    world.projects, world.instances = saved


def test_a_room_that_names_another_way_does_not_break_a_seal(plan: Plan) -> None:
    fingerprint = seal()
    unseal()
    assert plan.hosting is not None

    patient = replace(plan, hosting=replace(plan.hosting, patience=1.5))
    PROVIDER.up(patient, silent, Deadline.after(60))

    assert verify() == fingerprint


def test_a_cluster_that_refuses_half_way_is_told_and_the_seal_ended_later(world: World) -> None:
    world.trouble = Trouble("No space left on device", changes=4)

    with pytest.raises(LabctlError, match="No space left"):
        seal()

    world.trouble = None
    assert condition() is BenchCondition.INTERRUPTED
    assert seal() == verify()
