"""A document for a terminal: what is to be typed is never cut in the middle of a word."""

import pytest

from labctl.pipeline.paper import bench_pages
from labctl.pipeline.place import load_place
from labctl.reports.printed.blocks import Grid, Run
from labctl.reports.printed.document import Page
from labctl.reports.printed.plain import WIDTH, render_plain


def render(*rows: tuple[str, ...], columns: tuple[str, ...] = ()) -> list[str]:
    cells = tuple(tuple((Run(text, ""),) for text in row) for row in rows)
    heads = tuple((Run(text, ""),) for text in columns)
    grid = Grid(heads, cells, (1,) * len(rows[0]))
    page = Page("essai", "Essai", "", "", "", "", (), (grid,))
    return render_plain(page).splitlines()[3:]


def test_a_long_word_keeps_its_column_and_others_give_way() -> None:
    said = "une phrase assez longue pour céder la place qui manque à sa voisine de gauche " * 2
    lines = render(("/etc/lighttpd/lighttpd.conf", said), columns=("Où", "Quoi"))
    assert any("/etc/lighttpd/lighttpd.conf" in line for line in lines)
    assert max(map(len, lines)) <= WIDTH


def test_words_that_do_not_fit_side_by_side_are_below_each_other() -> None:
    words = ("x" * 30, "y" * 30, "z" * 30)
    lines = render(words, columns=("Un", "Deux", "Trois"))
    assert lines == [f"- Un : {words[0]}", f"  Deux : {words[1]}", f"  Trois : {words[2]}"]


@pytest.mark.parametrize(
    ("room", "bench", "route"),
    [
        ("demo", 2, "titre"),
        ("demo", 7, "ccp1"),
        ("demo-ccp2", 5, "ccp2"),
        ("demo-cabinet", 1, "titre"),
    ],
)
def test_every_word_of_a_subject_is_whole_at_the_screen(room: str, bench: int, route: str) -> None:
    for page in bench_pages(
        load_place(room, None), bench, ("cahier", "notices"), route, []
    ).values():
        cells = [
            cell
            for block in page.blocks
            if isinstance(block, Grid)
            for row in (block.columns, *block.rows)
            for cell in row
        ]
        words = {word for cell in cells for run in cell for word in run.text.split()}
        assert {word for word in words if word not in render_plain(page)} == set()
