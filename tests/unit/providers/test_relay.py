"""A command's output is carried until the command has ended, whatever it leaves behind."""

import os
import sys

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.providers.namespaces import relay

RUN = """
import signal, sys
from labctl.providers.namespaces.enter import run
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
sys.exit(run(sys.argv[1:]))
"""


def carry(*argv: str) -> command.Completed:
    """Run a command as a child of the program that enters a node; late ones fail."""
    return command.run((sys.executable, "-c", RUN, *argv), Deadline.after(60), check=False)


def test_a_daemon_that_keeps_the_output_is_not_waited_for() -> None:
    done = carry("sh", "-c", "sleep 300 & echo said; echo $! >&2; exit 3")

    command.run(("kill", done.stderr.strip()), Deadline.after(60))
    assert (done.exit_code, done.stdout) == (3, "said\n")


def test_output_is_whole_on_either_side() -> None:
    done = carry("sh", "-c", "seq 100000; seq 5 >&2")

    assert done.stdout == "".join(f"{number}\n" for number in range(1, 100_001))
    assert done.stderr == "1\n2\n3\n4\n5\n"


def test_one_pipe_for_both_keeps_their_order() -> None:
    inner = f"exec {sys.executable} -c '{RUN}' sh -c 'echo 1; echo 2 >&2; echo 3' 2>&1"

    done = command.run(("sh", "-c", inner), Deadline.after(60))

    assert done.stdout == "1\n2\n3\n"


def test_a_command_whose_reader_has_left_ends_by_sigpipe() -> None:
    inner = f"{sys.executable} -c '{RUN}' yes | head -n 1; echo ${{PIPESTATUS[0]}}"

    done = command.run(("bash", "-c", inner), Deadline.after(60))

    assert done.stdout == "y\n141\n"


def test_what_is_typed_reaches_the_command() -> None:
    done = command.run((sys.executable, "-c", RUN, "cat"), Deadline.after(60), stdin="typed")

    assert done.stdout == "typed"


def test_nothing_is_lost_on_an_output_that_another_writer_has_just_filled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, write = os.pipe()
    answers = [BlockingIOError(), None]
    real = os.write

    def write_later(number: int, chunk: bytes) -> int:
        if answer := answers.pop(0):
            raise answer
        return real(number, chunk)

    with monkeypatch.context() as patch:
        patch.setattr("labctl.providers.namespaces.relay.os.write", write_later)
        assert relay._write(write, b"said")
    assert os.read(read, 10) == b"said"
    os.close(read)
    os.close(write)
