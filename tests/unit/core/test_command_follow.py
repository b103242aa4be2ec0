import sys
import tempfile

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, CommandTimeout


def test_each_line_is_handed_over_whole() -> None:
    lines: list[str] = []
    program = (
        "import sys; sys.stdout.write('a\\nb'); sys.stdout.flush(); print('c'); print('d', end='')"
    )

    done = command.follow((sys.executable, "-c", program), Deadline.after(10), lines.append)

    assert lines == ["a", "bc", "d"]
    assert done.exit_code == 0


def test_exit_code_and_errors_are_returned() -> None:
    program = "import sys; sys.exit('perdu')"

    done = command.follow((sys.executable, "-c", program), Deadline.after(10), print)

    assert (done.exit_code, done.stderr) == (1, "perdu\n")


def test_a_silent_command_is_killed_at_the_deadline() -> None:
    with pytest.raises(CommandTimeout):
        command.follow(("sleep", "60"), Deadline.after(0.2), print)


def test_a_command_that_does_not_exist_is_explained() -> None:
    with pytest.raises(CommandError, match="labctl-nowhere"):
        command.follow(("labctl-nowhere",), Deadline.after(1), print)


def test_a_command_is_followed_where_no_file_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench of another host is taken down also when the disk here is full."""
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")

    done = command.follow(("ls", "/nonexistent"), Deadline.after(10), print)

    assert done.exit_code != 0
    assert "/nonexistent" in done.stderr
