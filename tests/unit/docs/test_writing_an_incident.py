"""The page for trainers on incidents: what it shows resolves and validates as it stands."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.pipeline.choosing import load_exam
from labctl.pipeline.new import draft_incident
from labctl.pipeline.validate import validate
from labctl.plan.incident import draw_values, fit, resolve
from labctl.spec.incident_file import load_incident
from tests.plans import ROOT, plan_of

PAGE = (ROOT / "docs" / "writing-an-incident.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```\w+\n# (\S+\.yml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = "checks/shares/incidents/P-901.yml"


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return a centre's content folder with the files of the page."""
    use_content(tmp_path)
    for name, text in FILE.findall(PAGE):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_incident_of_the_page_validates(centre: Path) -> None:
    assert validate([str(centre / NAME)]).mistakes == ()


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_the_incident_of_the_page_means_something_on_every_variant(
    centre: Path, bench: int
) -> None:
    incident, plan = load_incident(centre / NAME), plan_of(bench)
    assert fit(incident, plan)[1] == ""
    found = resolve(incident, plan, draw_values(incident, plan, "a"))
    assert found.inject[0].edit is not None
    assert found.inject[0].edit.put in {f'\\1"{word}"' for word in ("personne", "nul", "aucun")}


@pytest.mark.usefixtures("centre")
def test_the_grid_of_the_page_gives_its_criteres() -> None:
    assert load_exam("tai").incidents["P-901"] == ("6.2", "11.3")


def test_a_new_incident_validates_at_once(
    tmp_path: Path, use_content: Callable[[Path], None]
) -> None:
    use_content(tmp_path)
    draft = draft_incident(tmp_path, "P-902", "shares")
    draft.write()
    assert [path.name for path in draft.paths] == ["P-902.yml"]
    assert validate([str(draft.paths[0])]).mistakes == ()
