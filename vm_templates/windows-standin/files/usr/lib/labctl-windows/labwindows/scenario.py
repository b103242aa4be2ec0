"""The scenario: what the simulated Windows tells where the machine itself knows nothing.

One JSON file, written whole by ``simulate`` and read again when it changed; README.md of the
template documents it.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from labwindows import paths, values
from labwindows.registry import HIVES, RegistryValue, read_value

SCHEMA = "labctl/windows-scenario/v1"
MAX_BYTES = 4 * 1024 * 1024
Document = dict[str, Any]


class ScenarioError(ValueError):
    """The scenario is not one."""


@dataclass(frozen=True, slots=True)
class Told:
    """An instance of the scenario: its properties, and what its methods answer."""

    properties: values.Instance
    methods: Mapping[str, values.Instance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is told; names of namespaces and classes are in lower case."""

    classes: Mapping[str, Mapping[str, Sequence[Told]]]
    names: Mapping[str, str]  # class in lower case → as Windows writes it
    registry: Mapping[str, Mapping[str, Mapping[str, RegistryValue]]]  # hive → key → name
    script: Mapping[str, Sequence[object]] = field(default_factory=dict)  # fact → what is found


def check(document: object) -> Scenario:
    """Return what a document tells; ScenarioError says where it is wrong."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ScenarioError(f"schema: {SCHEMA} expected")
    unknown = set(document) - {"schema", "namespaces", "registry", "script"}
    if unknown:
        raise ScenarioError(f"unknown: {', '.join(sorted(unknown))}")
    classes: dict[str, dict[str, list[Told]]] = {}
    names: dict[str, str] = {}
    for namespace, held in _mapping(document.get("namespaces", {}), "namespaces").items():
        found = classes.setdefault(namespace.lower(), {})
        for name, instances in _mapping(held, namespace).items():
            names[name.lower()] = name
            found[name.lower()] = list(_instances(instances, f"{namespace} {name}"))
    registry = _registry(document.get("registry", {}))
    return Scenario(classes, names, registry, _script(document.get("script", {})))


def _instances(raw: object, where: str) -> Iterator[Told]:
    if not isinstance(raw, list):
        raise ScenarioError(f"{where}: a list of instances expected")
    for rank, instance in enumerate(raw):
        try:
            properties = values.read_instance(instance)
            methods = instance.get(values.METHODS, {})
            answers = _mapping(methods, values.METHODS)
            told = {name: values.read_instance(answer) for name, answer in answers.items()}
        except values.NotAValueError as exc:
            raise ScenarioError(f"{where} [{rank}]: {exc}") from exc
        yield Told(properties, told)


def _registry(raw: object) -> dict[str, dict[str, dict[str, RegistryValue]]]:
    hives: dict[str, dict[str, dict[str, RegistryValue]]] = {}
    for hive, keys in _mapping(raw, "registry").items():
        if hive not in HIVES.values():
            raise ScenarioError(f"registry: {hive} is not one of {', '.join(HIVES.values())}")
        hives[hive] = {
            key: {
                name: _registry_value(value, f"{hive}\\{key}\\{name}")
                for name, value in _mapping(held, key).items()
            }
            for key, held in _mapping(keys, hive).items()
        }
    return hives


def _script(raw: object) -> dict[str, list[object]]:
    """Read what labctl's PowerShell script finds: numbers, texts, and objects of them."""
    found: dict[str, list[object]] = {}
    for name, items in _mapping(raw, "script").items():
        if not isinstance(items, list):
            raise ScenarioError(f"script {name}: a list expected")
        found[name] = [_found(item, f"script {name}") for item in items]
    return found


def _found(raw: object, where: str) -> object:
    """Read one thing found; a moment is printed as the script prints one."""
    if isinstance(raw, dict):
        return {name: _scalar(value, where) for name, value in raw.items()}
    return _scalar(raw, where)


def _scalar(raw: object, where: str) -> object:
    try:
        value = values.read(raw)
    except values.NotAValueError as exc:
        raise ScenarioError(f"{where}: {exc}") from exc
    if isinstance(value, values.Moment):
        return f"{value.when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, list | values.Embedded):
        raise ScenarioError(f"{where}: {raw!r} is neither a number nor a text")
    return value


def _registry_value(raw: object, where: str) -> RegistryValue:
    try:
        return read_value(raw)
    except ValueError as exc:
        raise ScenarioError(f"{where}: {exc}") from exc


def _mapping(raw: object, where: str) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise ScenarioError(f"{where}: an object expected")
    return raw


def load(path: str = paths.SCENARIO) -> Document:
    """Return the document of a file."""
    with open(path, "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ScenarioError(f"{path}: larger than {MAX_BYTES} bytes")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise ScenarioError(f"{path}: {exc}") from exc
    check(document)
    return dict(document)


def save(document: Document, path: str = paths.SCENARIO) -> None:
    """Write a document in one step: who reads sees the old one or the new one."""
    check(document)
    content = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    if len(content) > MAX_BYTES:
        raise ScenarioError(f"larger than {MAX_BYTES} bytes")
    temporary = f"{path}.new"
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)


@contextmanager
def locked(path: str = paths.LOCK) -> Iterator[None]:
    """Keep other writers out."""
    with open(path, "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Store:
    """The scenario in memory, read again when its file changed."""

    def __init__(self, path: str = paths.SCENARIO) -> None:
        self.path = path
        self._stamp: tuple[int, int, int] | None = None
        self._scenario = Scenario({}, {}, {})

    def current(self) -> Scenario:
        """Return the scenario; the last good one where the file became wrong."""
        stamp = self._look()
        if stamp is not None and stamp != self._stamp:
            try:
                self._scenario = check(load(self.path))
            except (ScenarioError, OSError) as exc:
                print(f"scenario: {exc}", flush=True)  # noqa: T201  # the machine's log
            self._stamp = stamp
        return self._scenario

    def _look(self) -> tuple[int, int, int] | None:
        try:
            seen = os.stat(self.path)
        except OSError:
            return None
        return (seen.st_ino, seen.st_mtime_ns, seen.st_size)


Change = Callable[[Document], Document]


def change(
    edit: Change,
    path: str = paths.SCENARIO,
    lock: str = paths.LOCK,
    *,
    is_again: bool = False,
) -> bool:
    """Change the scenario; False when it already was so.

    A moment that is worded as so long ago is from then on what it was when it was written; where it
    is written the same again, by what ``is_again``, it stays what it was when it was first.
    """
    with locked(lock):
        before = load(path)
        known = before if is_again else {}
        after = values.settle(edit(json.loads(json.dumps(before))), known, datetime.now(UTC))
        if after == before:
            return False
        save(after, path)
        return True
