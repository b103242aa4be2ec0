"""core.command: argv, deadline, groups killed."""

import errno
import os
import time

import pytest

from labctl.core.command import follow, run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, CommandTimeout


def test_what_a_command_said() -> None:
    done = run(
        ("sh", "-c", "cat; echo err >&2; exit 3"), Deadline.after(5), stdin="in", check=False
    )
    assert (done.exit_code, done.stdout, done.stderr) == (3, "in", "err\n")


def test_a_failure_is_a_line_to_paste() -> None:
    with pytest.raises(CommandError, match="code de sortie 1 : sh -c 'exit 1'"):
        run(("sh", "-c", "exit 1"), Deadline.after(5))


def test_an_unknown_program_is_a_command_error() -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(("/nonexistent/program",), Deadline.after(5))


def test_what_the_kernel_refuses_while_a_program_runs_is_a_command_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("subprocess.Popen.communicate", refuse)
    begun = time.monotonic()
    with pytest.raises(CommandError, match="No space left on device: sleep 60"):
        run(("sleep", "60"), Deadline.after(5))
    assert time.monotonic() - begun < 30


def test_the_whole_group_dies_at_the_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(CommandTimeout):
        run(("sh", "-c", "sleep 60 & sleep 60; wait"), Deadline.after(0.2))
    assert time.monotonic() - started < 30


def test_the_child_gets_the_environment_it_is_given() -> None:
    assert os.environ.get("HOME")
    done = run(("/usr/bin/env",), Deadline.after(5), env={"A": "1"})
    assert done.stdout == "A=1\n"


def test_a_command_is_given_a_text_once_it_speaks_and_no_end_before_its_own() -> None:
    text, lines = "x" * 300_000 + "\n", list[str]()
    script = "echo ready; read -r line; echo ${#line}; read -r -t 0.2 more || echo $?"

    done = follow(("bash", "-c", script), Deadline.after(10), lines.append, stdin=text)

    assert done.exit_code == 0
    assert lines[:2] == ["ready", "300000"]
    assert int(lines[2]) > 128  # it waited in vain: had its input ended, this were 1


def test_a_command_that_says_nothing_is_given_nothing() -> None:
    done = follow(("sh", "-c", "exit 3"), Deadline.after(5), print, stdin="secret\n")

    assert done.exit_code == 3


def test_a_command_that_reads_nothing_ends_as_it_likes() -> None:
    lines: list[str] = []
    script = "exec <&-; echo deaf; sleep 0.1; echo done"

    done = follow(("sh", "-c", script), Deadline.after(10), lines.append, stdin="x" * 300_000)

    assert (done.exit_code, lines) == (0, ["deaf", "done"])


def test_what_is_followed_is_killed_at_the_deadline() -> None:
    with pytest.raises(CommandTimeout):
        follow(("sh", "-c", "echo; sleep 60"), Deadline.after(0.3), print, stdin="x")
