"""Registry questions: as many calls of StdRegProv as it takes, and no more."""

from collections.abc import Mapping
from typing import Any

import pytest

from labctl.connect.cim.registry import RegistryRefused, read_keys
from labctl.core.errors import ConnectError

UNINSTALL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
KEYS: Mapping[str, Mapping[str, object]] = {
    rf"{UNINSTALL}\7-Zip": {"DisplayName": "7-Zip 24.09 (x64)", "EstimatedSize": 5600},
    rf"{UNINSTALL}\Connection Manager": {},
    r"S-1-5-21-1\Network\S": {"RemotePath": r"\\NAS\COMMUN"},
    r".DEFAULT\Keyboard Layout\Substitutes": {"00002000": "0000040c", "Mode": 3},
    r"S-1-5-18\Environment": {"TEMP": r"%USERPROFILE%\Temp"},
}


class Registry:
    """Answers as StdRegProv does, and counts."""

    def __init__(self, keys: Mapping[str, Mapping[str, object]] = KEYS) -> None:
        self.keys = keys
        self.calls: list[str] = []

    def __call__(self, method: str, arguments: dict[str, object]) -> Mapping[str, Any]:
        self.calls.append(method)
        path = str(arguments["sSubKeyName"])
        if method == "EnumKey":
            return self._list(path)
        if path not in self.keys:
            return {"ReturnValue": 2, "sValue": None}
        if method == "EnumValues":
            return {"ReturnValue": 0, "sNames": [*self.keys[path]] or None}
        value = self.keys[path].get(str(arguments["sValueName"]))
        if value is None:
            return {"ReturnValue": 1, "sValue": None}
        if isinstance(value, str) != (method != "GetDWORDValue"):
            return {"ReturnValue": 2147749893, "sValue": None}
        return {"ReturnValue": 0, "uValue" if method == "GetDWORDValue" else "sValue": value}

    def _list(self, path: str) -> Mapping[str, Any]:
        prefix = f"{path}\\" if path else ""
        below = [key[len(prefix) :] for key in self.keys if key.startswith(prefix)]
        if not below and path not in self.keys:
            return {"ReturnValue": 2, "sNames": None}
        return {"ReturnValue": 0, "sNames": sorted({key.partition("\\")[0] for key in below})}


def ask(keys: str, call: Any, **values: str) -> dict[str, dict[str, object]]:
    return read_keys("HKLM", keys, values, call)


def test_every_key_below_one_is_read() -> None:
    assert ask(rf"{UNINSTALL}\*", Registry(), DisplayName="string", EstimatedSize="dword") == {
        rf"{UNINSTALL}\7-Zip": {"DisplayName": "7-Zip 24.09 (x64)", "EstimatedSize": 5600},
        rf"{UNINSTALL}\Connection Manager": {},
    }


def test_a_star_stands_for_one_part_of_a_path() -> None:
    assert ask(r"*\Network\*", Registry(), RemotePath="string") == {
        r"S-1-5-21-1\Network\S": {"RemotePath": r"\\NAS\COMMUN"}
    }


def test_a_key_that_is_not_there_costs_no_trouble() -> None:
    assert ask(r"SOFTWARE\Labctl\Master", Registry(), Version="string") == {}
    assert ask(r"SOFTWARE\Labctl\*", Registry(), Version="string") == {}


def test_every_value_of_a_key_is_read() -> None:
    path = r".DEFAULT\Keyboard Layout\Substitutes"
    assert read_keys("HKU", path, {"*": "string"}, Registry()) == {path: {"00002000": "0000040c"}}


def test_a_key_without_values_has_none_of_any_name() -> None:
    empty = rf"{UNINSTALL}\Connection Manager"
    assert read_keys("HKLM", empty, {"*": "string"}, Registry()) == {empty: {}}
    assert read_keys("HKLM", r"SOFTWARE\Labctl\Master", {"*": "string"}, Registry()) == {}


def test_a_key_with_values_without_an_end_is_left() -> None:
    names = [f"v{rank}" for rank in range(201)]
    answer = {"ReturnValue": 0, "sNames": names, "sValue": "x"}
    with pytest.raises(RegistryRefused, match="A : plus de 200 valeurs"):
        read_keys("HKLM", "A", {"*": "string"}, lambda _method, _arguments: answer)


def test_a_value_of_another_type_is_not_there() -> None:
    found = ask(rf"{UNINSTALL}\7-Zip", Registry(), DisplayName="dword")
    assert found == {rf"{UNINSTALL}\7-Zip": {}}


def test_one_call_a_value_when_the_key_is_known() -> None:
    registry = Registry()
    ask(rf"{UNINSTALL}\7-Zip", registry, DisplayName="string", EstimatedSize="dword")
    assert registry.calls == ["GetStringValue", "GetDWORDValue"]


@pytest.mark.parametrize(
    "answer",
    [{"ReturnValue": 5}, {"ReturnValue": None}, {}, {"ReturnValue": True}, {"ReturnValue": "0"}],
)
def test_a_registry_that_is_not_shown_is_no_absence(answer: dict[str, object]) -> None:
    with pytest.raises(RegistryRefused) as caught:
        ask(rf"{UNINSTALL}\*", lambda _method, _arguments: answer, DisplayName="string")
    assert isinstance(caught.value, ConnectError)


@pytest.mark.parametrize("names", ["a", [1], {"a": 1}])
def test_names_that_are_none_are_refused(names: object) -> None:
    answer = {"ReturnValue": 0, "sNames": names}
    with pytest.raises(RegistryRefused):
        ask(r"A\*", lambda _method, _arguments: answer, DisplayName="string")


def test_a_registry_without_an_end_is_left() -> None:
    names = [f"k{rank}" for rank in range(5000)]
    answer = {"ReturnValue": 0, "sNames": names, "sValue": "x"}
    with pytest.raises(RegistryRefused, match="2000"):
        ask(r"A\*", lambda _method, _arguments: answer, DisplayName="string")
