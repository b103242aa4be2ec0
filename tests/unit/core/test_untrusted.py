"""core.untrusted: what machines say is shown, never obeyed."""

import pytest

from labctl.core.untrusted import inert, one_line


@pytest.mark.parametrize(
    "payload",
    [
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x9b31m",
        "a\x00b",
        "\u202egnp.exe",
        "\u2066x",
        "\x08\x08",
        "\r",
    ],
)
def test_no_control_or_bidi_character_is_left(payload: str) -> None:
    shown = inert(payload)
    assert all(char.isprintable() or char in "\n\t" for char in shown)
    assert not set(shown) & set("\u202e\u2066")


def test_what_is_taken_out_leaves_a_mark_in_its_place() -> None:
    assert inert("a\x1bb\u202ec\nd") == "a\ufffdb\ufffdc\nd"


def test_ordinary_french_stays() -> None:
    text = "L'étiquette « ARU-B1-P1-05 » n'est pas conforme : 10 € …"
    assert inert(text) == text


def test_a_flood_is_cut_and_says_so() -> None:
    assert inert("x" * 5000).endswith("[…]")
    assert len(inert("x" * 5000)) < 2010


def test_a_text_of_just_the_length_is_not_cut() -> None:
    assert inert("x" * 2000) == "x" * 2000
    assert inert("x" * 2001) == "x" * 2000 + " […]"
    assert (inert("x" * 9, 9), inert("x" * 10, 9)) == ("x" * 9, "x" * 9 + " […]")
    assert (one_line("x\n" * 4, 7), one_line("x\n" * 5, 7)) == ("x x x x", "x x x x […]")


def test_one_line_has_no_line_break() -> None:
    assert one_line("a\nb\r\n\tc") == "a b c"


@pytest.mark.parametrize("unseen", "\u034f\u115f\u17b4\u180b\u2800\u3164\ufe0f\uffa0\U000e0100")
def test_what_nobody_sees_is_shown(unseen: str) -> None:
    assert inert(f"COMPTA{unseen}") == "COMPTA\ufffd"


@pytest.mark.parametrize("mark", "\u0301\u0489\u20dd")
def test_marks_do_not_cover_the_lines_around(mark: str) -> None:
    assert inert("e" + mark * 6 + "t" + mark) == "e" + mark * 4 + "\ufffd\ufffdt" + mark
