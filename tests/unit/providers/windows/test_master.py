"""The disc of a Windows master, from the shipped cahier."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from checks.installation.demand import Installation
from checks.storage.demand import Storage
from labctl.core.secrets import Secret
from labctl.plan.kinds import find_answers
from labctl.providers.windows.master import Image, list_recipes, master_files
from tests.golden import assert_golden
from tests.plans import Desk, plan_of

RECIPES = list_recipes()
GOLDEN = Path(__file__).resolve().parents[3] / "golden" / "windows"
PLAN = plan_of(1, Desk.WINDOWS)
ASKED = {Installation.topic, Storage.topic}
SECRET = "une-seule-fois-aB3"  # noqa: S105  # of a test


def files_of(template: str) -> dict[str, bytes]:
    recipe = RECIPES[template]
    image = Image(6, recipe.master.edition, "fr-FR", recipe.master.build_min, "0" * 64)
    return master_files(PLAN, recipe, image, Secret(SECRET))


@pytest.mark.parametrize("name", ["autounattend.xml", "labctl.json"])
@pytest.mark.parametrize("template", RECIPES)
def test_the_disc_is_as_agreed(template: str, name: str) -> None:
    assert_golden(files_of(template)[name].decode(), GOLDEN / template / name)


@pytest.mark.parametrize("template", RECIPES)
def test_only_the_answers_hold_the_password_of_the_setup(template: str) -> None:
    holders = {name for name, content in files_of(template).items() if SECRET.encode() in content}
    assert holders == {"autounattend.xml"}


@pytest.mark.parametrize("template", RECIPES)
def test_the_master_says_which_it_is(template: str) -> None:
    stamp = json.loads(files_of(template)["labctl.json"])
    assert stamp == {
        "IsoSha256": "0" * 64,
        "Template": template,
        "Version": PLAN.demand(Installation).of_windows().master,
    }


def test_the_data_volume_has_the_size_that_is_asked_for() -> None:
    wanted = PLAN.demand(Storage).volumes["D"].size_gib or 0
    assert f"<Size>{wanted * 1024}</Size>".encode() in files_of("windows-11")["autounattend.xml"]


def test_a_windows_of_which_the_subject_says_nothing_is_french() -> None:
    others = {name: one for name, one in PLAN.demands.items() if name not in ASKED}
    answers = find_answers(replace(PLAN, demands=others), "windows-11")
    assert answers == {
        "language": "fr-FR",
        "keyboard": "040c:0000040c",
        "time_zone": "UTC",
        "build_min": "0",
        "master": "",
        "system_label": "Windows",
        "data_label": "Data",
        "data_gib": "32",
    }


def test_a_kind_without_answers_has_none() -> None:
    assert find_answers(PLAN, "nas") == find_answers(PLAN, "printer") == {}
