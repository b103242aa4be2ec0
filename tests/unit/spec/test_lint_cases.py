"""Every folder of tests/golden/lint is a wrong cahier or room, and what must be said of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import Mistake
from labctl.pipeline.exam import find_exams
from labctl.spec.catalogue import FORM_RULES
from labctl.spec.lint import (
    check_cahier,
    check_room,
    read_source,
)
from labctl.spec.loader import Path_, Source
from tests.golden import assert_golden
from tests.lint_cases import list_cases, read_case
from tests.plans import CAHIER, PROVIDERS, ROOM

pytestmark = pytest.mark.usefixtures("reading")
MAY_BE_ELSEWHERE = frozenset({*FORM_RULES, "variantes-inegales", "lecteur-pris"})
"""Rules that tell of what is not in the file, or of a key that a variable gives."""


@pytest.fixture
def astray(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path_]]:
    """Give the places that rules name and that are not in the file: their line is a guess."""
    found: list[tuple[str, Path_]] = []
    mistake = Source.mistake

    def noted(source: Source, path: Path_, message: str, *, rule: str, hint: str = "") -> Mistake:
        if path not in source.lines and rule not in MAY_BE_ELSEWHERE:
            found.append((rule, path))
        return mistake(source, path, message, rule=rule, hint=hint)

    monkeypatch.setattr(Source, "mistake", noted)
    return found


@pytest.mark.parametrize("folder", list_cases(), ids=lambda folder: folder.name)
def test_says_exactly_what_is_wrong_and_where(
    folder: Path, tmp_path: Path, astray: list[tuple[str, Path_]]
) -> None:
    said = "".join(f"{_quote_lines(mistake)}\n" for mistake in _check(folder, tmp_path))
    assert_golden(said.replace(f"{tmp_path}/", ""), folder / "expected.txt")
    assert astray == []


def test_there_are_enough_wrong_cahiers() -> None:
    assert len(list_cases()) >= 60


def test_each_wrong_cahier_is_refused() -> None:
    silent = [f.name for f in list_cases() if not (f / "expected.txt").read_text("utf-8")]
    assert all(name.startswith("ignore-") for name in silent)


def _quote_lines(mistake: Mistake) -> str:
    """Return a mistake with the beginning of each line it points at, instead of its number."""
    lines = Path(mistake.file).read_text("utf-8").split("\n")
    shown = str(mistake).replace(
        f"{mistake.file}:{mistake.line}:", f"{mistake.file} {_quote(lines[mistake.line - 1])}:", 1
    )
    return re.sub(
        "à la ligne ([0-9]+)", lambda found: f"à la ligne {_quote(lines[int(found[1]) - 1])}", shown
    )


def _quote(line: str) -> str:
    return f"«{line.strip()[:40]}»"


def _check(folder: Path, tmp_path: Path) -> tuple[Mistake, ...]:
    case = read_case(folder)
    cahier, room = tmp_path / "x.cdc.yml", tmp_path / "y.room.yml"
    cahier.write_text(case.texts.get("@cahier", CAHIER.read_text("utf-8")), encoding="utf-8")
    room.write_text(case.texts.get("@salle", ROOM.read_text("utf-8")), encoding="utf-8")
    name = "" if "@salle" in case.texts else case.name
    mistakes = _check_with(
        cahier, lambda source: check_cahier(source, case.networks, name, find_exams(source))
    )
    if "@salle" not in case.texts:
        return mistakes
    asked = read_source(cahier)[0] if case.cahiers is None else None
    return mistakes + _check_with(
        room, lambda source: check_room(source, PROVIDERS, asked, case.cahiers, case.name)
    )


def _check_with(file: Path, check: Callable[[Source], tuple[Mistake, ...]]) -> tuple[Mistake, ...]:
    source, mistakes = read_source(file)
    return mistakes if source is None else check(source)
