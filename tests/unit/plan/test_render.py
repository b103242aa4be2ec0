"""What readers see of a plan: tables, a mermaid graph, a picture."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from labctl.plan.render import render_json, render_mermaid, render_svg, render_tables
from tests.golden import assert_golden
from tests.plans import ROOT, plan_of

GOLDEN = ROOT / "tests" / "golden" / "plan"
VARIANTS = (1, 2, 3)


@pytest.mark.parametrize("bench", VARIANTS)
def test_tables_are_the_golden_ones(bench: int) -> None:
    lines = []
    for table in render_tables(plan_of(bench)):
        lines += [f"# {table.title}", " | ".join(table.columns)]
        lines += [" | ".join(row) for row in table.rows] + [""]
    assert_golden("\n".join(lines), GOLDEN / f"banc-{bench:02d}.txt")


@pytest.mark.parametrize("bench", VARIANTS)
def test_every_row_has_as_many_cells_as_columns(bench: int) -> None:
    tables = render_tables(plan_of(bench))
    assert {len(row) - len(t.columns) for t in tables for row in t.rows} == {0}


@pytest.mark.parametrize("bench", VARIANTS)
def test_mermaid_graph_is_the_golden_one(bench: int) -> None:
    assert_golden(render_mermaid(plan_of(bench)), GOLDEN / f"banc-{bench:02d}.mmd")


@pytest.mark.parametrize("bench", VARIANTS)
def test_picture_is_the_golden_one(bench: int) -> None:
    assert_golden(render_svg(plan_of(bench)), GOLDEN / f"banc-{bench:02d}.svg")


@pytest.mark.parametrize("bench", VARIANTS)
def test_picture_names_every_machine_but_the_host(bench: int) -> None:
    plan = plan_of(bench)
    root = _read(render_svg(plan))
    said = " ".join(root.itertext())
    names = [node.hostname for node in plan.nodes.values() if node.kind != "host"]
    assert [name for name in names if name not in said] == []


@pytest.mark.parametrize("bench", VARIANTS)
def test_nothing_of_the_picture_lies_outside_it(bench: int) -> None:
    root = _read(render_svg(plan_of(bench)))
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    boxes = [
        tuple(float(box.get(name, 0)) for name in ("x", "y", "width", "height"))
        for box in root.iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert [
        b for b in boxes if b[0] < 0 or b[1] < 0 or b[0] + b[2] > width or b[1] + b[3] > height
    ] == []


def test_hostile_text_is_inert_in_pictures() -> None:
    plan = replace(plan_of(1), company='<script>alert(1)</script> & "x"')
    root = _read(render_svg(plan))
    assert "{http://www.w3.org/2000/svg}script" not in {element.tag for element in root.iter()}
    assert "<script>" not in render_mermaid(plan)


def test_json_is_the_document() -> None:
    assert render_json(plan_of(1)).startswith("{\n")


def _read(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314  # drawn by this very test
