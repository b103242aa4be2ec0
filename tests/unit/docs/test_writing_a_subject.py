"""The page for a subject of one's own: what it shows works as it stands, up to the bench."""

import re
from pathlib import Path

import pytest

from labctl.configure.compose import compose_for
from labctl.pipeline.place import load_place
from labctl.pipeline.validate import validate
from tests.own_subject import OWN_BLOCK, PAGE, change_subject, read_lines, start

VERBS = ("new", "validate", "validate", "plan", "up", "grade", "solve", "grade", "prove", "down")


def test_the_page_goes_from_nothing_to_a_proved_bench() -> None:
    lines = [line for line in read_lines() if line.startswith("labctl ")]
    assert [line.split()[1] for line in lines] == [*VERBS, "new", "validate"]
    assert (
        re.findall(r"^aucune erreur, fichiers lus : \d+$", PAGE, re.MULTILINE)
        == ["aucune erreur, fichiers lus : 2"] * 2
    )


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a centre that followed the page."""
    folder = tmp_path / "centre"
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(folder))
    start(folder)
    return folder


def test_what_is_written_validates_at_once_and_again_once_it_is_changed(centre: Path) -> None:
    for _step in range(2):
        checked = validate(["mon-sujet"])
        assert (len(checked.files), checked.mistakes) == (2, ())
        change_subject(centre)
    assert '"Pharmacie du Lagon"' in (centre / "inventories/cahiers/mon-sujet.cdc.yml").read_text()


def test_its_solution_is_composed_of_what_it_asks(centre: Path) -> None:
    change_subject(centre)
    plan = load_place("mon-sujet", None).plan(1)
    assert set(compose_for(plan).variables) == {"routeur", "commutateur", "poste"}
    assert OWN_BLOCK.startswith("accueil: ")
