"""The reference solution without Ansible: what its roles contribute to the machines of a plan."""

import importlib.util
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2  # noqa: TID251  # as Ansible renders the templates
from jinja2.nativetypes import NativeEnvironment  # noqa: TID251

from labctl.configure.compose import compose_for
from labctl.core.ids import NodeName
from labctl.plan.document import to_json
from labctl.plan.model import Plan
from tests.plans import ROOT

PLAYBOOKS = ROOT / "playbooks"
SECRETS = {"routeur_admin": "Secret-du-routeur_1", "poste_admin": "Secret-du-poste_1"}


@cache
def load_filters() -> dict[str, Any]:
    """Return the filters of the playbooks by name."""
    found: dict[str, Any] = {
        "extract": lambda key, container: container[key],
        "regex_replace": lambda text, found, put: re.sub(found, put, text),
        "split": str.split,
    }
    for path in sorted((*PLAYBOOKS.glob("filters/*.py"), *PLAYBOOKS.glob("roles/*/filters/*.py"))):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= module.FilterModule().filters()
    return found


def contributed(plan: Plan, machine: str) -> dict[str, Any]:
    """Return what the topics contribute to a machine, rendered and put together."""
    parts = compose_for(plan).variables[NodeName(machine)]["contributions"]
    assert isinstance(parts, list)
    whole: dict[str, Any] = {}
    for part in render(plan, parts, machine):
        whole = merge(whole, part)
    return whole


def render(plan: Plan, value: Any, machine: str = "") -> Any:
    """Return a value with its templates rendered, as Ansible does."""
    if isinstance(value, Mapping):
        return {name: render(plan, item, machine) for name, item in value.items()}
    if isinstance(value, list):
        return [render(plan, item, machine) for item in value]
    if not isinstance(value, str) or "{{" not in value:
        return value
    return _render(_natives(), value, plan, machine)


def render_template(plan: Plan, path: Path, machine: str = "") -> str:
    """Return the text of a template."""
    return str(_render(_texts(), path.read_text("utf-8"), plan, machine))


def merge(first: Any, second: Any) -> Any:
    """Return two values put together, as ``combine`` of Ansible does."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **{k: merge(first[k], v) if k in first else v for k, v in second.items()}}
    return first + second if isinstance(first, list) and isinstance(second, list) else second


@cache
def _natives() -> NativeEnvironment:
    native = NativeEnvironment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    native.filters |= load_filters()
    return native


@cache
def _texts() -> jinja2.Environment:
    texts = jinja2.Environment(  # noqa: S701  # configuration of daemons, not HTML
        undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    texts.filters |= load_filters()
    return texts


@cache
def _compile(environment: jinja2.Environment, text: str) -> jinja2.Template:
    return environment.from_string(text)


def _render(environment: jinja2.Environment, text: str, plan: Plan, machine: str) -> Any:
    return _compile(environment, text).render(
        **SECRETS,
        plan=plan.once("as Ansible reads it", lambda: json.loads(to_json(plan))),
        inventory_hostname=machine,
        lookup=lambda plugin, what: (
            f"({what})" if plugin == "vars" else render_template(plan, Path(what), machine)
        ),
    )
