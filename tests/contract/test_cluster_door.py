"""A candidate at the way in of a bench on a cluster: real ssh and sftp, a real gate and node.

The cluster is a stand-in in memory, and says so; its machines run what they are asked on this
computer, each command behind WebSockets over TLS as Incus gives them.
"""

import json
import os
import re
import signal
import socket
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.sync.connection import Connection  # noqa: TID251  # the other side of the conversation

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.pipeline import doors
from labctl.pipeline.access import access_code
from labctl.pipeline.place import load_place
from labctl.plan.model import Hosting, Plan
from labctl.providers.base import BenchCondition, Doorway
from labctl.providers.embedded.doorkeeper import EmbeddedDoorkeeper
from labctl.providers.incus import outfit
from labctl.providers.incus.doorkeeper import IncusDoorkeeper
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.namespaces.processes import ENTRANCE, GATE, Process
from tests import incus_shell
from tests.candidate import HOST, Candidate, Terminal
from tests.commands import Command
from tests.incus_server import SERVER_USE, Answer, StandIn, error, issue, open_standin, serve_as
from tests.incus_shell import Shell
from tests.incus_world import World
from tests.plans import ROOM
from tests.small_bench import outer_plan
from tests.way_in import CODE, MENU, way_in

pytestmark = pytest.mark.embedded

BENCH, PORT = BenchId(42), 22942
KEEPER, PROVIDER = IncusDoorkeeper(), IncusProvider()
ROUTER, INTERNET = NodeName("routeur"), NodeName("internet")
MACHINES = (
    Doorway(ROUTER, "RT — router", ("/bin/bash", "--norc"), "root"),
    Doorway(INTERNET, "FAI — upstream", ("/bin/sh",), "nobody"),
)
PROMPT = r"[#$] $"


class Cluster:
    """A cluster in memory; an interactive command of one of its machines runs here."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shells: list[Shell] = []

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path = target.partition("?")[0]
        if path.startswith(incus_shell.OPERATION):
            return self._find(path).end()
        if path.endswith("/exec") and json.loads(body)["wait-for-websocket"]:
            return self._begin(path.split("/")[3], json.loads(body))
        return self.world.answer(method, target, body, headers)

    def carry(self, path: str, stream: Connection) -> None:
        self._find(path).carry(path, stream)

    def state(self, name: str) -> str:
        """Return the state of a machine."""
        return str(self._instance(name)["status"])

    def end(self) -> None:
        """End the commands that still run."""
        for shell in self.shells:
            shell.process.kill()
            shell.process.wait()

    def _begin(self, name: str, asked: dict[str, object]) -> Answer:
        if self.state(name) != "Running":
            return error("Instance is not running", 400)
        number = f"{incus_shell.OPERATION}-{len(self.shells)}"
        self.shells.append(incus_shell.begin(asked, number))
        return self.shells[-1].answer()

    def _find(self, path: str) -> Shell:
        return next(each for each in self.shells if f"{each.operation}/" in f"{path}/")

    def _instance(self, name: str) -> dict[str, object]:
        return next(
            one.document for (_project, known), one in self.world.instances.items() if known == name
        )


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[StandIn]:
    member, labctl = issue(tmp_path, "member", SERVER_USE), issue(tmp_path, "labctl")
    with open_standin(member, serve_as(member, labctl)) as running:
        yield running


@pytest.fixture
def plan(standin: StandIn, tmp_path: Path) -> Plan:
    own = {
        "address": standin.server.where,
        "fingerprint": standin.server.fingerprint,
        "certificate": str(tmp_path / "labctl.crt"),
        "key": str(tmp_path / "labctl.key"),
        "pool": "default",
        "member": "",
    }
    plan = outer_plan()
    nodes = {name: plan.nodes[name] for name in plan.nodes}
    hosting = Hosting("grappe", own=own)
    return replace(plan, bench=BENCH, nodes=nodes, provider="incus", hosting=hosting)


@pytest.fixture
def cluster(
    standin: StandIn, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cluster]:
    """Give a cluster that has the bench, and take the bench down after."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(outfit, "pack_code", lambda: b"code")
    found = Cluster(World({"n1": 4000}))
    standin.cluster, standin.carry = found, found.carry
    PROVIDER.up(plan, silent, soon())
    yield found
    PROVIDER.down(BENCH, soon())
    found.end()


