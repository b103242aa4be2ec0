"""Wrong cahiers and rooms: every one is answered in time with mistakes that have their line.

``LABCTL_FUZZ`` is the number of files (500); ``make fuzz`` takes 10,000. A tenth of them are
mutated as bytes, the others as values: reading the bytes is what takes long.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from labctl.core.errors import Mistake, SpecError
from labctl.core.once import reading_once
from labctl.plan.build import build_plan
from labctl.spec import loader
from labctl.spec.cahier import Cahier
from labctl.spec.lint import check_cahier, check_room
from labctl.spec.loader import Source, load, parse
from labctl.spec.room import Room, read_document
from tests.figures import Figures
from tests.fuzz.mutations import dice_of, mutate_bytes, mutate_tree
from tests.pace import scale
from tests.plans import CAHIER, PROVIDERS, ROOM

FILES = int(os.environ.get("LABCTL_FUZZ", "500"))
PARTS = 10
LIMIT_S = 1.0
"""Processor seconds one file may take, where a computer is as fast as ours."""

Check = Callable[[Source], tuple[Mistake, ...]]


@dataclass(frozen=True)
class Kind:
    """A kind of file: the right one, and what checks it."""

    file: Path
    check: Check


@reading_once()
def check_changed_cahier(source: Source) -> tuple[Mistake, ...]:
    """Return the mistakes of a cahier, or those that the right room then has."""
    return check_cahier(source) or check_and_plan(source, right(ROOM))


@reading_once()
def check_changed_room(source: Source) -> tuple[Mistake, ...]:
    """Return the mistakes of a room that uses the right cahier."""
    return check_and_plan(right(CAHIER), source)


def check_and_plan(cahier: Source, source: Source) -> tuple[Mistake, ...]:
    """Return the mistakes of a room; where there are none, both are good enough to plan from."""
    mistakes = check_room(source, PROVIDERS, cahier)
    document, _complaints = read_document(source, PROVIDERS)
    if document is not None and not mistakes:
        room = Room(source, document, PROVIDERS[document.provider])
        build_plan(Cahier(cahier), room, room.benches[0])
    return mistakes


@cache
def right(file: Path) -> Source:
    """Return a right file, read once."""
    return load(file)


KINDS = {"cahier": Kind(CAHIER, check_changed_cahier), "salle": Kind(ROOM, check_changed_room)}


def wrong_files(kind: Kind, numbers: Iterator[int]) -> Iterator[tuple[int, Callable[[], Source]]]:
    """Yield the cases of one kind: what reads each of them."""
    raw, source = kind.file.read_bytes(), right(kind.file)
    for number in numbers:
        dice = dice_of(number, kind.file.name)
        if number % 10 == 0:
            changed = mutate_bytes(raw, dice)
            yield number, lambda changed=changed: parse("faux.yml", changed)  # type: ignore[misc]  # mypy cannot type a default
        else:
            tree = mutate_tree(source.tree, dice)
            if not isinstance(tree, Mapping):  # pragma: no cover  # the root stays a mapping
                continue
            yield number, lambda tree=tree: replace(source, file="faux.yml", tree=tree)  # type: ignore[misc]  # the same


@dataclass(frozen=True, slots=True)
class Taken:
    """How labctl took a file: what is wrong with that, whether it refused the file, how long."""

    defect: str
    is_refused: bool = False
    took_s: float = 0.0


def take(read: Callable[[], Source], check: Check) -> Taken:
    """Have labctl check a file."""
    begun = time.process_time()
    try:
        mistakes = check(read())
    except SpecError as exc:
        mistakes = exc.mistakes
    except Exception as exc:  # noqa: BLE001  # whatever it is, it would be a traceback
        return Taken(f"{type(exc).__name__}: {exc}")
    took = time.process_time() - begun
    return Taken(find_defect(mistakes, took), bool(mistakes), took)


def find_defect(mistakes: Sequence[Mistake], took_s: float) -> str:
    """Return what is wrong with mistakes and the time they took; empty when nothing is."""
    if took_s > LIMIT_S and took_s > scale(LIMIT_S):
        return f"{took_s:.1f} s"
    homeless = [m for m in mistakes if m.line < 1 or not m.file or not m.message.isprintable()]
    return f"no line or no clean message: {homeless[0]!r}" if homeless else ""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_file_is_answered_with_its_mistakes(name: str, part: int, figures: Figures) -> None:
    kind = KINDS[name]
    numbers = iter(range(part, FILES // len(KINDS), PARTS))

    taken = {number: take(read, kind.check) for number, read in wrong_files(kind, numbers)}

    refused = sum(one.is_refused for one in taken.values())
    figures.add("files", f"{name}: refused, each mistake with its line", refused)
    figures.add("files", f"{name}: right all the same", len(taken) - refused)
    figures.took(f"the slowest {name}", max(one.took_s for one in taken.values()))
    assert {number: one.defect for number, one in taken.items() if one.defect} == {}


def test_libyaml_reads_no_changed_file_otherwise_than_ruamel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = CAHIER.read_bytes()
    changed = [mutate_bytes(raw, dice_of(n, "parsers")) for n in range(FILES // 40)]

    found = [read_or_refuse(one) for one in changed]
    monkeypatch.setattr(loader, "parse_compiled", loader.parse_pure)
    parse.cache_clear()

    assert [read_or_refuse(one) for one in changed] == found
    assert 0 < sum(isinstance(one, dict) for one in found) < len(found)


def read_or_refuse(raw: bytes) -> dict[str, Any] | tuple[Mistake, ...]:
    """Return what a file says, and where, or what is wrong with it."""
    try:
        source = parse("faux.yml", raw)
    except SpecError as exc:
        return exc.mistakes
    return {one.name: getattr(source, one.name) for one in fields(source)}


def test_most_wrong_files_are_found_wrong() -> None:
    cases = wrong_files(KINDS["cahier"], iter(range(1, 100)))

    assert sum(take(read, check_cahier).is_refused for _number, read in cases) > 60


def _breaks(_source: Source) -> tuple[Mistake, ...]:
    raise KeyError("nets")


def _hangs(_source: Source) -> tuple[Mistake, ...]:
    until = time.process_time() + 2 * scale(LIMIT_S)
    while time.process_time() < until:
        pass
    return ()


def _loses_the_line(_source: Source) -> tuple[Mistake, ...]:
    return (Mistake("faux.yml", 0, "perdu"),)


@pytest.mark.parametrize("broken", [_breaks, _hangs, _loses_the_line])
def test_the_search_finds_what_it_looks_for(broken: Check) -> None:
    assert take(lambda: right(CAHIER), broken).defect != ""
