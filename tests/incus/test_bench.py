"""A bench on a real cluster: up, looked at from the jury's instance, reset with proof, seal, down.

Upstream, jury and one probe only: each image costs an emulated member a minute.
"""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import Report, silent
from labctl.core.wait import until
from labctl.pipeline.seal import (
    Sealed,
    Work,
    keys_dir,
    seal_bench,
    unseal_bench,
    verify_bench,
)
from labctl.plan.model import Plan
from labctl.providers import parts
from labctl.providers.base import BenchCondition, Doorway
from labctl.providers.incus import clusters, disks, inventory, works
from labctl.providers.incus.client import Client, locate
from labctl.providers.incus.doorkeeper import IncusDoorkeeper
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import instance
from labctl.seal import signature
from labctl.seal.document import SealBroken
from tests.candidate import Candidate
from tests.incus.cluster import Cluster, place
from tests.small_bench import outer_plan
from tests.way_in import CODE, MENU, way_in

UP_S, ACT_S, WINDOW_S = 900.0, 300.0, 120.0
KEEPER, DOOR_PORT = IncusDoorkeeper(), 22943
LIMIT = Deadline.after(3600)
INTERNET = NodeName("internet")
FOREIGN = "labctl-00000000-01"


def two_machines() -> Plan:
    plan = outer_plan()
    names = [name for name in plan.nodes if name != "routeur"]
    links = tuple(each for each in plan.links if "routeur" not in {each.a.node, each.b.node})
    return replace(plan, nodes={name: plan.nodes[name] for name in names}, links=links)


