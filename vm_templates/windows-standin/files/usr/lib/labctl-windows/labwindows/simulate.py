"""``simulate``: change what the simulated Windows tells; every change is checked, and atomic."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labwindows.scenario import Change, Document, ScenarioError, change, load
from labwindows.values import METHODS


class UsageError(ValueError):
    """What was asked cannot be done."""


def main(argv: Sequence[str]) -> int:
    """Run the command; 0 when the scenario is as asked, 2 when it cannot be."""
    options = _parser().parse_args(argv)
    try:
        if options.verb == "show":
            print(_show(options.namespace, options.name))  # noqa: T201
        else:
            is_changed = change(_edit(options), is_again=options.verb == "merge")
            print("changed" if is_changed else "unchanged")  # noqa: T201
    except (ScenarioError, UsageError, OSError) as exc:
        print(f"simulate: {exc}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    shown = verbs.add_parser("show", help="print the scenario, or the instances of a class")
    shown.add_argument("namespace", nargs="?", default="")
    shown.add_argument("name", nargs="?", default="")
    verbs.add_parser("merge", help="merge the document of standard input")
    for verb, text in (
        ("set", "set properties of the instances with these keys, made when there is none"),
        ("unset", "remove the instances with these keys"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("namespace")
        one.add_argument("name")
        one.add_argument("keys", type=_object, help='JSON: {"DriveLetter": "C:"}')
        if verb == "set":
            one.add_argument("properties", type=_object, help='JSON: {"ProtectionStatus": 1}')
    for verb, text in (
        ("set-value", "set a value of the registry"),
        ("unset-value", "remove a value of the registry, or a key and those below it"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("hive")
        one.add_argument("key")
        one.add_argument("value", nargs=None if verb == "set-value" else "?", help="its name")
        if verb == "set-value":
            one.add_argument("content", type=json.loads, help="JSON: a text, a number, a list")
    fact = verbs.add_parser("set-fact", help="set what labctl's PowerShell script finds")
    fact.add_argument("fact", help="its name")
    fact.add_argument(
        "found", type=json.loads, help='JSON: [3], [{"name": "\\\\Task", "result": 0}]'
    )
    return parser


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("a JSON object is expected")
    return found


def _show(namespace: str, name: str) -> str:
    document: Any = load()
    for word in filter(None, (namespace, name)):
        document = document.get("namespaces", document) if word == namespace else document
        document = document.get(word, [])
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)


def _edit(options: argparse.Namespace) -> Change:
    if options.verb == "merge":
        told = _read_stdin()
        return lambda document: merge(document, told)
    edit = _EDITS[options.verb]
    return lambda document: edit(document, options)


def _read_stdin() -> Document:
    try:
        return _object(sys.stdin.read())
    except (ValueError, argparse.ArgumentTypeError) as exc:
        raise UsageError(f"standard input: {exc}") from exc


def merge(document: Document, told: Mapping[str, Any]) -> Document:
    """Merge classes and registry values of ``told``.

    A list of instances takes the place of the class; an object sets properties of every instance
    there. A registry value of null is removed, and a key of null with those below it. A fact of the
    script takes the place of the one that was told.
    """
    unknown = set(told) - {"schema", "namespaces", "registry", "script"}
    if unknown:
        raise UsageError(f"unknown: {', '.join(sorted(unknown))}")
    namespaces = document.setdefault("namespaces", {})
    for namespace, classes in told.get("namespaces", {}).items():
        _merge_classes(namespaces.setdefault(namespace, {}), classes)
    hives = document.setdefault("registry", {})
    for hive, keys in told.get("registry", {}).items():
        _merge_keys(hives.setdefault(hive, {}), keys)
    document.setdefault("script", {}).update(told.get("script", {}))
    return document


def _merge_classes(held: dict[str, Any], classes: Mapping[str, Any]) -> None:
    for name, instances in classes.items():
        if isinstance(instances, dict):
            held[name] = [{**one, **instances} for one in held.get(name) or [{}]]
        else:
            held[name] = instances


def _merge_keys(held: dict[str, Any], keys: Mapping[str, Any]) -> None:
    for key, values in keys.items():
        if values is None:
            _drop_key(held, key)
            continue
        merged = {**held.get(key, {}), **values}
        held[key] = {name: value for name, value in merged.items() if value is not None}


def set_instances(document: Document, options: argparse.Namespace) -> Document:
    """Set properties of the instances with these keys; one more when there is none."""
    classes = document.setdefault("namespaces", {}).setdefault(options.namespace, {})
    instances = classes.setdefault(options.name, [])
    chosen = [one for one in instances if _has(one, options.keys)]
    if not chosen:
        chosen = [dict(options.keys)]
        instances.extend(chosen)
    for one in chosen:
        methods = {**one.get(METHODS, {}), **options.properties.get(METHODS, {})}
        one.update(options.properties)
        if methods:
            one[METHODS] = methods
    return document


def unset_instances(document: Document, options: argparse.Namespace) -> Document:
    """Remove the instances with these keys; the class stays."""
    classes = document.get("namespaces", {}).get(options.namespace, {})
    if options.name not in classes:
        raise UsageError(f"{options.namespace} {options.name}: no such class in the scenario")
    kept = [one for one in classes[options.name] if not _has(one, options.keys)]
    classes[options.name] = kept
    return document


def set_value(document: Document, options: argparse.Namespace) -> Document:
    """Set a value of the registry."""
    return merge(
        document,
        {"registry": {options.hive: {options.key: {options.value: options.content}}}},
    )


def unset_value(document: Document, options: argparse.Namespace) -> Document:
    """Remove a value of the registry, or a key and those below it."""
    held = document.get("registry", {}).get(options.hive, {})
    if options.value is None:
        _drop_key(held, options.key)
    else:
        held.get(options.key, {}).pop(options.value, None)
    return document


def set_fact(document: Document, options: argparse.Namespace) -> Document:
    """Set what labctl's PowerShell script finds."""
    return merge(document, {"script": {options.fact: options.found}})


def _drop_key(held: dict[str, Any], key: str) -> None:
    for one in [one for one in held if one == key or one.startswith(f"{key}\\")]:
        del held[one]


def _has(instance: Mapping[str, Any], keys: Mapping[str, Any]) -> bool:
    return all(instance.get(name) == value for name, value in keys.items())


_EDITS: Mapping[str, Callable[[Document, argparse.Namespace], Document]] = {
    "set": set_instances,
    "unset": unset_instances,
    "set-value": set_value,
    "unset-value": unset_value,
    "set-fact": set_fact,
}