@pytest.fixture
def candidate(cluster: Cluster, plan: Plan, tmp_path: Path) -> Candidate:
    """Give a candidate at the open door."""
    del cluster
    open_door(plan)
    return Candidate(tmp_path, int(BENCH), PORT, CODE)


def soon() -> Deadline:
    return Deadline.after(240)


def open_door(plan: Plan) -> None:
    KEEPER.open(plan, way_in(plan, PORT, MACHINES, ROUTER), silent, soon())


def find(node: str) -> Process:
    return next(each for each in processes.scan(instance(), "42") if each.node == node)


def choose(terminal: Terminal, number: int) -> None:
    terminal.read_until(MENU)
    terminal.type(f"{number}\n")
    terminal.read_until(PROMPT)


def count(event: str) -> int:
    """Return how often something happened at the way in."""
    return [each.event for each in KEEPER.comings(BENCH)].count(event)


def is_looked_at() -> bool:
    """Tell whether somebody looks at a window: dtach(1) says so by a bit of its socket."""
    windows = Path(f"/proc/{find(ENTRANCE).pid}/root/run/windows")
    return any(each.stat().st_mode & stat.S_IXUSR for each in windows.iterdir())


def list_windows() -> list[bytes]:
    """Return the programs that carry windows of the bench."""
    program = b"\0labctl.providers.incus.window\x0042\0"
    return [words for words in list_processes(Path("/proc")) if program in words]


def is_gone() -> bool:
    """Tell whether nothing of a door runs any more."""
    left = until(lambda: not list_windows(), Deadline.after(20), every_s=0.02)
    return bool(left) and processes.scan(instance(), "42") == ()


def ended(shell: Shell) -> bool:
    return bool(until(lambda: shell.process.poll() is not None, Deadline.after(20), every_s=0.02))


def test_a_window_is_the_login_of_a_machine_of_the_cluster(
    candidate: Candidate, cluster: Cluster
) -> None:
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        terminal.type("echo [$((40 + 2))] $(id -un) $PWD $TERM $(stty size)\n")
        terminal.read_until(r"\[42\] root /root xterm-256color 40 100")
        terminal.type("exit\n")
        choose(terminal, 2)
        terminal.type("echo [$((40 + 3))] $(id -un) $(id -G) $PWD\n")
        terminal.read_until(r"\[43\] nobody 65534 /tmp")

    assert [shell.asked["user"] for shell in cluster.shells] == [0, 65534]
    assert not [name for name in cluster.shells[0].asked["environment"] if "STATE" in name]


def test_a_window_outlives_its_line_and_ends_with_its_gate(
    candidate: Candidate, cluster: Cluster, plan: Plan
) -> None:
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        terminal.type("kept=$((40 + 2)); PS1='<$kept> # '\n")
        terminal.read_until(r"<42> # $")
    # Whoever comes while the line that was cut is not missed yet is given another window.
    assert until(lambda: not is_looked_at(), Deadline.after(20), every_s=0.02)
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        terminal.type("echo [$kept]\n")
        terminal.read_until(r"\[42\]")
        assert len(cluster.shells) == 1
        os.kill(find(GATE).pid, signal.SIGKILL)
        assert until(lambda: not list_windows(), Deadline.after(20), every_s=0.02)
        assert ended(cluster.shells[0])  # Incus ends what nobody controls
    open_door(plan)
    with candidate.terminal() as terminal:
        choose(terminal, 1)


def test_what_is_typed_before_a_machine_answers_reaches_it(
    candidate: Candidate,
) -> None:
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type("1\n")
        opened = until(lambda: count("window"), Deadline.after(20), every_s=0.005)
        assert opened
        terminal.type("echo [$((40 + 2))]\n")
        terminal.read_until(r"\[42\]")


def test_what_leads_to_the_cluster_is_out_of_reach_of_who_comes_in(
    candidate: Candidate, plan: Plan
) -> None:
    assert plan.hosting is not None
    key = plan.hosting.own["key"]
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        inside = Path(f"/proc/{find(ENTRANCE).pid}/root")
        within = list_processes(inside / "proc")
        without = list_processes(Path("/proc"))
    assert any(b"/usr/lib/labctl/window" in words for words in within)
    assert not [words for words in within if b"incus" in words or key.encode() in words]
    assert any(b"\0labctl.providers.incus.window\x0042\0" in words for words in without)
    assert Path(key).exists()
    assert not (inside / key.lstrip("/")).exists()


