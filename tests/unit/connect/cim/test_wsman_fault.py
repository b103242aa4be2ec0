"""Faults are told apart by their codes."""

from xml.etree import ElementTree as ET

import pytest

from labctl.connect.cim.wsman.fault import (
    Absent,
    Denied,
    Fault,
    Quota,
    TimedOut,
    TooLarge,
    read_fault,
)
from labctl.connect.trouble import explain
from labctl.core.verdict import Reason
from tests.wsman_server import envelope, fault

WMI = (
    "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>Non</s:Text></s:Reason>"
    '<s:Detail><e:MSFT_WmiError xmlns:e="x"><e:CIMStatusCode>{status}</e:CIMStatusCode>'
    "<e:error_Code>{code}</e:error_Code></e:MSFT_WmiError></s:Detail></s:Fault>"
)


def read(content: bytes) -> Fault | None:
    return read_fault(ET.fromstring(content))  # noqa: S314  # ours


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (fault(2150858752), Absent),
        (fault(2150858778), Absent),
        (envelope(WMI.format(status=5, code=0)), Absent),
        (envelope(WMI.format(status=1, code=2147749902)), Absent),
        (envelope(WMI.format(status=1, code=-2147217394)), Absent),
        (envelope(WMI.format(status=2, code=0)), Denied),
        (envelope(WMI.format(status=27, code=2150859173)), Quota),
        (fault(5), Denied),
        (fault(0x80041003), Denied),
        (fault(2150858793), TimedOut),
        (fault(0, "w:EncodingLimit"), TooLarge),
        (fault(87, "w:InvalidParameter"), Fault),
        (fault(0, "s:Quoi"), Fault),
    ],
)
def test_a_fault_has_its_kind(content: bytes, kind: type[Fault]) -> None:
    found = read(content)

    assert type(found) is kind


def test_no_fault() -> None:
    assert read(envelope("<p:X/>")) is None


def test_the_words_of_a_machine_are_made_harmless() -> None:
    found = read(fault(5, text="non\u202e  &#x1b;ou&#10;i".replace("&#x1b;", "\u200f")))

    assert found is not None
    assert found.message == "la machine répond : non\ufffd \ufffdou i (0x00000005)"
    assert explain(found).reason is Reason.UNREACHABLE


@pytest.mark.parametrize("code", ["", "zzz", "9" * 4000, "0x80041010", "-1"])
def test_any_code_is_survived(code: str) -> None:
    found = read(fault(7).replace(b'Code="7"', f'Code="{code}"'.encode()))

    assert found is not None
    assert isinstance(found, Absent) == (code == "0x80041010")
