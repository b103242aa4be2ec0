"""A console on a cluster: a command runs for real, behind the WebSockets of a stand-in."""

import json
import os
import pty
import select
import shlex
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.connection import Connection

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.core.wait import until
from labctl.plan.model import Plan
from labctl.providers.incus import clusters, console, outfit, seat
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests import incus_shell
from tests.incus_server import Answer, StandIn, error, sync
from tests.incus_shell import Shell

BENCH, ROUTER, JURY = BenchId(1), NodeName("routeur"), NodeName("jury")


class Consoles:
    """Answers as Incus does when commands are run; keeps each of them."""

    def __init__(self) -> None:
        self.shells: list[Shell] = []
        self.asked: list[dict[str, Any]] = []
        self.instead: list[str] = []
        self.is_running = True
        self.joined: list[str] = []

    def answer(self, method: str, target: str, body: bytes, *_headers: object) -> Answer:
        if target == "/1.0":
            return sync({"auth": "trusted"})
        if target.startswith(incus_shell.OPERATION):
            return self.shells[-1].end()
        if "/files" in target:
            return outfit.identify_code() if method == "GET" else sync(None)
        if not self.is_running:
            return error("Instance is not running", 400)
        self.asked.append(json.loads(body))
        command = self.instead or self.asked[-1]["command"]
        self.shells.append(incus_shell.begin({**self.asked[-1], "command": command}))
        return self.shells[-1].answer()

    def carry(self, path: str, stream: Connection) -> None:
        self.joined.append(path.rpartition("-")[2])
        self.shells[-1].carry(path, stream)


@pytest.fixture
def consoles(
    standin: StandIn, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Consoles:
    """Give a bench of a cluster whose machines run what they are asked on this computer."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    benches.write_plan(Bench(BENCH), plan)
    found = Consoles()
    standin.cluster, standin.carry = found, found.carry
    return found


def enter(
    *argv: str, node: NodeName = ROUTER, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    entering = IncusProvider().enter_argv(BENCH, node, argv)
    return subprocess.run(
        entering, input=typed, capture_output=True, text=True, timeout=30, check=False
    )


def test_a_command_has_its_three_streams_and_its_exit_code(consoles: Consoles) -> None:
    done = enter("/bin/sh", "-c", "cat; echo wrong >&2; exit 3", typed="typed\n")

    assert (done.stdout, done.stderr, done.returncode) == ("typed\n", "wrong\n", 3)
    assert consoles.asked[0]["interactive"] is False


def test_a_console_takes_the_way_to_the_cluster_that_its_room_named_last(
    consoles: Consoles, plan: Plan
) -> None:
    assert plan.hosting is not None
    before = replace(plan.hosting, own={**plan.hosting.own, "address": "127.0.0.1:1"})
    benches.write_plan(Bench(BENCH), replace(plan, hosting=before))
    clusters.remember(plan.hosting, Deadline.after(5))

    assert enter("/bin/echo", "here").stdout == "here\n"
    assert len(consoles.shells) == 1


def test_no_stream_of_a_command_is_late_for_it(
    consoles: Consoles, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    answer, carry = consoles.answer, consoles.carry

    def count(method: str, target: str, *more: Any) -> Answer:
        if "/exec" in target:
            counted.append(len(standin.shown))
        return answer(method, target, *more)

    def count_streams(path: str, stream: Connection) -> None:
        counted.append(len(standin.shown))
        carry(path, stream)

    monkeypatch.setattr(consoles, "answer", count)
    standin.carry = count_streams
    assert enter("/bin/true").returncode == 0

    assert consoles.joined[0] == "control"
    assert sorted(consoles.joined) == ["0", "1", "2", "control"]
    assert len(counted) == 5
    assert len(set(counted)) == 1  # no connection was made since the command was begun


def test_who_was_too_slow_asks_for_no_stream(
    consoles: Consoles, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_JOIN_S", 0.0)

    with pytest.raises(ProviderError, match="cinq secondes"):
        console.converse(plan, ROUTER, {"command": ["/bin/true"], "environment": {}})

    assert consoles.joined == []
    assert consoles.shells[0].process.wait(20) == 0


def test_what_a_command_says_is_carried_whole(consoles: Consoles) -> None:
    done = enter("/usr/bin/seq", "100000")

    assert done.stdout.splitlines()[-1] == "100000"
    assert len(done.stdout.splitlines()) == 100000
    assert len(consoles.shells) == 1


def test_a_person_has_a_terminal_of_the_size_of_theirs(consoles: Consoles) -> None:
    script = "stty size; read one; stty size; read two; echo got $two; exit 4"
    ours, theirs = pty.openpty()
    incus_shell.set_size(theirs, 100, 30)
    entering = IncusProvider().enter_argv(BENCH, ROUTER, ("/bin/bash", "-c", script))
    person = subprocess.Popen(
        entering, start_new_session=True, stdin=theirs, stdout=theirs, stderr=theirs
    )
    try:
        said = Said(ours)
        assert said.find(b"30 100\r\n")
        incus_shell.set_size(theirs, 90, 20)
        person.send_signal(signal.SIGWINCH)
        assert until(lambda: consoles.shells[0].told, Deadline.after(20), every_s=0.01)
        os.write(ours, b"first\r")
        assert said.find(b"20 90\r\n")
        os.write(ours, b"second\r")
        assert said.find(b"got second\r\n")
        assert person.wait(20) == 4
    finally:
        person.kill()
        person.wait()
    os.close(theirs)
    os.close(ours)
    assert consoles.asked[0]["interactive"] is True


class Said:
    """What comes out of a terminal."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._text = b""

    def find(self, wanted: bytes) -> bool:
        """Wait until something was said."""

        def look() -> bool:
            if select.select([self._terminal], [], [], 0.1)[0]:
                self._text += os.read(self._terminal, 4096)
            return wanted in self._text

        return bool(until(look, Deadline.after(20), every_s=0.01)) or pytest.fail(str(self._text))


def test_a_machine_of_the_jury_s_instance_is_entered_by_the_labctl_there(
    consoles: Consoles,
) -> None:
    consoles.instead = ["/bin/echo", "inside"]

    assert enter("/bin/hostname", node=JURY).stdout == "inside\n"

    asked = consoles.asked[0]
    wanted = ["-m", seat.__name__, "enter", "1", "jury", "/bin/hostname"]
    assert asked["command"] == [*outfit.command(), *wanted]
    assert outfit.environment().items() <= asked["environment"].items()


def test_what_cannot_be_written_here_is_told_and_ends_the_command(consoles: Consoles) -> None:
    entering = IncusProvider().enter_argv(BENCH, ROUTER, ("/usr/bin/yes",))
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            entering, stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
            timeout=30, check=False,
        )  # fmt: skip

    assert b"/dev/stdout" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.returncode == 5
    assert consoles.shells[0].process.wait(20) != 0