def list_processes(proc: Path) -> list[bytes]:
    """Return the command line and the environment of each process."""
    found = []
    for pid in proc.glob("[0-9]*"):
        with suppress(OSError):
            found.append((pid / "cmdline").read_bytes() + (pid / "environ").read_bytes())
    return found


def test_documents_are_kept_over_the_death_of_the_door(candidate: Candidate, plan: Plan) -> None:
    report = candidate.folder / "report.txt"
    report.write_text("done\n")
    said = candidate.sftp(f"put {report} report.txt", "get /sujet/sujet.txt " + str(report) + ".2")
    assert "rror" not in said
    assert Path(f"{report}.2").read_text() == "the subject\n"
    assert KEEPER.status(BENCH)
    assert [each.name for each in KEEPER.handed_in(BENCH)] == ["report.txt"]

    processes.kill((find(ENTRANCE),), soon())
    open_door(plan)

    assert "report.txt" in candidate.sftp("ls")
    assert KEEPER.handed_in(BENCH)[0].path.read_bytes() == b"done\n"


def test_a_pause_cuts_lines_and_freezes_machines_until_it_ends(
    candidate: Candidate, cluster: Cluster, plan: Plan
) -> None:
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        terminal.type("kept=42\n")
        terminal.read_until(PROMPT)
        assert KEEPER.pause(BENCH).is_paused
        assert terminal.is_cut()
    assert [cluster.state(name) for name in (ROUTER, INTERNET)] == ["Frozen"] * 2
    assert cluster.state("jury") == "Running"
    with pytest.raises(ProviderError, match="en pause"):
        PROVIDER.up(plan, silent, soon())
    assert candidate.ssh("-T").returncode == 255

    processes.kill((find(GATE),), soon())
    open_door(plan)
    assert KEEPER.status(BENCH).is_paused  # type: ignore[union-attr]  # it is open
    assert not KEEPER.resume(BENCH).is_paused

    assert [cluster.state(name) for name in (ROUTER, INTERNET)] == ["Running"] * 2
    assert PROVIDER.status(BENCH).condition is BenchCondition.READY
    with candidate.terminal() as terminal:
        choose(terminal, 1)


def test_a_window_is_there_again_after_a_pause(candidate: Candidate) -> None:
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        terminal.type("kept=$((40 + 2)); PS1='<$kept> # '\n")
        terminal.read_until(r"<42> # $")
        KEEPER.pause(BENCH)
    KEEPER.resume(BENCH)
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        terminal.type("echo [$kept]\n")
        terminal.read_until(r"\[42\]")


def test_a_candidate_restarts_a_machine_from_the_menu(
    candidate: Candidate, cluster: Cluster, standin: StandIn
) -> None:
    asked = len(standin.asked)
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        for typed in ("r\n", "1\n"):
            terminal.type(typed)
            terminal.read_until(r"\? $")
        terminal.type("yes\n")
        terminal.read_until("routeur is back.", 120)

    acts = [each.document["action"] for each in standin.asked[asked:] if is_of_state(each.path)]
    assert acts == ["stop", "start"]
    assert cluster.state(ROUTER) == "Running"
    events = [(each.event, each.about) for each in KEEPER.comings(BENCH)]
    assert ("restart", ROUTER) in events
    assert ("restarted", ROUTER) in events


def is_of_state(path: str) -> bool:
    return path.partition("?")[0].endswith(f"/{ROUTER}/state")


def test_a_machine_that_does_not_answer_is_told_and_why_is_the_teacher_s_to_read(
    candidate: Candidate, cluster: Cluster, standin: StandIn
) -> None:
    cluster.world.instances.clear()
    cluster.shells.clear()
    standin.cluster = None
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type("1\n")
        said = terminal.read_until("ne répond pas")
        assert str(standin.server.port) not in said
        terminal.type("\n")
        terminal.read_until(MENU)
    troubles = [each.about for each in KEEPER.comings(BENCH) if each.event == "trouble"]
    assert len(troubles) == 1
    assert re.match(r"routeur \(.+\)", troubles[0])
    standin.cluster = cluster


def test_the_door_of_a_bench_is_found_by_the_provider_that_keeps_it(candidate: Candidate) -> None:
    assert KEEPER.status(BENCH)
    assert EmbeddedDoorkeeper().status(BENCH) is None
    del candidate

    outcomes = doors.pause_doors([int(BENCH)], lambda _bench, _text: None)

    assert outcomes[int(BENCH)].ok
    assert (Bench(BENCH).way_in / "paused").exists()


