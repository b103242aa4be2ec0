"""Load a program of a role as it runs in its machine, without the machine."""

import importlib.machinery
import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.providers.roles import nodefiles
from tests.plans import ROOT

_PROGRAMS = "files/usr/lib/labctl"
_BASE = ROOT / "vm_templates" / "debian-base" / _PROGRAMS / "labctl_node.py"
_EQUIPPED = ROOT / "vm_templates" / "equipped" / _PROGRAMS


@dataclass
class Ran:
    """What a program would have run in its machine."""

    commands: list[tuple[str, ...]] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


def spec_of(plan: Plan, node: str) -> dict[str, Any]:
    """Return node.json of a machine as its program reads it."""
    told: dict[str, Any] = json.loads(
        json.dumps(nodefiles.describe(plan, plan.nodes[NodeName(node)]))
    )
    return told


def load_library() -> ModuleType:
    """Return what start programs share, as in a machine that is told nothing."""
    return load_file("labctl_node", _BASE)


def load(
    patch: pytest.MonkeyPatch, role: str, program: str, spec: Mapping[str, Any]
) -> tuple[ModuleType, Ran]:
    """Return a program of a role as a module, and what it runs from now on."""
    folder = ROOT / "vm_templates" / role / _PROGRAMS
    node, ran = load_library(), Ran()

    def run(argv: tuple[str, ...], *, text: str = "", check: bool = True) -> str:  # noqa: ARG001
        ran.commands.append(tuple(argv))
        ran.inputs.append(text)
        return ""

    def write(path: str, content: str, mode: int = 0o644) -> None:
        ran.files[path] = f"{mode:o} {content}"

    for name, value in {"SPEC": spec, "run": run, "write": write}.items():
        setattr(node, name, value)
    patch.setitem(sys.modules, "labctl_node", node)
    for place in (_EQUIPPED, folder):
        patch.syspath_prepend(str(place))
        for path in place.glob("*.py"):
            patch.delitem(sys.modules, path.stem, raising=False)
    return load_file(f"labctl_{program}", folder / program), ran


def load_file(name: str, path: Path) -> ModuleType:
    """Return a program as a module, whatever its name ends in."""
    loader = importlib.machinery.SourceFileLoader(name, str(path))
    spec = importlib.util.spec_from_loader(name, loader)
    if spec is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module
