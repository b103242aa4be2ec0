"""StdRegProv over the scenario and the real machine; ``simulate`` changes the first."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from labwindows import scenario
from labwindows.registry import Registry, read_value
from labwindows.simulate import main

from tests.unit.windows.simulated import Simulated, simulate

VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
UNINSTALL = r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall"
HKLM, HKU = 0x80000002, 0x80000003


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Simulated:
    """Give the Windows of the factory; ``simulate`` changes its scenario."""
    found = simulate(tmp_path)
    monkeypatch.setattr(scenario.load, "__defaults__", (str(found.store),))
    monkeypatch.setattr(scenario.save, "__defaults__", (str(found.store),))
    monkeypatch.setattr(scenario.change, "__defaults__", (str(found.store), str(tmp_path / "lock")))
    return found


def test_values_are_read_by_their_type(windows: Simulated) -> None:
    key = {"hDefKey": HKLM, "sSubKeyName": VERSION}

    right = windows.registry("GetStringValue", **key, sValueName="editionid")
    number = windows.registry("GetDWORDValue", **key, sValueName="UBR")
    wrong = windows.registry("GetStringValue", **key, sValueName="UBR")
    absent = windows.registry("GetStringValue", **key, sValueName="Absent")
    no_key = windows.registry("GetStringValue", hDefKey=HKLM, sSubKeyName="A", sValueName="B")

    assert right == {"ReturnValue": "0", "sValue": "Core"}
    assert number == {"ReturnValue": "0", "uValue": "2715"}
    assert wrong["ReturnValue"] == "2147749893"
    assert absent["ReturnValue"] == "1"
    assert no_key["ReturnValue"] == "2"


def test_keys_are_listed_level_by_level(windows: Simulated) -> None:
    top = windows.registry("EnumKey", hDefKey=HKLM, sSubKeyName="")
    deep = windows.registry("EnumKey", hDefKey=HKLM, sSubKeyName=UNINSTALL.lower())
    leaf = windows.registry("EnumKey", hDefKey=HKLM, sSubKeyName=rf"{UNINSTALL}\McToolbar")
    absent = windows.registry("EnumKey", hDefKey=HKU, sSubKeyName="S-1-5-21-1")

    assert top["sNames"] == ["HARDWARE", "SOFTWARE", "SYSTEM"]
    assert deep["sNames"] == "McToolbar"
    assert leaf == {"ReturnValue": "0", "sNames": ""}
    assert absent["ReturnValue"] == "2"


def test_what_the_machine_is_comes_before_the_scenario(windows: Simulated) -> None:
    windows.machine.files["/etc/hostname"] = "# mine\npc-autre\n"
    key = r"SYSTEM\CurrentControlSet\Control\ComputerName"

    now = windows.registry(
        "GetStringValue", sSubKeyName=rf"{key}\ActiveComputerName", sValueName="ComputerName"
    )
    after = windows.registry(
        "GetStringValue", sSubKeyName=rf"{key}\ComputerName", sValueName="ComputerName"
    )

    assert (now["sValue"], after["sValue"]) == ("POSTE", "PC-AUTRE")


def test_a_source_covers_the_values_it_has_and_no_other() -> None:
    below = {"HKLM": {"A": {"x": read_value("told"), "y": read_value(2)}}}
    above = {"HKLM": {"a": {"X": read_value("real")}}}

    answer = Registry(above, below).ask("EnumValues", {"sSubKeyName": "A"})
    value = Registry(above, below).ask("GetStringValue", {"sSubKeyName": "A", "sValueName": "x"})

    assert answer == {"ReturnValue": 0, "sNames": ["X", "y"], "Types": [1, 4]}
    assert value == {"ReturnValue": 0, "sValue": "real"}


@pytest.mark.parametrize(
    "raw", [None, True, 1.5, -1, 2**32, [1], {"type": "REG_SZ", "value": 1}, {"type": "X"}, {}]
)
def test_what_is_no_registry_value_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_value(raw)


def test_simulate_changes_instances_and_says_so(
    windows: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    change = ["set", "root/cimv2", "Win32_LogicalDisk", '{"DeviceID": "D:"}', '{"DriveType": 3}']

    codes = [main(change), main(change)]
    made = windows.query("SELECT DeviceID FROM Win32_LogicalDisk WHERE DriveType=3")
    removed = main(["unset", "root/cimv2", "Win32_LogicalDisk", '{"DeviceID": "D:"}'])
    left = windows.query("SELECT DeviceID FROM Win32_LogicalDisk WHERE DriveType=3")

    assert codes == [0, 0]
    assert capsys.readouterr().out == "changed\nunchanged\nchanged\n"
    assert (len(made), removed, len(left)) == (2, 0, 1)


def test_simulate_merges_a_document(windows: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "namespaces": {
            "root/cimv2": {
                "Win32_Printer": [{"Name": "IMP", "Default": True}],
                "Win32_OperatingSystem": {"InstallDate": {"datetime": "-PT2H"}},
            }
        },
        "registry": {"HKLM": {VERSION: {"EditionID": "Professional", "UBR": None}}},
    }
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(told)))

    assert main(["merge"]) == 0

    key = {"hDefKey": HKLM, "sSubKeyName": VERSION}
    edition = windows.registry("GetStringValue", **key, sValueName="EditionID")
    assert edition["sValue"] == "Professional"
    assert windows.registry("GetDWORDValue", **key, sValueName="UBR")["ReturnValue"] == "1"
    assert len(windows.query("SELECT Name FROM Win32_Printer")) == 1
    (system,) = windows.query(
        "SELECT Caption, InstallDate, LocalDateTime FROM Win32_OperatingSystem"
    )
    caption, installed, now = ("".join(one.itertext()) for one in system)
    age = datetime.fromisoformat(now) - datetime.fromisoformat(installed)
    assert "simul" in caption
    assert abs(age - timedelta(hours=2)) < timedelta(minutes=1)


def test_what_was_two_hours_ago_when_it_was_written_stays_where_it_is(
    windows: Simulated, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The solution writes it again and changes nothing; who types it again means now."""
    typed = ["set", "root/cimv2", "Win32_OperatingSystem", "{}"]

    def written(change_of: str, *, by_hand: bool = False) -> str:
        properties = {"InstallDate": {"datetime": change_of}}
        told = {"namespaces": {"root/cimv2": {"Win32_OperatingSystem": properties}}}
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(told)))
        assert main([*typed, json.dumps(properties)] if by_hand else ["merge"]) == 0
        (system,) = windows.query("SELECT InstallDate FROM Win32_OperatingSystem")
        return "".join(system.itertext())

    first = written("-PT2H")
    document = json.loads(windows.store.read_text())
    (held,) = document["namespaces"]["root/cimv2"]["Win32_OperatingSystem"]
    held["InstallDate"]["datetime"] = "2026-01-01T08:00:00+00:00"  # so long ago it was written
    windows.store.write_text(json.dumps(document))

    assert datetime.fromisoformat(first).tzinfo is not None
    assert written("-PT2H") == "2026-01-01T08:00:00+00:00"
    assert written("-PT1H") > first
    assert written("-PT2H", by_hand=True) >= first
    assert capsys.readouterr().out == "changed\nunchanged\nchanged\nchanged\n"


