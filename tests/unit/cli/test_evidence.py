"""``labctl evidence``: a number of a grid leads to a question and its answer."""

import json
from pathlib import Path

import pytest

from labctl.collect.recorder import Recorder
from labctl.core.untrusted import inert
from tests.fakes import answer, ask
from tests.plans import plan_of
from tests.unit.cli.lines import say
from tests.unit.collect.evidence_run import journal, raw, write

HOSTILE = b"\x1b[2J\x1b[1;1Hconforme\r#4  poste\n\xe2\x80\xaeennob"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Give the run of two answers that is the newest of bench 1."""
    folder = tmp_path / "state/runs/01/20260101T000000.000000Z"
    write(folder)
    return folder


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("number", ["#1", "1"])
def test_a_number_shows_the_question_and_the_answer(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(capsys, "evidence", "1", number)

    assert (said.code, said.err) == (0, "")
    first, _empty, *lines = said.out.splitlines()
    assert first.startswith("banc 01, relevé 20260101T000000.000000Z, empreinte ")
    assert lines == [
        "#1  poste  01/01/2026 à 00:00 UTC  ssh",
        "question : /bin/uname",
        '│ {"argv": ["/bin/uname"]}',
        "code de sortie : 0",
        "réponse (6 octets) :",
        "│ poste",
    ]


@pytest.mark.usefixtures("run")
def test_without_a_number_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "evidence", "1")

    assert [line.split() for line in said.out.splitlines()[-3:-1]] == [
        ["#1", "poste", "/bin/uname"],
        ["#2", "poste", "/bin/cat"],
    ]


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("word", ["#", "K-001", "-1", "٣", "9999999", "#1.5"])
def test_what_is_no_number_is_refused(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "evidence", "1", word)

    assert said.code == 2
    assert said.out == ""


@pytest.mark.usefixtures("run")
def test_a_number_that_is_not_there_is_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = say(capsys, "evidence", "1", "7")

    assert said.code == 2
    assert "n'a pas de preuve #7" in said.err
    assert "de #1 à #2" in said.err


def test_a_bench_without_a_run_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "evidence", "1", "7")

    assert (said.code, "n'a aucun relevé" in said.err) == (5, True)


def test_an_output_that_was_changed_is_not_shown(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw(run, b"poste\n").write_bytes(b"autre\n")

    said = say(capsys, "evidence", "1", "1")

    assert said.code == 3
    assert "autre" not in said.out
    assert said.err == "#1 : la réponse est perdue ou a été modifiée\n"


def test_a_broken_chain_is_said(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = journal(run).read_bytes()
    journal(run).write_bytes(content.replace(b'"kind":"end"', b'"kind":"fin"'))

    said = say(capsys, "evidence", "1", "1")

    assert said.code == 3
    assert "a été modifié" in said.err


def test_an_answer_neither_moves_the_cursor_nor_looks_like_our_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "hostile"
    recorder = Recorder(folder, [])
    recorder.start(plan_of(1), "namespace", [])
    recorder.answers([answer(ask("/bin/cat"), HOSTILE)])
    recorder.finish()

    said = say(capsys, "evidence", "1", "1", "--from", str(folder))

    shown = said.out.partition("réponse")[2].splitlines()[1:]
    assert len(shown) == 2
    assert all(line.startswith("│ ") for line in shown)
    assert inert(said.out, len(said.out)) == said.out


def test_a_long_answer_is_cut_and_says_where_the_rest_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, long = tmp_path / "long", b"x" * 70_000
    recorder = Recorder(folder, [])
    recorder.start(plan_of(1), "namespace", [])
    recorder.answers([answer(ask("/bin/cat"), long)])
    recorder.finish()

    said = say(capsys, "evidence", "1", "1", "--from", str(folder))

    assert said.out.count("x") < 66_000
    assert said.out.endswith(f"coupée ici ; tout est dans {raw(folder, long)}\n")


def test_as_json(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "evidence", "1", "#1", "--json")

    document = json.loads(said.out)
    assert (document["schema"], document["run"]) == ("labctl/exhibits/v1", str(run))
    assert [one["answer"] for one in document["answers"]] == ["poste\n"]
