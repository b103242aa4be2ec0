"""Tables: they fit the terminal, and nothing of a cell is lost."""

import pytest

from labctl.cli.display import print_table

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
