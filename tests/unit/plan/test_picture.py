"""Pictures of any topology: nothing overlaps, nothing is cut, every cable is there."""

from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from labctl.plan.model import Plan
from labctl.plan.picture import svg
from labctl.plan.picture.cables import find_cables
from labctl.plan.picture.drawing import render_svg
from labctl.plan.picture.layout import BOX, lay_out
from labctl.plan.picture.routing import Way, choose_levels
from labctl.spec.topology import Topology
from tests.plans import plan_of
from tests.topologies import (
    KINDS,
    at_home,
    cable,
    machine,
    on_two_sites,
    plan_with,
    segment,
    topology,
)

Box = tuple[float, float, float, float]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring kinds of machine that labctl does not ship."""
    for name, text in KINDS.items():
        file = tmp_path / "vm_templates" / name / "kind.yml"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))


def unlinked() -> Topology:
    """Return two switches that no upstream and no host is cabled to."""
    base = on_two_sites()
    kept = tuple(c for c in base.cables if {c.a.node, c.b.node} <= {"sw1", "sw2", "poste1"})
    machines = {name: base.machines[name] for name in base.machines if name in {"sw1", "sw2"}}
    machines |= {name: base.machines[name] for name in base.machines if name in {"poste1", "r2"}}
    return Topology(base.segments, machines, kept)


def in_a_ring() -> Topology:
    """Return three switches, each cabled to the two others, and nothing else."""
    switches = [machine(name, "switch", {}) for name in ("sw1", "sw2", "sw3")]
    return topology(
        [segment("SIEGE", "10.1.0.0/24", 10)],
        switches,
        cable("sw1.gi1", "sw2.gi1", untagged="SIEGE"),
        cable("sw1.gi2", "sw3.gi1", untagged="SIEGE"),
        cable("sw2.gi12", "sw3.gi12", untagged="SIEGE"),
    )


TOPOLOGIES = {
    "home": at_home(),
    "sites": on_two_sites(),
    "unlinked": unlinked(),
    "ring": in_a_ring(),
}
PLANS = pytest.mark.parametrize("name", ["shipped", *TOPOLOGIES])


def plan_named(name: str) -> Plan:
    return plan_with(TOPOLOGIES[name]) if name in TOPOLOGIES else plan_of(1)


def boxes_of(plan: Plan) -> dict[object, Box]:
    """Return where each thing stands: its edges."""
    layout = lay_out(plan)
    _cables, tops, _end = find_cables(layout, (0.0, 0.0))
    return {
        name: (unit.left, tops[rank], unit.left + unit.width, tops[rank] + unit.height)
        for rank, row in enumerate(layout.rows)
        for name, unit in ((name, layout.units[name]) for name in row)
    }


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@PLANS
def test_no_two_things_overlap(name: str) -> None:
    boxes = boxes_of(plan_named(name))
    assert [(a, b) for a, b in combinations(boxes, 2) if overlap(boxes[a], boxes[b])] == []


@PLANS
def test_every_machine_is_drawn_once(name: str) -> None:
    plan = plan_named(name)
    texts = [found.text for found in read(plan).iter(f"{SVG}text")]
    drawn = [
        sum(text == node.hostname or str(text).startswith(f"{node.hostname} ·") for text in texts)
        for node in plan.nodes.values()
        if node.kind != "host"
    ]
    assert set(drawn) == {1}


@PLANS
def test_every_cable_is_drawn(name: str) -> None:
    plan = plan_named(name)
    layout = lay_out(plan)
    drawn = [edge.link for edge in layout.edges]
    drawn += [link for unit in layout.units.values() for link in unit.plugs]
    beside = sum(unit.beside is not None for unit in layout.units.values())
    assert len(drawn) + beside == len(plan.links)
    assert set(drawn) <= set(plan.links)


@PLANS
def test_no_text_is_cut_or_leaves_the_page(name: str) -> None:
    root = read(plan_named(name))
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for found in root.iter(f"{SVG}text"):
        words, size = found.text or "", float(found.get("font-size", 0))
        x, y = float(found.get("x", 0)), float(found.get("y", 0))
        length = len(words) * size * svg.LETTER
        start = {"start": x, "middle": x - length / 2, "end": x - length}
        left = start[found.get("text-anchor", "start")]
        assert not words.endswith("…"), words
        assert left >= 0, words
        assert left + length <= width, words
        assert 0 < y <= height, words


@PLANS
def test_cables_run_down_and_across_outside_the_machines(name: str) -> None:
    plan = plan_named(name)
    layout = lay_out(plan)
    cables, _tops, _end = find_cables(layout, (0.0, 0.0))
    boxes = boxes_of(plan)
    for line in cables:
        for (x, y), (to_x, to_y) in pairwise(line.points):
            assert x == to_x or y == to_y
            if y == to_y:
                inside = [b for b in boxes.values() if b[1] < y < b[3]]
                assert all(max(x, to_x) < b[0] or min(x, to_x) > b[2] for b in inside)


@PLANS
def test_no_two_cables_run_over_one_another(name: str) -> None:
    cables, _tops, _end = find_cables(lay_out(plan_named(name)), (0.0, 0.0))
    across = [
        (y, min(x, to_x), max(x, to_x))
        for line in cables
        for (x, y), (to_x, to_y) in pairwise(line.points)
        if y == to_y
    ]
    pairs = combinations(across, 2)
    assert [(a, b) for a, b in pairs if a[0] == b[0] and a[1] <= b[2] and b[1] <= a[2]] == []


def test_the_upstream_is_on_top_and_a_machine_is_wide_enough_for_its_name() -> None:
    layout = lay_out(plan_of(1))
    assert [name for name, _switch in layout.rows[0]] == ["internet"]
    assert all(unit.width >= BOX[0] for unit in layout.units.values())


def test_cables_that_go_right_turn_the_lower_the_earlier() -> None:
    assert choose_levels((Way(0, 100), Way(40, 140), Way(80, 180))) == (2, 1, 0)


def test_cables_that_go_left_turn_the_higher_the_earlier() -> None:
    assert choose_levels((Way(100, 0), Way(140, 40), Way(180, 80))) == (0, 1, 2)


def test_cables_that_are_apart_share_a_level() -> None:
    assert choose_levels((Way(0, 50), Way(100, 150), Way(200, 200))) == (0, 0, 0)


def test_two_cables_that_must_cross_still_have_two_levels() -> None:
    assert sorted(choose_levels((Way(0, 100), Way(100, 0)))) == [0, 1]


def test_a_cable_between_two_machines_of_a_row_leads_back() -> None:
    cables, tops, end = find_cables(lay_out(plan_with(in_a_ring())), (0.0, 0.0))
    first, *_ways, last = next(c.points for c in cables if c.edge.upper_card == "gi12")
    assert first[1] == last[1]
    assert tops[1] < first[1] < end


def read(plan: Plan) -> ElementTree.Element:
    return ElementTree.fromstring(render_svg(plan))  # noqa: S314  # drawn by this very test
