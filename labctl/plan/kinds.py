"""What kinds say of the machines of a plan: their faces, and what ``kind.py`` computes.

``vm_templates/<kind>/kind.py`` may define functions of the plan and of one of its machines:
``domain`` (the name of the domain that the machine holds, which the bench then has: the others find
it in the plan), ``parameters`` (what the start program is told), ``certificate_names`` (names and
addresses of its certificate beside its own) and ``layer`` (what the layer that ``provision`` writes
is made of). A kind without the file uses that of the kind below it. The results are in the plan:
whoever makes the machines reads them there and runs no content. ``answers``, of the plan alone, is
what the answer files of a kind that is installed from a master say.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from labctl.core import content, paths
from labctl.core.errors import Mistake, SpecError
from labctl.plan.model import Node, Plan
from labctl.spec.kind import FILE, FOLDER, Template, inherit, load_chain

PROGRAM = "kind.py"


def describe_nodes(plan: Plan) -> Plan:
    """Return the plan with what the kinds say of each machine; SpecError when one cannot."""
    named = replace(plan, domain=_find_domain(plan) or plan.domain)
    nodes = {name: _describe(named, node) for name, node in plan.nodes.items()}
    return replace(named, nodes=nodes)


def find_answers(plan: Plan, kind: str) -> dict[str, str]:
    """Return what the answer files of a kind say of the subject; SpecError when it cannot."""
    file = _find_program(load_chain(kind))
    found = _compute(file, "answers", kind, plan) if file else None
    given = found if isinstance(found, dict) else {}
    return {str(name): str(value) for name, value in given.items()}


def _find_domain(plan: Plan) -> str:
    """Return the domain that the first machine says it holds, empty when none does."""
    for node in plan.nodes.values():
        file = _find_program(load_chain(node.kind))
        name = _compute(file, "domain", node.kind, plan, node) if file else None
        if isinstance(name, str) and name:
            return name
    return ""


def _describe(plan: Plan, node: Node) -> Node:
    chain = load_chain(node.kind)
    kind = inherit(chain)
    described = replace(
        node, faces=kind.faces, desk=kind.desk or "", is_simulated=kind.is_simulated
    )
    file = _find_program(chain)
    if file is None:
        return described
    parameters = _compute(file, "parameters", node.kind, plan, node)
    names = _compute(file, "certificate_names", node.kind, plan, node)
    layer = _compute(file, "layer", node.kind, plan, node)
    return replace(
        described,
        parameters=parameters if isinstance(parameters, dict) else {},
        certificate_names=tuple(map(str, names)) if isinstance(names, list) else (),
        layer=layer if isinstance(layer, dict) else None,
    )


def _find_program(chain: Sequence[Template]) -> Path | None:
    """Return the program of the nearest kind that has one.

    A centre may bring it alone; one that brings its own ``kind.yml`` leaves ours out.
    """
    for template in reversed(chain):
        for root in paths.content_roots():
            folder = root / FOLDER / template.name
            if (folder / PROGRAM).is_file():
                return folder / PROGRAM
            if (folder / FILE).is_file():
                break
    return None


def _compute(file: Path, function: str, kind: str, *about: Plan | Node) -> object:
    """Return what a function of the program computes, as JSON knows it; None without it."""
    content.install()  # it may import what a topic asks for
    seen = file.stat()
    try:
        run = getattr(_load(file, seen.st_mtime_ns, seen.st_size), function, None)
        return None if run is None else json.loads(json.dumps(run(*about)))
    except (Exception, SystemExit) as exc:  # a file that anybody wrote is run
        message = f"{kind}.{function}: {type(exc).__name__}: {exc}"
        raise SpecError(
            (Mistake(str(file), content.line_of(exc, file), message, "genre"),)
        ) from exc


@lru_cache(maxsize=64)
def _load(file: Path, _mtime_ns: int, _size: int) -> ModuleType:
    """Return a program as a module, loaded once for as long as its file does not change."""
    name = f"labctl_kind_{file.parent.name.replace('-', '_')}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(str(file))
    content.install()
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
