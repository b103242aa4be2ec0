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


def test_ordinary_french_stays() -> None:
    text = "L'étiquette « ARU-B1-P1-05 » n'est pas conforme : 10 € …"
    assert inert(text) == text


def test_a_flood_is_cut_and_says_so() -> None:
    assert inert("x" * 5000).endswith("[…]")
    assert len(inert("x" * 5000)) < 2010


def test_one_line_has_no_line_break() -> None:
    assert one_line("a\nb\r\n\tc") == "a b c"
