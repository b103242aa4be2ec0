"""Consoles of a bench: one command and its exit code, and what a person is shown first."""

import os
import pty
import sys
from contextlib import suppress

import pytest

from tests.commands import Command

pytestmark = pytest.mark.embedded


def test_a_command_of_the_switch_is_run_by_its_command_line(solved: Command) -> None:
    shown = solved.must("connect", "1", "commutateur", "--", "show", "version")

    assert "uptime is" in shown


def test_a_command_that_the_switch_refuses_has_its_own_exit_code(solved: Command) -> None:
    done = solved.run("connect", "1", "commutateur", "--", "show", "nonsense")

    assert done.returncode == 1
    assert "% Invalid input detected at '^' marker." in done.stdout


@pytest.mark.parametrize("node", ["poste", "routeur", "nas", "dc"])
def test_a_command_of_a_machine_has_its_exit_code(solved: Command, node: str) -> None:
    done = solved.run("connect", "1", node, "--", "sh", "-c", "echo 'a  b'; exit 7")

    assert (done.returncode, done.stdout) == (7, "a  b\n")


@pytest.mark.parametrize(
    ("node", "language", "said"),
    [
        ("poste", "fr", ("machine « poste » du banc 01", "isolation :", "pour sortir :")),
        ("poste", "en", ("machine “poste” of bench 01", "isolation:", "to leave:")),
        ("commutateur", "fr", ("machine « commutateur » du banc 01", "au premier niveau")),
    ],
)
def test_a_person_is_told_where_they_are(
    solved: Command, node: str, language: str, said: tuple[str, ...]
) -> None:
    shown = at_a_terminal(solved, "connect", "1", node, "--lang", language)

    assert all(words in shown for words in said)


def test_nothing_is_said_before_the_output_of_a_command(solved: Command) -> None:
    shown = at_a_terminal(solved, "connect", "1", "poste", "--", "echo", "seul", typed="")

    assert shown == "seul\r\n"


def at_a_terminal(room: Command, *words: str, typed: str = "exit\r") -> str:
    """Run a verb at a terminal where something is typed at once; return all that was shown."""
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "LABCTL_STATE_DIR": str(room.state), "TERM": "dumb"}
        os.execve(sys.executable, (sys.executable, "-m", "labctl", *words), environment)  # noqa: S606  # as a user does
    os.write(terminal, typed.encode())
    shown = bytearray()
    with suppress(OSError):  # how a terminal says that nobody is left at the other end
        while part := os.read(terminal, 4096):
            shown += part
    os.close(terminal)
    os.waitpid(pid, 0)
    return shown.decode()
