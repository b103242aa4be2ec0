"""What Ansible's modules document of their options, and what is wrong with those they get."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from labctl.configure import extras
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError

BIN = Path(sys.executable).parent
KEPT = ("type", "elements", "required", "choices", "aliases")
"""What of an option's documentation is also in an argument spec, under the same name."""
OWN_TYPES = frozenset({"sid"})
"""Types that modules for Windows define themselves."""

Options = Mapping[str, Mapping[str, Any]]


def has_collections() -> bool:
    """Tell whether ``make setup-windows`` was done."""
    try:
        extras.require(extras.list_roots())
    except InfrastructureError:
        return False
    return True


def load_options(modules: Iterable[str], environment: Mapping[str, str]) -> dict[str, Options]:
    """Return the options of each module that exists, as it documents them."""
    argv = (str(BIN / "ansible-doc"), "--json", "--type", "module", *sorted(modules))
    done = command.run(argv, Deadline.after(60), env=dict(environment), check=False)
    documents = json.loads(done.stdout or "{}")
    return {
        name: document["doc"].get("options", {})
        for name, document in documents.items()
        if "doc" in document
    }


def find_faults(module: str, given: Mapping[str, Any], known: Mapping[str, Options]) -> list[str]:
    """Return what is wrong with the options of a task: names, types, choices."""
    if module not in known:
        return [f"{module}: unknown module"]
    result = ArgumentSpecValidator(_spec(known[module])).validate(dict(given))
    return [f"{module}: {said}" for said in result.error_messages]


def _spec(options: Options) -> dict[str, Any]:
    return {name: _option(option) for name, option in options.items()}


def _option(option: Mapping[str, Any]) -> dict[str, Any]:
    spec = {name: option[name] for name in KEPT if name in option}
    if spec.get("type") in OWN_TYPES:
        spec["type"] = "str"
    if "choices" in spec:
        spec["choices"] = list(spec["choices"])
    if option.get("suboptions"):
        spec["options"] = _spec(option["suboptions"])
    return spec
