"""A value is never Markdown, a template that anybody wrote is refused at its line."""

from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.reports.printed.blocks import Grid, Heading, Paragraph, Run, parse_blocks
from labctl.reports.printed.markup import ELSEWHERE, render_markup, say_time, shield, unshield

HOSTILE = (
    '#panic("x")', "$ x $", "<lbl>", "*gras* **fort** `code`", "| a | b |", "# titre", "- liste",
    "![image](topologie)", "\\", "&amp; <b>", "{{ 7 * 7 }}", "[x](http://x)", "1. un", "_a_ __b__",
    '"guillemets"', "@preview/x:1.0.0", "~~x~~", "\\u{1F30A}", "--- ...",
)  # fmt: skip


def fill(tmp_path: Path, text: str, **values: object) -> str:
    """Return a template with values in."""
    file = tmp_path / "x.md"
    file.write_text(text, encoding="utf-8")
    return render_markup(file, values)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_said_as_it_was_typed(tmp_path: Path, value: str) -> None:
    (paragraph,) = parse_blocks(fill(tmp_path, "{{ value }}", value=value))

    assert paragraph == Paragraph((Run(value),))


@pytest.mark.parametrize("value", HOSTILE)
def test_it_stays_in_its_cell_and_its_code(tmp_path: Path, value: str) -> None:
    text = "| a |\n|---|\n| x {{ value | code }} |\n"

    (grid,) = parse_blocks(fill(tmp_path, text, value=value))

    assert isinstance(grid, Grid)
    assert grid.rows == (((Run("x "), Run(value, "code")),),)


def test_a_value_of_several_lines_takes_one(tmp_path: Path) -> None:
    (paragraph,) = parse_blocks(fill(tmp_path, "{{ value }}", value="a\n\n# b\tc"))

    assert paragraph == Paragraph((Run("a # b c"),))


def test_what_has_no_glyph_is_replaced() -> None:
    assert shield("a\0b\N{WATER WAVE}c") == "a\ufffdb\ufffdc"


def test_a_secret_is_never_said() -> None:
    assert unshield(shield("${secret:porte}")) == ELSEWHERE


def test_nothing_and_truth_have_words() -> None:
    assert [shield(value) for value in (None, "", True, False, 0)] == ["—", "—", "oui", "non", "0"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a\n{{ absent }}\n", 2, "UndefinedError"),
        ("a\n\n{% for %}\n", 3, "TemplateSyntaxError"),
        ("{{ ''.__class__.__mro__ }}\n", 1, "SecurityError"),
        ("\n{{ 1 / 0 }}\n", 2, "ZeroDivisionError"),
    ],
)
def test_a_wrong_template_is_refused_at_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(SpecError) as raised:
        fill(tmp_path, text)

    (mistake,) = raised.value.mistakes
    assert (mistake.file, mistake.line) == (str(tmp_path / "x.md"), line)
    assert words in mistake.message


def test_spaces_are_those_of_french(tmp_path: Path) -> None:
    (paragraph,) = parse_blocks(fill(tmp_path, "Un « mot » : 50 min ; oui ?"))

    assert paragraph == Paragraph(
        (Run("Un «\u202fmot\u202f»\u202f: 50\u00a0min\u202f; oui\u202f?"),)
    )


def test_places_to_write_have_a_size(tmp_path: Path) -> None:
    (paragraph,) = parse_blocks(fill(tmp_path, "Nom {{ line(6) }}{{ space(2) }}"))

    assert paragraph == Paragraph((Run("Nom "), Run("6", "line"), Run("2", "space")))


def test_headings_are_numbered_by_part() -> None:
    blocks = parse_blocks("# a\n\n## b\n\n## c\n\n# d\n\n## e\n", is_numbered=True)

    numbers = [block.words[0].text.strip() for block in blocks if isinstance(block, Heading)]
    assert numbers == ["1", "1.1", "1.2", "2", "2.1"]


def test_a_name_that_cannot_be_cut_has_the_room_it_takes() -> None:
    (grid,) = parse_blocks(
        "| Nom | Quoi | À remplir |\n|---|---|---|\n"
        "| OU=Postes,OU=MN,DC=moana,DC=test | des mots qui passent à la ligne au besoin | x |\n"
    )

    assert isinstance(grid, Grid)
    assert grid.widths == (0, 41, 0)


@pytest.mark.parametrize(
    ("minutes", "words"), [(5, "5 min"), (60, "1 h"), (90, "1 h 30"), (180, "3 h"), (125, "2 h 05")]
)
def test_time_is_said_in_hours(minutes: int, words: str) -> None:
    assert say_time(minutes) == words
