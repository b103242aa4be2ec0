"""core.command: argv, deadline, groups killed."""

import errno
import os
import time

import pytest

from labctl.core.command import run
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
