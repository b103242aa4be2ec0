"""Every folder of tests/golden/lint is a wrong cahier or room, and what must be said of it.

``edits.txt`` changes the shipped files, block by block: ``- `` lines (there exactly once) become
``+ `` lines; ``@cahier`` or ``@salle`` names the file, ``@hote`` a network of this machine,
``@nom`` the name a file is known by, ``@cahiers`` those of every cahier.
A file of the folder named ``x.cdc.yml`` or ``x.room.yml`` is taken as it is instead.

``expected.txt`` has what the line says in the place of its number: a line more in a shipped file
changes none of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from labctl.core.errors import Mistake
from labctl.pipeline.exam import find_exams
from labctl.plan.build import build_plan
from labctl.spec.cahier import load_cahier
from labctl.spec.catalogue import FORM_RULES, NEEDED_RULES, known_rules
from labctl.spec.lint import (
    check_cahier,
    check_room,
    read_source,
    validate_cahier,
    validate_room,
)
from labctl.spec.loader import Path_, Source
from tests.golden import assert_golden
from tests.plans import CAHIER, PROVIDERS, ROOM, example_room

CASES = Path(__file__).resolve().parents[2] / "golden" / "lint"


@dataclass
class Case:
    texts: dict[str, str] = field(default_factory=dict)
    networks: list[IPv4Network] = field(default_factory=list)
    name: str = ""
    cahiers: tuple[str, ...] | None = None


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


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_says_exactly_what_is_wrong_and_where(
    folder: Path, tmp_path: Path, astray: list[tuple[str, Path_]]
) -> None:
    said = "".join(f"{_quote_lines(mistake)}\n" for mistake in _check(folder, tmp_path))
    assert_golden(said.replace(f"{tmp_path}/", ""), folder / "expected.txt")
    assert astray == []


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_what_an_author_may_ignore_leaves_something_to_plan(folder: Path, tmp_path: Path) -> None:
    text = _read(folder).texts.get("@cahier", "")
    ignored = ", ".join(sorted(known_rules() - set(NEEDED_RULES)))
    cahier = tmp_path / "x.cdc.yml"
    cahier.write_text(f"{text}\nlint: {{ignorer: [{ignored}]}}\n", encoding="utf-8")
    if not text or validate_cahier(cahier) or validate_room(ROOM, PROVIDERS, cahier):
        return  # it cannot be ignored
    assert build_plan(load_cahier(cahier), example_room(), 1).nodes


def test_there_are_enough_wrong_cahiers() -> None:
    assert len(list(CASES.iterdir())) >= 60


def test_each_wrong_cahier_is_refused() -> None:
    silent = [f.name for f in CASES.iterdir() if not (f / "expected.txt").read_text("utf-8")]
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
    case = _read(folder)
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


def _read(folder: Path) -> Case:
    case = Case()
    for name, pattern in (("@cahier", "*.cdc.yml"), ("@salle", "*.room.yml")):
        for whole in folder.glob(pattern):
            case.texts[name] = whole.read_text("utf-8")
    edits = folder / "edits.txt"
    if edits.exists():
        _apply(case, edits.read_text("utf-8"))
    return case


def _apply(case: Case, text: str) -> None:
    files = {"@cahier": CAHIER, "@salle": ROOM}
    target = "@cahier"
    for block in text.split("\n\n"):
        lines = block.splitlines()
        for line in lines:
            target = line if line in files else target
            if line.startswith("@hote "):
                case.networks.append(IPv4Network(line.removeprefix("@hote ")))
            if line.startswith("@nom "):
                case.name = line.removeprefix("@nom ")
            if line.startswith("@cahiers "):
                case.cahiers = tuple(line.removeprefix("@cahiers ").split())
        old = "\n".join(line[2:] for line in lines if line.startswith("- "))
        new = "\n".join(line[2:] for line in lines if line.startswith("+ "))
        before = case.texts.get(target) or files[target].read_text("utf-8")
        assert not old or before.count(old) == 1, f"{before.count(old)} fois : {old}"
        case.texts[target] = before.replace(old, new) if old else before
