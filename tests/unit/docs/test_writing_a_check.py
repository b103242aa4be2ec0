"""The page for trainers: what it shows works as it stands."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checks.device_admin.facts import SwitchConfig
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from labctl.plan.fault import resolve
from labctl.spec.fault import load_fault
from tests.facts import Facts, evidence_of, solved_facts, untouched_facts
from tests.plans import ROOT, plan_of

PAGE = (ROOT / "docs" / "writing-a-check.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```\w+\n# (\S+\.(?:py|yml))\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"^```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
PLAN = plan_of(1)


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return a centre's content folder with the files of the page."""
    use_content(tmp_path)
    for name, text in FILE.findall(PAGE):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def verdict_on(facts: Facts) -> CheckVerdict:
    """Judge the check of the page."""
    selection = choose_checks("tai", ["L-001"])
    (bench,) = judge([evidence_of(PLAN, facts)], selection)
    return bench.verdicts[0]


def test_page_shows_a_check_and_its_fault() -> None:
    assert [name for name, _text in FILE.findall(PAGE)] == [
        "checks/device_admin/check_switch_name.py",
        "inventories/grids/tai.centre.yml",
        "checks/device_admin/sabotages/L-001.yml",
    ]


@pytest.mark.usefixtures("centre")
def test_check_of_the_page_conforms_on_a_solved_bench() -> None:
    found = verdict_on(solved_facts(PLAN))
    assert found.verdict is Verdict.CONFORM
    assert found.label == "Le commutateur porte le nom prévu"


@pytest.mark.usefixtures("centre")
def test_check_of_the_page_says_what_the_page_says() -> None:
    facts = solved_facts(PLAN)
    unnamed = replace(facts[SwitchConfig], hostname="Switch")
    found = verdict_on(facts | {SwitchConfig: unnamed})
    assert found.verdict is Verdict.NON_CONFORM
    assert [found.message] == SAID.findall(PAGE)


@pytest.mark.usefixtures("centre")
def test_check_of_the_page_does_not_conform_untouched() -> None:
    assert verdict_on(untouched_facts(PLAN)).verdict is Verdict.NON_CONFORM


def test_fault_of_the_page_is_one(centre: Path) -> None:
    fault = resolve(load_fault(centre / "checks/device_admin/sabotages/L-001.yml"), PLAN)
    assert fault.steps[0].cli[0] == "hostname AUTRE"
    assert fault.revert[0].cli[0] == "hostname SW-ARU-01"
