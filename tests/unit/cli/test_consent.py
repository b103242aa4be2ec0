"""Before work is lost that no run holds: a question on a terminal, ``--yes`` elsewhere."""

import io
import os
import sys
from pathlib import Path

import pytest

from labctl.pipeline.loss import Loss, foresee_losses
from labctl.pipeline.place import bench_dir
from labctl.seal.document import SealPhase, write_phase
from tests.runs import WHOLE, collected, graded, part
from tests.unit.cli.lines import say

LONG_AGO = 1_000_000_000  # 2001-09-09


@pytest.fixture
def built() -> Path:
    """Give the folder of a bench of which something is left."""
    folder = bench_dir(1)
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text("{}", encoding="utf-8")
    os.utime(folder / "plan.json", (LONG_AGO, LONG_AGO))
    return folder


class Terminal(io.StringIO):
    """Standard input of somebody who types an answer."""

    def isatty(self) -> bool:
        return True


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Have somebody sit at a terminal and answer."""
    monkeypatch.setattr(sys, "stdin", Terminal(text))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("verb", ["reset", "solve", "down", "prove"])
def test_nobody_to_ask_and_work_to_lose_is_refused(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(capsys, verb, "1")

    assert said.code == 2
    assert "banc 01 : construit le 09/09/2001 à 01:46 UTC, et aucun relevé entier" in said.err
    assert "piste : d'abord « labctl grade 1 », pour le garder ; --yes, pour le perdre" in said.err
    assert bench_dir(1).exists()


@pytest.mark.parametrize("text", ["", "n\n", "\n", "peut-être\n"])
def test_whoever_does_not_agree_keeps_the_bench(
    built: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, text)
    said = say(capsys, "down", "1")
    assert said.code == 130
    assert said.err.endswith("Continuer ? [o/N] rien n'a été changé\n")
    assert built.exists()


@pytest.mark.parametrize("text", ["o\n", "oui\n", "Y\n"])
def test_whoever_agrees_loses_the_bench(
    built: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, text)
    assert say(capsys, "down", "1").code == 0
    assert not built.exists()


@pytest.mark.parametrize("words", [("--yes",), ()], ids=["flag", "variable"])
def test_the_word_answers_beforehand(
    built: Path,
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not words:
        monkeypatch.setenv("LABCTL_YES", "1")
    said = say(capsys, "down", "1", *words)
    assert said.code == 0
    assert "Continuer" not in said.err
    assert not built.exists()


@pytest.mark.usefixtures("built")
def test_the_question_says_which_run_holds_what(capsys: pytest.CaptureFixture[str]) -> None:
    whole = graded(1).run_dir
    graded(1, part("6"))
    said = say(capsys, "down", "1")
    assert f"banc 01 : le relevé {whole.name} tient ce qui était fait le " in said.err


@pytest.mark.usefixtures("built")
def test_a_whole_collection_holds_the_work_and_a_partial_one_does_not() -> None:
    assert foresee_losses([1])[0].run == ""
    collected(1, part("6"))
    assert foresee_losses([1])[0].run == ""
    whole = collected(1, WHOLE)
    assert foresee_losses([1])[0].run == whole.name


def test_a_run_of_before_the_bench_was_built_does_not_hold_its_work(built: Path) -> None:
    graded(1)
    os.utime(built / "plan.json", (4_000_000_000, 4_000_000_000))
    assert foresee_losses([1])[0].run == ""


def test_what_cannot_be_read_holds_nothing() -> None:
    run = graded(1).run_dir
    (run / "gradesheet.json").write_text("{", encoding="utf-8")
    other = graded(1).run_dir
    (other / "evidence" / "journal.jsonl").write_bytes(b"x\n")
    (graded(1).run_dir / "evidence" / "journal.jsonl").unlink()
    assert foresee_losses([1]) == (Loss(1),)


def test_a_seal_protects_its_bench_by_itself(built: Path) -> None:
    write_phase(built, SealPhase.SEALED)
    assert foresee_losses([1]) == ()


@pytest.mark.parametrize("verb", ["down", "reset", "solve"])
def test_a_bench_that_is_not_there_is_not_asked_about(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "serait perdu" not in say(capsys, verb, "1").err
    assert "aucun relevé" not in say(capsys, verb, "1").err


def test_a_bench_that_was_never_built_is_not_reset(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "reset", "2")
    assert (said.code, said.out) == (5, "")
    assert "le banc 02 n'a jamais été construit" in said.err
    assert "piste : labctl up 2" in said.err
    assert not bench_dir(2).exists()
