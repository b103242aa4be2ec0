"""The guide of the trainer: a subject of one's own, step by step, as a new trainer does it."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plans import ROOT, Desk, example_room, plan_of

PAGE = (ROOT / "docs" / "formateur.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Votre propre sujet\n")[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_THE_PAGE = "/srv/centre"
KIND = Desk.SIMULATED  # what the demonstration room has
ACTS = ("up", "prove", "solve")
"""Verbs that build machines: here only what they would do is asked."""


@dataclass(frozen=True)
class Typed:
    """A line of the page, and what it is said to print."""

    line: str
    expected: tuple[str, ...]


def read_steps() -> list[Typed]:
    """Return what the page has a trainer type, in order."""
    steps: list[Typed] = []
    for text in "".join(BLOCK.findall(SECTION)).splitlines():
        if text.startswith("# "):
            steps.append(Typed(text.removeprefix("# ").partition("   #")[0], ()))
        else:
            last = steps.pop()
            steps.append(Typed(last.line, (*last.expected, text)))
    return steps


def play(centre: Path, steps: list[Typed]) -> str:
    """Type the lines in one shell, from the project's folder, and return what they print."""
    lines = []
    for step in steps:
        line = step.line.replace(OF_THE_PAGE, str(centre))
        is_act = any(line.startswith(f"labctl {verb} ") for verb in ACTS)
        lines.append(f"{line} --dry-run" if is_act else line)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: TID251  # the page as it is typed
        ("bash", "-euo", "pipefail", "-c", "\n".join(lines)),
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": path,
            "LABCTL_LANG": "fr",
            "LABCTL_STATE_DIR": str(centre.parent / "state"),
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@dataclass(frozen=True)
class Played:
    """The content folder of a centre that had written nothing, and what the page printed."""

    centre: Path
    said: str


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Type what the page says, in a centre of one's own."""
    folder = tmp_path_factory.mktemp("formateur") / "centre"
    folder.mkdir()
    return Played(folder, play(folder, read_steps()))


def test_page_shows_how_a_subject_is_written_and_proved() -> None:
    verbs = [step.line.split()[1] for step in read_steps() if step.line.startswith("labctl ")]
    assert verbs == ["new", "validate", "prove", "new", "validate", "up"]


def test_each_step_does_what_the_page_says(played: Played) -> None:
    assert [line for step in read_steps() for line in step.expected] == [
        line for line in played.said.splitlines() if line.startswith("aucune erreur")
    ]
    assert (played.centre / "inventories" / "cahiers" / "mon-sujet.cdc.yml").is_file()


def test_a_copied_subject_is_solved_without_a_playbook_of_its_own(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    from labctl.configure.compose import compose_for
    from labctl.plan.build import build_plan
    from labctl.spec.cahier import load_cahier

    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(played.centre))
    copied = load_cahier(played.centre / "inventories" / "cahiers" / "mon-sujet.cdc.yml")

    assert not (played.centre / "playbooks").exists()
    assert compose_for(build_plan(copied, example_room(), 1)) == compose_for(plan_of(1, KIND))


def test_the_allocations_of_the_page_are_understood() -> None:
    from labctl.spec.allocation import parse_allocation

    shown = re.findall(r'`(?:allocation: )?"(\[.*?)"`', SECTION)
    assert [parse_allocation(text).names for text in shown] == [("A",), ("A", "B")]
