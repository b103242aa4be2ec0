"""Where results go: a full disk, a reader that left, an output that is closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.lines import say

LABCTL = f"{sys.executable} -m labctl"
LINES = ("plan 1", "plan 1 --json", "validate", "schema", "status --json", "--version")


def run_shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which LABCTL is the command."""
    return subprocess.run(  # noqa: TID251  # outputs that this process must keep
        ["bash", "-c", line.replace("LABCTL", LABCTL)],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("words", LINES)
def test_a_full_disk_is_said_and_is_no_defect(words: str) -> None:
    done = run_shell(f"LABCTL {words} > /dev/full")

    assert done.returncode == 5
    assert done.stderr == "cette machine refuse : le disque est plein\n"


def test_where_a_defect_is_looked_for_a_refusal_shows_where_it_came_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LABCTL_DEBUG", "1")
    done = run_shell("LABCTL schema > /dev/full")

    assert done.returncode == 5
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert done.stderr.endswith("cette machine refuse : le disque est plein\n")


@pytest.mark.parametrize("words", ["plan 1", "validate", "schema"])
def test_a_closed_output_leaves_the_exit_code_to_what_was_done(words: str) -> None:
    done = run_shell(f"LABCTL {words} >&-")

    assert (done.returncode, done.stderr) == (0, "")


def test_a_closed_error_output_sends_nothing_to_results() -> None:
    done = run_shell("LABCTL plan 0 2>&-")

    assert (done.returncode, done.stdout) == (2, "")


def test_an_error_output_that_is_full_leaves_the_exit_code() -> None:
    assert run_shell("LABCTL plan 0 2>/dev/full").returncode == 2


def test_a_reader_of_a_table_that_leaves_is_no_error() -> None:
    assert run_shell("LABCTL plan 1 | true; echo ${PIPESTATUS[0]}").stdout == "0\n"


@pytest.mark.parametrize("name", ["", ".", "pipe"])  # a device of this machine is no toy
def test_a_picture_never_takes_the_place_of_what_is_no_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    before = Path(name).stat()

    said = say(capsys, "plan", "1", "--svg", name)

    assert (said.code, said.out) == (5, "")
    assert "ne peut être écrit" in said.err
    assert Path(name).stat() == before or name in ("", ".")


def test_a_picture_is_written_where_a_link_leads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link, target = tmp_path / "link.svg", tmp_path / "target.svg"
    link.symlink_to(target)

    assert say(capsys, "plan", "1", "--svg", str(link)).code == 0
    assert link.is_symlink()
    assert target.read_text("utf-8").startswith("<svg")
