"""The registry, as StdRegProv tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from labwindows.values import Value

HIVES = {
    0x80000000: "HKCR",
    0x80000001: "HKCU",
    0x80000002: "HKLM",
    0x80000003: "HKU",
    0x80000005: "HKCC",
}
DEFAULT_HIVE = 0x80000002
KINDS = {
    "REG_SZ": 1,
    "REG_EXPAND_SZ": 2,
    "REG_BINARY": 3,
    "REG_DWORD": 4,
    "REG_MULTI_SZ": 7,
    "REG_QWORD": 11,
}
OK, NO_VALUE, NO_KEY, WRONG_TYPE, WRONG_HIVE = 0, 1, 2, 2147749893, 6
_READERS = {
    "getstringvalue": ("sValue", {"REG_SZ"}),
    "getexpandedstringvalue": ("sValue", {"REG_EXPAND_SZ", "REG_SZ"}),
    "getmultistringvalue": ("sValue", {"REG_MULTI_SZ"}),
    "getdwordvalue": ("uValue", {"REG_DWORD"}),
    "getqwordvalue": ("uValue", {"REG_QWORD"}),
    "getbinaryvalue": ("uValue", {"REG_BINARY"}),
}
Keys = Mapping[str, Mapping[str, "RegistryValue"]]
Answer = dict[str, Value]


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """A value and its type."""

    kind: str
    value: Value


def read_value(raw: object) -> RegistryValue:
    """Return the value that JSON tells: a text, a number, a list of texts, or type and value."""
    if isinstance(raw, str):
        return RegistryValue("REG_SZ", raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _checked("REG_DWORD", raw)
    if isinstance(raw, list):
        return _checked("REG_MULTI_SZ", raw)
    if isinstance(raw, dict) and set(raw) == {"type", "value"} and raw["type"] in KINDS:
        return _checked(raw["type"], raw["value"])
    raise ValueError(f"{raw!r}: a text, a number, a list of texts, or a type and a value")


def _checked(kind: str, value: object) -> RegistryValue:
    limits = {"REG_DWORD": 2**32, "REG_QWORD": 2**64}
    if kind in limits and isinstance(value, int) and 0 <= value < limits[kind]:
        return RegistryValue(kind, value)
    if kind in ("REG_SZ", "REG_EXPAND_SZ") and isinstance(value, str):
        return RegistryValue(kind, value)
    if kind == "REG_MULTI_SZ" and isinstance(value, list) and _all_texts(value):
        return RegistryValue(kind, list(value))
    if kind == "REG_BINARY" and isinstance(value, list) and _all_bytes(value):
        return RegistryValue(kind, list(value))
    raise ValueError(f"{value!r} is no {kind}")


def _all_texts(value: Sequence[object]) -> bool:
    return all(isinstance(item, str) for item in value)


def _all_bytes(value: Sequence[object]) -> bool:
    return all(isinstance(item, int) and 0 <= item < 256 for item in value)


class Registry:
    """Hives of several sources, the first ones before the others; names in any case."""

    def __init__(self, *sources: Mapping[str, Keys]) -> None:
        self.sources = sources

    def ask(self, method: str, arguments: Mapping[str, str]) -> Answer | None:
        """Answer a method of StdRegProv; None when it has no such method."""
        hive = _hive(arguments.get("hDefKey", ""))
        wanted = method.lower()
        if hive is None:
            return {"ReturnValue": WRONG_HIVE}
        key = arguments.get("sSubKeyName", "").strip("\\")
        if wanted == "enumkey":
            return self._list_keys(hive, key)
        if wanted == "enumvalues":
            return self._list_values(hive, key)
        if wanted not in _READERS:
            return None
        return self._read(hive, key, arguments.get("sValueName", ""), wanted)

    def _list_keys(self, hive: str, key: str) -> Answer:
        prefix = f"{key.lower()}\\" if key else ""
        found: dict[str, str] = {}
        for one in self._keys(hive):
            if one.lower().startswith(prefix):
                child = one[len(prefix) :].partition("\\")[0]
                found.setdefault(child.lower(), child)
        if not found and not self._has(hive, key):
            return {"ReturnValue": NO_KEY, "sNames": None}
        return {"ReturnValue": OK, "sNames": [found[name] for name in sorted(found)]}

    def _list_values(self, hive: str, key: str) -> Answer:
        held = self._values(hive, key)
        if not held and not self._has(hive, key):
            return {"ReturnValue": NO_KEY, "sNames": None, "Types": None}
        kinds: list[Value] = [KINDS[value.kind] for _name, value in held.values()]
        names: list[Value] = [name for name, _value in held.values()]
        return {"ReturnValue": OK, "sNames": names, "Types": kinds}

    def _read(self, hive: str, key: str, name: str, wanted: str) -> Answer:
        output, kinds = _READERS[wanted]
        held = self._values(hive, key)
        if not held and not self._has(hive, key):
            return {"ReturnValue": NO_KEY, output: None}
        if name.lower() not in held:
            return {"ReturnValue": NO_VALUE, output: None}
        value = held[name.lower()][1]
        if value.kind not in kinds:
            return {"ReturnValue": WRONG_TYPE, output: None}
        return {"ReturnValue": OK, output: value.value}

    def _keys(self, hive: str) -> chain[str]:
        return chain.from_iterable(source.get(hive, {}) for source in self.sources)

    def _has(self, hive: str, key: str) -> bool:
        wanted = key.lower()
        return not wanted or any(
            one.lower() == wanted or one.lower().startswith(f"{wanted}\\")
            for one in self._keys(hive)
        )

    def _values(self, hive: str, key: str) -> dict[str, tuple[str, RegistryValue]]:
        """Return the values of a key: name in lower case → name and value."""
        found: dict[str, tuple[str, RegistryValue]] = {}
        for source in reversed(self.sources):
            for one, held in source.get(hive, {}).items():
                if one.lower() == key.lower():
                    found.update((name.lower(), (name, value)) for name, value in held.items())
        return found


def _hive(text: str) -> str | None:
    if not text:
        return HIVES[DEFAULT_HIVE]
    return HIVES.get(int(text)) if text.isdigit() and len(text) < 12 else None
