"""Tables: they fit the terminal, and nothing of a cell is lost."""

import io
import sys

import pytest

from labctl.cli.display import list_failures, no_name, print_failures, print_table, progress
from labctl.pipeline.outcome import Outcome

RUN = "20261124T164124.478604Z"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a terminal of 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that were printed."""
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_words_are_whole_while_there_is_room(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", ("n", "run", "why"), [("1", RUN, "a reason of several words, long enough")])
    assert any(RUN in line for line in lines_of(capsys))


def test_a_word_too_long_goes_on_below(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", ("run", "other"), [(RUN * 3, "x" * 30)])
    letters = "".join("".join(lines_of(capsys)).split())
    assert letters.count("x") == 30
    assert sum(letters.count(digit) for digit in "T.Z") == 9


def test_no_line_is_wider_than_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", tuple("abcdefgh"), [tuple("words " * 5 for _ in range(8))])
    assert max(map(len, lines_of(capsys))) <= 60


def test_short_columns_keep_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", ("does not conform", "why"), [("0", "one two three " * 10)])
    assert lines_of(capsys)[0].startswith("does not conform")


def test_cells_are_text_and_inert(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", ("a",), [("[red]x[/red]\x1b[2J",)])
    assert "[red]x[/red]\N{REPLACEMENT CHARACTER}[2J" in "\n".join(lines_of(capsys))


class Terminal(io.StringIO):
    """A terminal that keeps what is drawn."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_line_a_bench_and_its_last_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")

    with progress("Construction", (1, 2)) as step:
        step(1, "couches")
        step(1, "démarrage \x1b[2J")
        step(0, "")
    last = terminal.getvalue().rpartition("Construction")[2]

    assert "démarrage \N{REPLACEMENT CHARACTER}[2J" in last
    assert "couches" not in last
    assert [last.count(name) for name in ("banc 01", "banc 02")] == [1, 1]


def test_elsewhere_each_step_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Images", (1,), no_name) as step:
        step(1, "couche debian-base")
        step(0, "")
        step(1, "")
    with progress("Construction", (2,)) as step:
        step(2, "démarrage")

    title, first, second, third = capsys.readouterr().err.splitlines()
    assert (title, second) == ("Images", "Construction")
    assert first.endswith(" s] couche debian-base")
    assert third.endswith(" s] banc 02 : démarrage")


def test_failures_are_said_with_their_hint_and_the_gravest_code_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcomes: dict[int, Outcome[int]] = {
        1: Outcome(3),
        2: Outcome(None, "la machine dc\x1b[2J ne répond pas", "labctl status 2", 5),
        3: Outcome(None, "occupé", "", 3),
    }

    assert print_failures(outcomes) == 5

    assert capsys.readouterr().err.splitlines() == [
        "banc 02 : la machine dc\N{REPLACEMENT CHARACTER}[2J ne répond pas",
        "  piste : labctl status 2",
        "banc 03 : occupé",
    ]
    assert set(list_failures(outcomes)) == {2, 3}