@pytest.mark.usefixtures("windows")
def test_simulate_tells_what_the_script_finds(capsys: pytest.CaptureFixture[str]) -> None:
    codes = [
        main(["set-fact", "audit", "[0]"]),
        main(["set-fact", "sessions", '[{"id": 21, "at": {"datetime": "-PT1H"}}]']),
        main(["set-fact", "audit", "0"]),
        main(["set-fact", "wifi", '[{"name": ["a"]}]']),
    ]

    told = scenario.check(scenario.load()).script
    assert codes == [0, 0, 2, 2]
    assert "script audit: a list expected" in capsys.readouterr().err
    assert told["audit"] == [0]
    (event,) = told["sessions"]
    assert isinstance(event, dict)
    assert datetime.fromisoformat(event["at"]).tzinfo is not None


def test_simulate_drops_a_key_with_those_below(windows: Simulated) -> None:
    assert main(["unset-value", "HKLM", UNINSTALL.removesuffix(r"\Uninstall")]) == 0

    found = windows.registry("EnumKey", hDefKey=HKLM, sSubKeyName=UNINSTALL)
    assert found["ReturnValue"] == "2"


@pytest.mark.parametrize(
    "argv",
    [
        ["set", "root/cimv2", "X", "{}", '{"a": 1.5}'],
        ["set", "root/cimv2", "X", "{}", '{"a": {"datetime": "2026-05-04T08:30:00"}}'],
        ["set", "root/cimv2", "X", "{}", '{"a": [[1]]}'],
        ["set", "root/cimv2", "X", "{}", '{"a": {"datetime": "-P"}}'],
        ["unset", "root/cimv2", "X", "{}"],
        ["set-value", "HKXX", "A", "b", '"c"'],
        ["set-value", "HKLM", "A", "b", "true"],
    ],
)
def test_simulate_refuses_what_no_windows_tells(
    windows: Simulated, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = windows.store.read_bytes()

    assert main(argv) == 2
    assert capsys.readouterr().err.startswith("simulate: ")
    assert windows.store.read_bytes() == before


def test_a_broken_scenario_leaves_the_last_good_one(windows: Simulated) -> None:
    before = windows.query("SELECT * FROM Win32_BIOS")
    windows.store.write_text("{")

    assert len(windows.query("SELECT * FROM Win32_BIOS")) == len(before) == 1