def test_a_reader_that_leaves_ends_the_command(consoles: Consoles) -> None:
    console = shlex.join(IncusProvider().enter_argv(BENCH, ROUTER, ("/usr/bin/yes",)))
    both = f"{console} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ("/bin/bash", "-c", both), stdin=subprocess.DEVNULL, capture_output=True,
        timeout=30, check=False,
    )  # fmt: skip

    assert (done.stdout, done.stderr, done.returncode) == (b"y\n", b"", 141)
    assert consoles.shells[0].process.wait(20) != 0


def test_a_machine_that_does_not_run_is_told_in_a_sentence(consoles: Consoles) -> None:
    consoles.is_running = False

    done = enter("/bin/true")

    assert done.stderr == "Incus refuse : Instance is not running\n"
    assert done.returncode == 5


def test_a_bench_without_a_plan_is_told_in_a_sentence(consoles: Consoles, tmp_path: Path) -> None:
    (tmp_path / "benches/01/plan.json").unlink()

    done = enter("/bin/true")

    assert "Traceback" not in done.stderr
    assert done.returncode == 5
    assert consoles.asked == []


def test_a_folder_called_labctl_where_one_happens_to_be_is_not_run(
    consoles: Consoles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "labctl").mkdir()
    (tmp_path / "labctl" / "__init__.py").write_text("raise SystemExit('somebody else')")
    monkeypatch.chdir(tmp_path)

    assert enter("/bin/echo", "inside").stdout == "inside\n"
    assert len(consoles.shells) == 1


def test_a_server_that_opens_no_stream_is_told_in_a_sentence(
    consoles: Consoles, standin: StandIn
) -> None:
    standin.carry = None

    done = enter("/bin/true")

    assert done.stderr.startswith("Incus n'ouvre pas la console")
    assert done.returncode == 5
    assert consoles.shells[0].process.wait(20) == 0