@pytest.fixture(scope="module")
def plan(
    cluster: Cluster, client: Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Plan]:
    """Build the bench, beside a project that looks like ours and is not."""
    placed = place(two_machines(), cluster, "n1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        client.change("POST", locate("projects"), {"name": FOREIGN, "config": {}})
        try:
            IncusProvider().up(placed, silent, Deadline.after(UP_S))
            yield placed
        finally:
            IncusProvider().down(placed.bench, Deadline.after(ACT_S))
            client.change("DELETE", locate("projects", FOREIGN))


def test_a_bench_that_is_up_is_ready_and_up_again_changes_nothing(plan: Plan) -> None:
    provider = IncusProvider()

    assert provider.status(plan.bench).condition is BenchCondition.READY
    again = provider.up(plan, silent, Deadline.after(ACT_S))
    assert (again.started, again.cabled) == ((), ())


def test_a_machine_that_died_is_started_again_on_its_own_disk(plan: Plan, client: Client) -> None:
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    works.run(bench, INTERNET, ("/bin/sh", "-c", "echo mine > /etc/work"))
    works.stop(bench, INTERNET)
    assert IncusProvider().status(plan.bench).condition is BenchCondition.DAMAGED

    done = IncusProvider().up(plan, silent, Deadline.after(ACT_S))

    assert done.started == (INTERNET,)
    assert works.run(bench, INTERNET, ("/bin/cat", "/etc/work")).output == "mine\n"


def test_a_power_cut_keeps_disks_and_loses_what_only_ran(plan: Plan, client: Client) -> None:
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    leave = "echo kept > /etc/work; echo lost > /run/work; sync"
    works.run(bench, INTERNET, ("/bin/sh", "-c", leave))

    assert IncusProvider().cut_power(plan, (INTERNET,), silent, Deadline.after(ACT_S)) == ""

    assert works.run(bench, INTERNET, ("/bin/cat", "/etc/work")).output == "kept\n"
    assert works.run(bench, INTERNET, ("/bin/ls", "/run/work")).code != 0
    assert IncusProvider().status(plan.bench).condition is BenchCondition.READY


def test_a_reset_is_proved_and_nothing_of_before_is_left(plan: Plan, client: Client) -> None:
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    works.run(bench, INTERNET, ("/bin/sh", "-c", "echo mine > /etc/work"))

    proof = IncusProvider().reset(plan, (INTERNET,), silent, Deadline.after(ACT_S))

    assert proof.is_proved()
    assert proof.renewed == (f"host_{INTERNET}.pub",)
    assert works.run(bench, INTERNET, ("/bin/ls", "/etc/work")).code != 0


def test_a_reset_that_is_killed_is_ended_by_the_next_up(plan: Plan) -> None:
    kill_when_it_speaks(lambda say: IncusProvider().reset(plan, (INTERNET,), say, LIMIT))
    assert IncusProvider().status(plan.bench).condition is BenchCondition.INTERRUPTED

    IncusProvider().up(plan, silent, Deadline.after(ACT_S))

    assert IncusProvider().status(plan.bench).condition is BenchCondition.READY


def kill_when_it_speaks(act: Callable[[Report], object], word: str = "") -> None:
    """Do something in a process that is killed when it first reports, or reports this word."""
    heard, said = os.pipe()
    child = begin(lambda: act(lambda text: tell(said, text)))
    os.close(said)
    text = os.read(heard, 1)
    while word.encode() not in text:
        more = os.read(heard, 1000)
        assert more, "it ended before"
        text += more
    kill(child)
    os.close(heard)


def begin(act: Callable[[], object]) -> int:
    """Do something in a process of its own, whose number is returned."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return child


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def tell(pipe: int, text: str) -> None:
    os.write(pipe, text.encode())


def test_a_candidate_comes_in_works_hands_in_is_paused_and_leaves_nothing(
    plan: Plan, client: Client, tmp_path: Path
) -> None:
    """The jury's instance goes on in a pause; the power of a machine is cut from the menu."""
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    machines = (
        Doorway(INTERNET, "internet", ("/bin/bash", "--norc"), "root"),
        Doorway(INTERNET, "internet, as nobody", ("/bin/sh",), "nobody"),
    )
    candidate = Candidate(tmp_path, int(plan.bench), DOOR_PORT, CODE)
    given = way_in(plan, DOOR_PORT, machines[:1], INTERNET)
    KEEPER.open(plan, given, silent, Deadline.after(ACT_S))

    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type("1\n")
        terminal.read_until(r"# $", WINDOW_S)
        terminal.type("kept=$((40 + 2)); echo [$kept] $(id -u) $TERM $(stty size)\n")
        terminal.read_until(r"\[42\] 0 xterm-256color 40 100", WINDOW_S)
        assert "rror" not in candidate.sftp("put /etc/hostname fiche.txt")
        assert KEEPER.pause(plan.bench).is_paused
        assert terminal.is_cut()
    assert [each.name for each in KEEPER.handed_in(plan.bench)] == ["fiche.txt"]
    assert client.read(bench.locate(INTERNET))["status"] == "Frozen"
    assert client.read(bench.locate(plan.management.vantage))["status"] == "Running"

    assert not KEEPER.resume(plan.bench).is_paused
    assert IncusProvider().status(plan.bench).condition is BenchCondition.READY
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type("1\n")
        terminal.read_until(r"# $", WINDOW_S)
        terminal.type("echo [$kept]\n")
        terminal.read_until(r"\[42\]", WINDOW_S)
        terminal.type("\x1d")
        terminal.read_until(MENU)
        for typed in ("r\n", "1\n"):
            terminal.type(typed)
            terminal.read_until(r"\? $")
        terminal.type("yes\n")
        terminal.read_until("internet is back.", ACT_S)

    given = way_in(plan, DOOR_PORT, machines[1:], INTERNET)
    KEEPER.open(plan, given, silent, Deadline.after(ACT_S))
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type("1\n")
        terminal.read_until(r"\$ $", WINDOW_S)
        terminal.type("echo [$(id -u):$(id -G)] $PWD\n")
        terminal.read_until(r"\[65534:65534\] /tmp", WINDOW_S)
        assert KEEPER.close(plan.bench, Deadline.after(ACT_S))
    assert processes.scan(instance(), f"{plan.bench:02d}") == ()
    assert KEEPER.status(plan.bench) is None
    assert [each.name for each in KEEPER.handed_in(plan.bench)] == ["fiche.txt"]


def work_on(plan: Plan, say: Report = silent) -> Work:
    return Work(plan.bench, "incus", parts.load_sealer("incus"), say, Deadline.after(UP_S))


def seal(plan: Plan, say: Report = silent) -> Sealed:
    return seal_bench(work_on(plan, say), signature.ensure_key(keys_dir()))


def signers() -> Path:
    return keys_dir() / signature.SIGNERS


def list_names(client: Client) -> set[str]:
    return {each.tag.node for each in inventory.list_machines(client)}


def test_a_seal_that_is_killed_is_ended_and_a_jury_works_on_a_copy(
    plan: Plan, client: Client
) -> None:
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    leave = "echo mine > /etc/work; mkfifo /root/fifo; truncate -s 8T /root/hollow; sync"
    assert works.run(bench, INTERNET, ("/bin/sh", "-c", leave)).code == 0
    names = list_names(client)

    kill_when_it_speaks(lambda say: seal(plan, say))
    assert IncusProvider().status(plan.bench).condition is BenchCondition.INTERRUPTED
    sealed = seal(plan)

    assert IncusProvider().status(plan.bench).condition is BenchCondition.SEALED
    assert sealed.files > 1000
    assert list_names(client) == names
    opened = unseal_bench(work_on(plan), signers())
    assert (opened.fingerprint, opened.trouble) == (sealed.fingerprint, "")
    assert IncusProvider().status(plan.bench).condition is BenchCondition.OPENED
    assert works.run(bench, INTERNET, ("/bin/cat", "/etc/work")).output == "mine\n"
    works.run(bench, INTERNET, ("/bin/sh", "-c", "echo jury > /etc/work; touch /root/new"))
    assert verify_bench(work_on(plan), signers()).fingerprint == sealed.fingerprint
    assert works.run(bench, INTERNET, ("/bin/cat", "/etc/work")).output == "jury\n"
    assert seal(plan).fingerprint == sealed.fingerprint
    assert list_names(client) == names


def test_a_sealed_disk_of_which_a_byte_was_changed_is_found(plan: Plan, client: Client) -> None:
    """As an administrator of the cluster may: Incus itself changes no snapshot."""
    bench = works.Works(client, plan, Tag(instance(), plan.bench), "n1")
    where = bench.locate(INTERNET, "snapshots")
    works.push(bench, INTERNET, "/etc/work", b"minf\n")
    client.change("DELETE", bench.locate(INTERNET, "snapshots", disks.SEALED))
    client.change("POST", where, {"name": disks.SEALED})

    with pytest.raises(SealBroken) as refused:
        unseal_bench(work_on(plan), signers())

    assert f"disque {INTERNET}: etc/work : changé" in refused.value.message
    assert IncusProvider().status(plan.bench).condition is BenchCondition.SEALED


def test_down_leaves_nothing_and_touches_no_project_of_others(plan: Plan, client: Client) -> None:
    assert IncusProvider().list_benches() == (plan.bench,)

    assert IncusProvider().down(plan.bench, Deadline.after(ACT_S))

    assert IncusProvider().list_benches() == ()
    assert not IncusProvider().down(plan.bench, Deadline.after(ACT_S))
    assert inventory.list_machines(client) == ()
    assert client.read(locate("projects", FOREIGN))["name"] == FOREIGN
    assert clusters.list_known() == ()
    assert not Path(os.environ["LABCTL_STATE_DIR"], "benches", "01").exists()


def test_an_up_that_is_killed_is_ended_by_the_next_and_a_down_by_the_next(
    plan: Plan, client: Client
) -> None:
    IncusProvider().down(plan.bench, Deadline.after(ACT_S))
    kill_when_it_speaks(lambda say: IncusProvider().up(plan, say, LIMIT), "création")
    assert IncusProvider().list_benches() == (plan.bench,)
    IncusProvider().up(plan, silent, Deadline.after(UP_S))
    assert IncusProvider().status(plan.bench).condition is BenchCondition.READY
    everything = len(inventory.list_machines(client))

    child = begin(lambda: IncusProvider().down(plan.bench, Deadline.after(ACT_S)))
    assert until(lambda: len(inventory.list_machines(client)) < everything, Deadline.after(ACT_S))
    kill(child)
    assert IncusProvider().down(plan.bench, Deadline.after(ACT_S))

    assert IncusProvider().list_benches() == ()
    assert inventory.list_machines(client) == ()
    assert clusters.list_known() == ()
