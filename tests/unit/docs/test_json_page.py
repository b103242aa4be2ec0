"""The page of the JSON shapes names every shape, and every key of those that are dataclasses."""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from labctl.core.errors import Mistake
from labctl.core.exhibit import Exhibit
from labctl.grade.model import GradeSheet
from labctl.judge.prove import Row
from labctl.pipeline.building import Built, Renewed
from labctl.pipeline.images import LayerInfo
from labctl.pipeline.seal import Sealed
from labctl.providers.base import BenchStatus, Finding
from tests.plans import ROOT

PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
KEY = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
NAME = re.compile(r"\"(labctl/[a-z-]+/v\d+)\"")
KEYS = {name: tuple(KEY.findall(text)) for name, text in SECTION.findall(PAGE)}


@pytest.mark.parametrize(
    ("schema", "root", "shape"),
    [
        ("labctl/doctor/v1", "findings[].", Finding),
        ("labctl/validate/v1", "mistakes[].", Mistake),
        ("labctl/images/v1", "layers[].", LayerInfo),
        ("labctl/up/v1", "built[].", Built),
        ("labctl/status/v1", "benches[].", BenchStatus),
        ("labctl/reset/v1", "reset[].", Renewed),
        ("labctl/exhibits/v1", "answers[].", Exhibit),
        ("labctl/seal/v1", "sealed[].", Sealed),
        ("labctl/prove/v1", "checks[].", Row),
        ("labctl/gradesheet/v1", "", GradeSheet),
    ],
)
def test_keys_are_those_of_the_value(schema: str, root: str, shape: type) -> None:
    told = {key for key in KEYS[schema] if key.startswith(root)}
    assert told == {root + path for path in paths_of(shape)} - {"schema"}


def test_every_shape_that_is_printed_is_told() -> None:
    sources = (ROOT / "labctl" / "cli").rglob("*.py")
    printed = {name for file in sources for name in NAME.findall(file.read_text("utf-8"))}
    assert printed <= set(KEYS)
    assert {"labctl/plan/v2", "labctl/images-build/v1", "labctl/images-prune/v1"} <= set(KEYS)


def paths_of(shape: type) -> Iterator[str]:
    """Yield the path of every value of a dataclass or a named tuple, as the page writes it."""
    for name, hint in get_type_hints(shape).items():
        yield from _paths(name, hint)


def _paths(name: str, hint: Any) -> Iterator[str]:
    inside = [part for part in get_args(hint) if part not in (NoneType, Ellipsis)]
    if get_origin(hint) is tuple:
        yield from _paths(f"{name}[]", inside[0])
    elif get_origin(hint) is dict:
        yield f"{name}{{}}"
    elif inside:  # a value, or null
        yield from _paths(name, inside[0])
    elif is_dataclass(hint) and isinstance(hint, type):
        yield from (f"{name}.{path}" for path in paths_of(hint))
    else:
        yield name