def test_a_closed_door_leaves_what_was_handed_in_and_nothing_else(
    candidate: Candidate, cluster: Cluster
) -> None:
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        candidate.sftp("put /etc/hostname fiche.txt")
        KEEPER.pause(BENCH)
        assert KEEPER.close(BENCH, soon())
    assert ended(cluster.shells[0])
    assert is_gone()
    assert cluster.state(ROUTER) == "Running"
    assert KEEPER.status(BENCH) is None
    assert [each.name for each in KEEPER.handed_in(BENCH)] == ["fiche.txt"]
    assert not KEEPER.close(BENCH, soon())
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((HOST, PORT), timeout=5)


def test_a_whole_reset_forgets_the_candidate_and_a_part_of_it_does_not(
    candidate: Candidate, plan: Plan
) -> None:
    candidate.sftp("put /etc/hostname fiche.txt")
    PROVIDER.reset(plan, (ROUTER,), silent, soon())
    first = KEEPER.status(BENCH)
    assert first is not None
    assert first.handed_in == 1

    PROVIDER.reset(plan, (), silent, soon())

    assert KEEPER.status(BENCH) is None
    assert KEEPER.handed_in(BENCH) == ()
    open_door(plan)
    again = KEEPER.status(BENCH)
    assert again is not None
    assert again.host_key != first.host_key


def test_the_command_lets_a_candidate_in_pauses_tells_and_closes(
    standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole bench of the title, in the words of its subject."""
    room = write_room(standin, tmp_path)
    command = Command(tmp_path / "state", {"LABCTL_ROOM": str(room)})
    monkeypatch.setenv("LABCTL_STATE_DIR", str(command.state))
    monkeypatch.setattr(outfit, "pack_code", lambda: b"code")
    found = Cluster(World({"n1": 64000}))
    standin.cluster, standin.carry = found, found.carry
    place = load_place(str(room), None)
    PROVIDER.up(place.plan(1), silent, soon())
    try:
        command.must("access", "1", "--listen", HOST, "--first-port", "22950", "--mode", "examen")
        candidate = Candidate(tmp_path, 1, 22951, access_code(place, 1).reveal())
        with candidate.terminal() as terminal:
            said = terminal.read_until(r"Votre choix : $")
            assert re.search(r"\n +1 +RT-ARU-01 — ", said)
            assert "redémarrer une machine" in said
            terminal.type("3\n")
            terminal.read_until(r"\$ $")
            terminal.type("id -un\n")
            terminal.read_until("nobody")
            command.must("access", "1", "--pause")
            assert terminal.is_cut()
        assert {found.state(name) for name in ("routeur", "dc", "nas")} == {"Frozen"}
        (door,) = command.json("access", "1", "--status")["doors"]
        assert (door["open"], door["is_paused"], door["windows"]) == (True, True, 1)
        refused = command.run("collect", "1")
        assert "en pause" in refused.stderr
        command.must("access", "1", "--resume")
        assert found.state("dc") == "Running"
        command.must("access", "1", "--stop")
        assert processes.scan(instance(), "01") == ()
    finally:
        PROVIDER.down(BenchId(1), soon())
        found.end()


def write_room(standin: StandIn, folder: Path) -> Path:
    """Write the shipped room of demonstration, its first bench on the stand-in."""
    host = {
        "nom": "grappe",
        "adresse": standin.server.where,
        "empreinte": standin.server.fingerprint,
        "certificat": str(folder / "labctl.crt"),
        "cle": str(folder / "labctl.key"),
        "memoire_mib": 64000,
        "disque_mib": 200000,
        "coeurs": 16,
    }
    head, mark, benches = ROOM.read_text(encoding="utf-8").partition("bancs:\n")
    head = head.replace("graine: ", "# labctl: ignore graine-publique\ngraine: ")
    hosts = f"hotes:\n  - {json.dumps(host)}\n"
    room = folder / "grappe.room.yml"
    only = benches.splitlines(keepends=True)[0]
    room.write_text(f"{head.replace('embedded', 'incus')}{hosts}{mark}{only}", encoding="utf-8")
    return room


def test_down_leaves_nothing_of_a_door(candidate: Candidate, plan: Plan) -> None:
    with candidate.terminal() as terminal:
        choose(terminal, 1)
        assert PROVIDER.down(BENCH, soon())
    assert is_gone()
    assert not Bench(BENCH).folder.exists()
    with pytest.raises(ProviderError, match="n’est pas construit"):
        open_door(plan)
