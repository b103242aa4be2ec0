"""What the notices of the simulated Windows tell to type is what it takes."""

import re
import shlex
from pathlib import Path

import pytest
from labwindows import scenario
from labwindows import simulate as tool

from tests.plans import ROOT
from tests.unit.windows.simulated import simulate

REAL = frozenset({"mail"})
"""What is done on it for good, with programs of its Linux."""
FILES = sorted(
    path
    for path in (ROOT / "checks").glob("*/notices/windows-standin.md")
    if path.parent.parent.name not in REAL
)
COMMAND = re.compile(r"`simulate ([^`]*)`")
PLACEHOLDER = re.compile(r"\b(SID|VALEUR|CONTENU|NOM|TACHE)\b")
TOLD_BESIDE = frozenset({"startup"})
"""What starts by itself is told with the programs to remove."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.parent.name)
def test_every_example_is_taken(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = str(simulate(tmp_path).store)
    monkeypatch.setattr(scenario.load, "__defaults__", (store,))
    monkeypatch.setattr(scenario.save, "__defaults__", (store,))
    monkeypatch.setattr(scenario.change, "__defaults__", (store, str(tmp_path / "lock")))
    commands = [each for each in COMMAND.findall(file.read_text("utf-8")) if " " in each]
    whole = [each for each in commands if not PLACEHOLDER.search(each)]

    assert commands
    assert [each for each in whole if tool.main(shlex.split(each))] == []


@pytest.mark.parametrize("topic", sorted(REAL))
def test_what_is_real_is_simulated_nowhere(topic: str) -> None:
    notice = ROOT / "checks" / topic / "notices" / "windows-standin.md"
    assert "simulate" not in notice.read_text("utf-8")


def test_each_topic_that_the_solution_tells_it_has_a_notice() -> None:
    told = {path.parent.parent.name for path in FILES}
    solved = {
        path.parent.parent.name for path in ROOT.glob("playbooks/roles/*/filters/*_scenario.py")
    }

    assert solved - TOLD_BESIDE == told
