"""The page for a new kind of machine: its files are one, which is planned, drawn and answers."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import ProviderError
from labctl.plan.kinds import describe_nodes
from labctl.plan.render import render_svg
from labctl.spec.kind import list_kinds, load_chain, load_kind
from labctl.spec.topology import HOST, Card
from tests.topologies import cable, machine, plan_with, segment, topology
from tests.unit.docs.sensor_pages import CONTENT, read_page, write_files

FILES = read_page("adding-a-machine.md")
SERVER = "vm_templates/sensor/files/usr/sbin/sensord"


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the content folder of a centre, with the files of the page."""
    use_content(tmp_path)
    write_files(FILES, tmp_path)
    return tmp_path


def test_the_page_shows_the_files_of_the_exam_that_is_played_on_a_bench() -> None:
    own = CONTENT / "vm_templates"
    found = {str(p.relative_to(CONTENT)): p for p in own.rglob("*") if p.is_file()}
    assert {name: path.read_text("utf-8") for name, path in found.items()} == FILES
    assert all(path.stat().st_mode & 0o100 for path in found.values() if not path.suffix)


@pytest.mark.usefixtures("centre")
def test_the_folder_is_a_kind() -> None:
    assert "sensor" in list_kinds()
    chain = [template.name for template in load_chain("sensor")]
    assert chain == ["debian-base", "equipped", "networked", "sensor"]
    kind = load_kind("sensor")
    assert (str(kind.words), kind.faces, kind.cards) == ("capteur", ("linux",), ("eth0",))
    assert kind.sign is not None
    assert not kind.factory.has_addresses


def test_without_the_folder_it_is_none() -> None:
    with pytest.raises(ProviderError, match="« sensor »"):
        load_kind("sensor")


@pytest.mark.usefixtures("centre")
def test_a_bench_of_it_is_planned_and_drawn() -> None:
    sensor = machine("capteur", "sensor", {"eth0": Card("ATELIER")})
    cables = (cable(HOST, "capteur.eth0", untagged="ATELIER"),)
    found = topology([segment("ATELIER", "10.9.0.0/24")], [sensor], *cables)
    plan = describe_nodes(plan_with(found))
    assert plan.nodes[sensor.name].faces == ("linux",)
    drawn = render_svg(plan)
    assert str(load_kind("sensor").symbol) in drawn
    assert "capteur" in drawn


def test_its_program_answers_as_the_protocol_says(centre: Path, tmp_path: Path) -> None:
    program = runpy.run_path(str(centre / SERVER))
    settings = tmp_path / "sensor.conf"
    assert program["read_settings"](str(settings)) == {}
    settings.write_text("place = quai\n# rien\n", encoding="utf-8")
    request = bytes.fromhex("41 01 00 07 2a b5") + b"place"
    answer = program["answer"](request, program["read_settings"](str(settings)))
    assert answer == bytes.fromhex("61 45 00 07 2a ff") + b"quai"
    assert program["answer"](request, {}) == bytes.fromhex("61 84 00 07 2a")
