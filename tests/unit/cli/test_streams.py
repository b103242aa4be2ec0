"""What is said to nobody, or to a full disk, stops no work and changes no exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labctl.__main__ import main

DOWN = ("down", "1", "--yes")
WRONG = ("grade",)


def run(words: tuple[str, ...], shell: str) -> int:
    """Run a verb with its streams as a shell lays them; return its exit code."""
    line = f'"$@" {shell}'
    argv = ("bash", "-c", line, "bash", sys.executable, "-m", "labctl", *words)
    return subprocess.run(argv, check=False, timeout=60, stdin=subprocess.DEVNULL).returncode  # noqa: TID251


@pytest.mark.parametrize(
    ("words", "shell", "code"),
    [
        (DOWN, ">/dev/null 2>/dev/full", 0),
        (WRONG, "2>/dev/full", 2),
        (DOWN, ">&- 2>&- <&-", 0),
        (WRONG, "2>&-", 2),
    ],
)
def test_a_verb_that_nobody_can_hear_does_its_work(
    words: tuple[str, ...], shell: str, code: int, tmp_path: Path
) -> None:
    bench = tmp_path / "state/benches/01"  # of LABCTL_STATE_DIR, see conftest
    bench.mkdir(parents=True)
    (bench / "plan.json").touch()

    assert run(words, shell) == code
    assert bench.exists() is (words == WRONG)


@pytest.mark.parametrize("words", [DOWN, WRONG])
def test_a_reader_that_leaves_changes_no_exit_code(words: tuple[str, ...], tmp_path: Path) -> None:
    bench = tmp_path / "state/benches/01"
    bench.mkdir(parents=True)
    (bench / "plan.json").touch()
    read, write = os.pipe()
    os.close(read)

    argv = (sys.executable, "-m", "labctl", *words)
    done = subprocess.run(  # noqa: TID251
        argv, stdout=subprocess.DEVNULL, stderr=write, check=False, timeout=60
    )
    os.close(write)

    assert done.returncode == (0 if words == DOWN else 2)
    assert bench.exists() is (words == WRONG)


def test_a_result_that_no_disk_takes_is_no_defect() -> None:
    argv = (sys.executable, "-m", "labctl", "schema", "cahier")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: TID251
            argv, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert (done.returncode, done.stderr) == (5, "cette machine refuse : le disque est plein\n")


def test_an_interrupt_while_one_is_told_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_argv: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stderr", sys.stderr)  # given back at the end
    monkeypatch.setattr("labctl.cli.main.run", interrupt)

    assert main() == 130
