"""``grade --after-restart``: what is announced, and who is asked."""

import io
import json

import pytest

from labctl.cli.consent import confirm
from tests.unit.cli.lines import say

MACHINES = ["routeur", "commutateur", "nas", "poste", "point_acces"]


class Terminal(io.StringIO):
    """A text that a person types, or reads."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ((), []),
        (("--after-restart",), MACHINES),
        (("--mode", "examen"), MACHINES),
        (("--mode", "examen", "--only", "K-065"), []),
        (("--mode", "examen", "--no-after-restart"), []),
    ],
)
def test_a_dry_run_tells_whose_power_would_be_cut(
    words: tuple[str, ...], wanted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(capsys, "grade", "1", "--dry-run", "--json", *words)

    assert json.loads(said.out)["would_cut_power"] == {"1": wanted}


def test_a_dry_run_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    cut = say(capsys, "grade", "2", "--dry-run", "--mode", "examen").out
    assert cut == f"banc 02 : courant coupé : {', '.join(MACHINES)}\n"
    assert say(capsys, "grade", "2", "--dry-run").out == "banc 02 : rien n'est changé\n"


def test_a_dry_run_of_no_bench_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "grade", "--dry-run")
    assert said.code == 2
    assert "dites quels bancs" in said.err


def test_the_default_can_be_given_by_a_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_AFTER_RESTART", "non")
    said = say(capsys, "grade", "1", "--dry-run", "--json", "--mode", "examen")
    assert json.loads(said.out)["would_cut_power"] == {"1": []}


@pytest.mark.parametrize("typed", ["o\n", "oui\n", "y\n"])
def test_a_person_agrees(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = ask(typed, monkeypatch)

    assert confirm("le courant va être coupé")
    assert told.getvalue().endswith("le courant va être coupé\nContinuer ? [o/N] ")


@pytest.mark.parametrize("typed", ["\n", "non\n", ""])
def test_a_person_does_not_agree(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(typed, monkeypatch)

    assert not confirm("le courant va être coupé")


def ask(typed: str, patch: pytest.MonkeyPatch) -> Terminal:
    """Have a person type something on a terminal; return what is shown there."""
    told = Terminal()
    patch.setattr("sys.stdin", Terminal(typed))
    patch.setattr("sys.stderr", told)
    return told


def test_nobody_is_asked_where_nobody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("non\n"))

    assert confirm("le courant va être coupé")
