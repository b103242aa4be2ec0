"""The completion script, sourced and asked as a shell does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labctl.cli import completion
from labctl.cli.verbs import summaries
from labctl.pipeline.words import WORDS
from tests.unit.cli.lines import say

ASK = """\
source "$1"; shift
COMP_WORDS=(labctl "$@"); COMP_CWORD=$#
_shtab_labctl labctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Path:
    """Return the completion script of bash."""
    path = tmp_path / "labctl.bash"
    path.write_text(say(capsys, "completion", "bash").out, encoding="utf-8")
    return path


def complete(script: Path, *words: str) -> list[str]:
    """Return what bash would propose for the last word."""
    done = subprocess.run(  # noqa: TID251  # a test is outside the product
        ("bash", "--norc", "-c", ASK, "bash", str(script), *words),
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        (("va",), ["validate"]),
        (("grade", "--mo"), ["--mode"]),
        (("grade", "--mode", ""), ["examen", "formation"]),
        (("up", "--route", "c"), ["ccp1"]),
        (("images", ""), ["build", "list", "prune"]),
        (("up", "--lang", ""), ["fr", "en"]),
        (("connect", "1", "sonde_w"), ["sonde_wan"]),
        (("reset", "1", "--node", "comm"), ["commutateur"]),
        (("up", "--room", "demo-l"), ["demo-libvirt"]),
        (("up", "--cahier", "tai-tp-p"), ["tai-tp-pme-01"]),
        (("grade", "--only", "K-07"), [f"K-07{n}" for n in range(10)]),
        (("grade", "--only", "10."), ["10.1", "10.3", "10.4"]),
        (("grade", "--only", "9.9"), []),
        (("grade", "--only", "6."), ["6.1", "6.2", "6.3"]),
        (("report", "--format", "j"), ["json", "junit"]),
    ],
)
def test_bash_proposes(script: Path, words: tuple[str, ...], proposed: list[str]) -> None:
    assert complete(script, *words) == proposed


def test_bash_proposes_the_runs(script: Path, tmp_path: Path) -> None:
    run = tmp_path / "state/runs/07/20260101T000000.000000Z"
    run.mkdir(parents=True)

    assert complete(script, "report", "--from", f"{tmp_path}/state/runs/07/2026") == [str(run)] * 2
    assert complete(script, "evidence", "7", "--from", str(tmp_path / "st"))[-1] == str(run)


def test_every_kind_of_words_is_known() -> None:
    assert set(WORDS) == set(completion.WORDS)


def test_the_words_of_no_kind_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert say(capsys, "completion", "--words", "secrets").code == 2
    assert say(capsys, "completion").code == 2


def test_bash_proposes_every_verb(script: Path) -> None:
    assert complete(script, "") == list(summaries())


def test_bash_proposes_files_where_a_path_is_expected(script: Path, tmp_path: Path) -> None:
    (tmp_path / "room-of-ours.room.yml").touch()
    found = complete(script, "up", "--room", str(tmp_path / "room"))
    assert found == [str(tmp_path / "room-of-ours.room.yml")]


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_have_theirs(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "completion", shell)
    assert said.code == 0
    assert all(verb in said.out for verb in summaries())
