"""The service answers as WS-Management does, faults included."""

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from labwindows import soap, values

from tests.unit.windows.simulated import Simulated, enumerate_body, simulate

DISKS = values.uri("root/cimv2", "Win32_LogicalDisk")
USERS = "SELECT Name, SID FROM Win32_UserAccount WHERE LocalAccount=TRUE"
NIL = f"{{{values.XSI}}}nil"


@pytest.fixture
def windows(tmp_path: Path) -> Simulated:
    """Give the Windows of the factory."""
    return simulate(tmp_path)


def test_a_projection_holds_only_what_was_asked(windows: Simulated) -> None:
    items = windows.query(USERS)

    assert len(items) == 4
    assert all(item.tag == f"{{{soap.W}}}XmlFragment" for item in items)
    assert [[one.tag for one in item] for item in items] == [["Name", "SID"]] * 4


def test_whole_instances_are_in_the_namespace_of_their_class(windows: Simulated) -> None:
    (disk,) = windows.query("SELECT * FROM Win32_LogicalDisk")

    assert disk.tag == f"{{{DISKS}}}Win32_LogicalDisk"
    assert disk.findtext(f"{{{DISKS}}}DeviceID") == "C:"


def test_what_is_null_is_nil_and_what_is_a_list_is_repeated(windows: Simulated) -> None:
    (card,) = windows.query("SELECT * FROM Win32_NetworkAdapterConfiguration WHERE IPEnabled=TRUE")
    where = values.uri("root/cimv2", "Win32_NetworkAdapterConfiguration")

    server = card.find(f"{{{where}}}DHCPServer")
    assert server is not None
    assert server.get(NIL) == "true"
    assert [one.text for one in card.findall(f"{{{where}}}IPAddress")] == ["10.21.10.101"]


def test_pages_hold_what_was_asked_until_the_end(windows: Simulated) -> None:
    resource = values.uri("root/cimv2", "*")
    first = windows.ask(resource, f"{soap.N}/Enumerate", enumerate_body(USERS, 3))
    context = first.findtext(f".//{{{soap.N}}}EnumerationContext") or ""
    pull = f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>"

    second = windows.ask(
        resource, f"{soap.N}/Pull", f"{pull}<n:MaxElements>10</n:MaxElements></n:Pull>"
    )
    third = windows.ask(resource, f"{soap.N}/Pull", f"{pull}</n:Pull>")

    assert len(first.findall(f".//{{{soap.W}}}XmlFragment")) == 3
    assert first.find(f".//{{{soap.W}}}EndOfSequence") is None
    assert len(second.findall(f".//{{{soap.W}}}XmlFragment")) == 1
    assert second.find(f".//{{{soap.N}}}EndOfSequence") is not None
    assert fault_of(third) == ("n:InvalidEnumerationContext", "2150858779")


def test_pages_fit_the_envelope(windows: Simulated) -> None:
    resource = values.uri("root/cimv2", "Win32_UserAccount")
    body = enumerate_body("", 32000)
    first = windows.ask(resource, f"{soap.N}/Enumerate", body, max_bytes=4096)
    tiny = windows.ask(resource, f"{soap.N}/Enumerate", body, max_bytes=2200)

    assert 0 < len(first.findall(f".//{{{resource}}}Win32_UserAccount")) < 4
    assert fault_of(tiny) == ("w:EncodingLimit", "2150858824")


def test_an_enumeration_is_released_once(windows: Simulated) -> None:
    resource = values.uri("root/cimv2", "*")
    first = windows.ask(resource, f"{soap.N}/Enumerate", enumerate_body(USERS, 1))
    context = first.findtext(f".//{{{soap.N}}}EnumerationContext") or ""
    body = f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"

    assert fault_of(windows.ask(resource, f"{soap.N}/Release", body)) is None
    assert fault_of(windows.ask(resource, f"{soap.N}/Release", body)) is not None


def test_get_returns_the_instance_with_the_keys(windows: Simulated) -> None:
    found = windows.ask(DISKS, f"{soap.T}/Get", selectors={"DeviceID": "c:"})
    absent = windows.ask(DISKS, f"{soap.T}/Get", selectors={"DeviceID": "Z:"})

    assert found[0].findtext(f"{{{DISKS}}}FileSystem") == "NTFS"
    assert fault_of(absent) == ("wsa:DestinationUnreachable", "2147749890")


@pytest.mark.parametrize(
    ("namespace", "query", "subcode", "code"),
    [
        ("root/cimv2", "SELECT * FROM Win32_Absent", "wsa:DestinationUnreachable", "2147749904"),
        ("root/absent", "SELECT * FROM X", "wsa:DestinationUnreachable", "2147749902"),
        ("root/cimv2", "SELECT * WHERE", "n:CannotProcessFilter", "2147749911"),
        (
            "root/cimv2",
            "SELECT Nome FROM Win32_LogicalDisk",
            "n:CannotProcessFilter",
            "2147749911",
        ),
    ],
)
def test_faults_carry_the_codes_of_windows(
    windows: Simulated, namespace: str, query: str, subcode: str, code: str
) -> None:
    answered = windows.ask(
        values.uri(namespace, "*"), f"{soap.N}/Enumerate", enumerate_body(query, 10)
    )

    assert fault_of(answered) == (subcode, code)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" * 5000,
        b"<a>" + b"<b/>" * 30000 + b"</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        "<a/>".encode("utf-16"),
    ],
)
def test_what_is_no_envelope_is_a_fault(windows: Simulated, content: bytes) -> None:
    status, answered = windows.raw(content)

    assert status == 500
    assert b"2150858819" in answered


def test_a_method_answers_what_the_scenario_tells(windows: Simulated) -> None:
    where = values.uri("root/cimv2/security/microsoftvolumeencryption", "Win32_EncryptableVolume")
    chosen = {"DriveLetter": "C:"}

    found = windows.ask(where, f"{where}/GetConversionStatus", selectors=chosen)
    absent = windows.ask(where, f"{where}/Encrypt", selectors=chosen)

    assert found[0].findtext(f"{{{where}}}ConversionStatus") == "0"
    assert fault_of(absent) == ("wsa:ActionNotSupported", "2147749972")


def test_every_identity_says_that_it_is_simulated(windows: Simulated) -> None:
    (system,) = windows.query("SELECT Caption, Manufacturer FROM Win32_OperatingSystem")
    (computer,) = windows.query("SELECT Manufacturer, Model FROM Win32_ComputerSystem")
    (bios,) = windows.query("SELECT SerialNumber, Manufacturer FROM Win32_BIOS")
    texts = [one.text or "" for item in (system, computer, bios) for one in item]

    assert all("simul" in text.lower() for text in texts)
    assert b"simule" in soap.identify("", "labctl - poste simule")


def fault_of(body: Element) -> tuple[str, str] | None:
    """Return the subcode and the number of a fault; that of WMI where there is one."""
    fault = body.find(f"{{{soap.S}}}Fault")
    if fault is None:
        return None
    subcode = fault.findtext(f".//{{{soap.S}}}Subcode/{{{soap.S}}}Value") or ""
    numbers = [one.text or "" for one in fault.iter() if soap.local(one) == "error_Code"]
    codes = [one.get("Code", "") for one in fault.iter() if soap.local(one) == "WSManFault"]
    return subcode, (numbers or codes)[0]
