"""Registry keys, read with the methods of StdRegProv: one question, as many calls as it takes.

A question is ``{"hive": "HKLM", "keys": path below the hive, "values": {name: type}}``; a part of
the path that holds ``*`` is every key there whose name fits (``S-1-5-21-*[0-9]``), and a value that
is named ``*`` every value of a key. The answer holds the keys that exist, by path, and of each the
values that it has. Types are those of ``READERS``.
"""

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from labctl.core.errors import ConnectError
from labctl.core.i18n import _

NAMESPACE, CLASS = "root/default", "StdRegProv"
HIVES = {"HKLM": 0x80000002, "HKU": 0x80000003}
READERS = {
    "string": ("GetStringValue", "sValue"),
    "expanded": ("GetExpandedStringValue", "sValue"),
    "strings": ("GetMultiStringValue", "sValue"),
    "dword": ("GetDWORDValue", "uValue"),
    "binary": ("GetBinaryValue", "uValue"),
}
"""Type of a value → the method that reads it, and what it is called in the answer."""
DONE, NOT_FOUND, OTHER_TYPE = 0, 2, 2147749893  # 0x80041005, WBEM_E_TYPE_MISMATCH
MOST_KEYS = 2000
"""Keys that one question visits: more than the installed programs of any workstation."""

EVERY = "*"
"""The name that stands for every value of a key."""
MOST_VALUES = 200
"""Values of one key that a question reads when it asks for every one."""

Call = Callable[[str, dict[str, object]], Mapping[str, Any]]
"""Invoke a method of StdRegProv with its arguments, and return what came back."""


class RegistryRefused(ConnectError):
    """The registry exists and was not shown: rights, or an answer that is none."""


def read_keys(
    hive_name: str, pattern: str, wanted: Mapping[str, str], call: Call
) -> dict[str, dict[str, object]]:
    """Return the keys of a question that exist, each with the values that it has."""
    hive = HIVES[hive_name]
    paths = _expand(hive, (), pattern.split("\\"), call)
    found: dict[str, dict[str, object]] = {}
    for path in paths:
        if len(found) >= MOST_KEYS:
            raise RegistryRefused(_("plus de %(count)d clés de registre") % {"count": MOST_KEYS})
        values = _read_values(hive, path, wanted, call)
        if values is not None:
            found[path] = values
    return found


def _expand(hive: int, above: tuple[str, ...], parts: list[str], call: Call) -> Iterator[str]:
    """Yield the paths that a pattern stands for; ``above`` is what is already known of them."""
    at = next((rank for rank, part in enumerate(parts) if "*" in part), None)
    if at is None:
        yield "\\".join((*above, *parts))
        return
    parents = (*above, *parts[:at])
    key = "\\".join(parents)
    answer = call("EnumKey", {"hDefKey": hive, "sSubKeyName": key})
    if _code(answer) == NOT_FOUND:
        return
    _refuse(answer, key)
    for name in _read_names(answer, key):
        if fnmatchcase(name, parts[at]):
            yield from _expand(hive, (*parents, name), parts[at + 1 :], call)


def _read_values(
    hive: int, path: str, wanted: Mapping[str, str], call: Call
) -> dict[str, object] | None:
    """Return the values of a key; None when there is no such key."""
    found: dict[str, object] = {}
    for name, kind in _list_values(hive, path, wanted, call):
        method, result = READERS[kind]
        arguments = {"hDefKey": hive, "sSubKeyName": path, "sValueName": name}
        answer = call(method, arguments)
        if _code(answer) in {1, NOT_FOUND, OTHER_TYPE}:
            continue  # no such value, or one of another type: it is not what was meant
        _refuse(answer, path)
        found[name] = answer.get(result)
    return found if found or _exists(hive, path, call) else None


def _list_values(
    hive: int, path: str, wanted: Mapping[str, str], call: Call
) -> Iterator[tuple[str, str]]:
    """Yield the name and type of each value that is wanted of a key."""
    for name, kind in wanted.items():
        if name != EVERY:
            yield name, kind
            continue
        answer = call("EnumValues", {"hDefKey": hive, "sSubKeyName": path})
        if _code(answer) == NOT_FOUND:
            continue
        _refuse(answer, path)
        names = _read_names(answer, path)
        if len(names) > MOST_VALUES:
            raise RegistryRefused(
                _("%(key)s : plus de %(count)d valeurs") % {"key": path, "count": MOST_VALUES}
            )
        yield from ((one, kind) for one in names)


def _read_names(answer: Mapping[str, Any], key: str) -> list[str]:
    names = answer.get("sNames") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RegistryRefused(_("%(key)s : pas une liste de noms") % {"key": key})
    return names


def _exists(hive: int, path: str, call: Call) -> bool:
    answer = call("EnumKey", {"hDefKey": hive, "sSubKeyName": path})
    return _code(answer) != NOT_FOUND


def _code(answer: Mapping[str, Any]) -> int:
    code = answer.get("ReturnValue")
    if isinstance(code, bool) or not isinstance(code, int):
        raise RegistryRefused(_("StdRegProv n'a pas rendu de code"))
    return code


def _refuse(answer: Mapping[str, Any], path: str) -> None:
    code = _code(answer)
    if code != DONE:
        raise RegistryRefused(
            _("%(key)s : refusé par le registre, code %(code)d") % {"key": path, "code": code}
        )
