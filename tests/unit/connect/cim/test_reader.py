"""Elements → typed values."""

from xml.etree import ElementTree as ET

import pytest

from labctl.connect.cim.reader import read_datetime, read_items, read_object
from labctl.connect.cim.types import load_types, type_of
from labctl.core.errors import ConnectError
from tests.wsman_server import envelope


def element(body: str) -> ET.Element:
    root = ET.fromstring(envelope(body))  # noqa: S314  # ours
    return root[1][0]


def read(body: str, *asked: str, name: str = "Win32_NetworkAdapterConfiguration") -> object:
    return read_items([element(body)], name, asked)[0]


def fragment(inside: str) -> str:
    return f"<w:XmlFragment>{inside}</w:XmlFragment>"


def test_an_array_of_one_stays_an_array() -> None:
    said = fragment("<IPAddress>10.0.0.2</IPAddress><Index>7</Index>")

    assert read(said) == {"IPAddress": ["10.0.0.2"], "Index": 7}


def test_an_array_of_many() -> None:
    said = fragment("<GatewayCostMetric>0</GatewayCostMetric><GatewayCostMetric>256"
                    "</GatewayCostMetric>")  # fmt: skip

    assert read(said) == {"GatewayCostMetric": [0, 256]}


def test_nil_is_none_for_arrays_too() -> None:
    said = fragment('<IPAddress xsi:nil="true"/><DHCPServer xsi:nil="1"/>')

    assert read(said) == {"IPAddress": None, "DHCPServer": None}


def test_an_empty_array_is_left_out_of_the_answer() -> None:
    assert read(fragment("<Index>1</Index>"), "Index", "IPAddress") == {"Index": 1, "IPAddress": []}


def test_a_property_that_was_asked_for_must_be_there() -> None:
    with pytest.raises(ConnectError, match="DHCPEnabled"):
        read(fragment("<Index>1</Index>"), "Index", "DHCPEnabled")


def test_names_are_spelled_as_they_were_asked() -> None:
    assert read(fragment("<DhcpEnabled>TRUE</DhcpEnabled>"), "DHCPEnabled") == {"DHCPEnabled": True}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Index", "sept"), ("Index", "-1"), ("Index", "4294967296"), ("Index", "1e3"),
        ("DHCPEnabled", "peut-être"), ("DHCPEnabled", "2"), ("DefaultTTL", "256"),
        ("DHCPLeaseExpires", "hier"), ("Index", "9" * 5000), ("Index", "<a>1</a>"),
        ("DHCPLeaseExpires", "<cim:Datetime>2020-13-01T00:00:00Z</cim:Datetime>"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_refused(name: str, text: str) -> None:
    with pytest.raises(ConnectError, match="type attendu"):
        read(fragment(f"<{name}>{text}</{name}>"))


def test_two_values_of_a_scalar_are_refused() -> None:
    with pytest.raises(ConnectError, match="plusieurs valeurs"):
        read(fragment("<Index>1</Index><Index>2</Index>"))


def test_an_instance_says_its_own_class() -> None:
    said = ('<p:Win32_Sub xsi:type="p:Win32_Service_Type"><p:Started>false</p:Started>'
            "<p:Name> a </p:Name></p:Win32_Sub>")  # fmt: skip

    assert read(said, name="CIM_Service") == {"Started": False, "Name": " a "}


def test_what_is_not_listed_has_the_type_that_is_stated() -> None:
    said = fragment('<A xsi:type="cim:cimUnsignedInt">3</A><B xsi:type="cim:cimBoolean">true</B>'
                    '<C xsi:type="cim:cimString">3</C><D>3</D><E>1</E><E>2</E>')  # fmt: skip

    assert read(said, name="X_New") == {"A": 3, "B": True, "C": "3", "D": "3", "E": ["1", "2"]}


def test_dates_and_intervals() -> None:
    said = fragment("<DHCPLeaseExpires><cim:Datetime>2012-09-04T18:34:15+02:00</cim:Datetime>"
                    "</DHCPLeaseExpires><X><cim:Interval>P1DT2H</cim:Interval></X>"
                    "<DHCPLeaseObtained>20120904183415.000000+120</DHCPLeaseObtained>")  # fmt: skip

    assert read(said) == {
        "DHCPLeaseExpires": "2012-09-04T18:34:15+02:00",
        "X": "P1DT2H",
        "DHCPLeaseObtained": "2012-09-04T18:34:15+02:00",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20230501******.******+***", "2023-05-01"),
        ("2023-05-01", "2023-05-01"),
        ("20090421000000.******+***", "2009-04-21T00:00:00"),
        ("16010101000000.000000-000", "1601-01-01T00:00:00+00:00"),
        ("20150304050607.123456-060", "2015-03-04T05:06:07.123456-01:00"),
        ("00000003120000.000000:000", "P3DT12H0M0.000000S"),
        ("2012-09-04T18:34:15.1234567Z", "2012-09-04T18:34:15.123456+00:00"),
        ("P10675199DT2H48M5.477581S", "P10675199DT2H48M5.477581S"),
    ],
)
def test_every_way_to_write_a_time(text: str, expected: str) -> None:
    assert read_datetime(text) == expected


@pytest.mark.parametrize("text", ["P", "PT", "", "2023", "00000000000000.000000+000"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_datetime(text)


def test_a_reference_in_both_its_forms() -> None:
    address = (
        "<GroupComponent><a:Address>http://x</a:Address><a:ReferenceParameters>"
        "<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Group"
        '</w:ResourceURI><w:SelectorSet><w:Selector Name="Domain">P</w:Selector>'
        '<w:Selector Name="Name">Administrateurs</w:Selector></w:SelectorSet>'
        "</a:ReferenceParameters></GroupComponent>"
    )
    path = r'\\P\root\cimv2:Win32_UserAccount.Domain="P",Name="a\"b"'
    path = f"<PartComponent>{path}</PartComponent>"

    assert read(fragment(address + path), name="Win32_GroupUser") == {
        "GroupComponent": {
            "class": "Win32_Group",
            "selectors": {"Domain": "P", "Name": "Administrateurs"},
        },
        "PartComponent": {
            "class": "Win32_UserAccount",
            "selectors": {"Domain": "P", "Name": 'a"b'},
        },
    }


def test_a_security_descriptor_is_read_to_its_end() -> None:
    said = (
        "<p:GetSecurityDescriptor_OUTPUT><p:Descriptor><p:ControlFlags>32772</p:ControlFlags>"
        "<p:DACL><p:AccessMask>2032127</p:AccessMask><p:AceFlags>0</p:AceFlags>"
        "<p:AceType>0</p:AceType><p:Trustee><p:SID>1</p:SID><p:SID>1</p:SID>"
        "<p:SIDString>S-1-1-0</p:SIDString></p:Trustee></p:DACL><p:Group xsi:nil='true'/>"
        "</p:Descriptor><p:ReturnValue>0</p:ReturnValue></p:GetSecurityDescriptor_OUTPUT>"
    )
    owner = "Win32_LogicalShareSecuritySetting.GetSecurityDescriptor"

    ace = {
        "AccessMask": 2032127, "AceFlags": 0, "AceType": 0,
        "Trustee": {"SID": [1, 1], "SIDString": "S-1-1-0"},
    }  # fmt: skip
    assert read_object(element(said), owner) == {
        "Descriptor": {"ControlFlags": 32772, "DACL": [ace], "Group": None},
        "ReturnValue": 0,
    }


def test_a_letter_comes_as_its_code() -> None:
    assert read(fragment("<DriveLetter>67</DriveLetter>"), name="MSFT_Volume") == {
        "DriveLetter": "C"
    }


def test_an_item_may_be_wrapped_with_its_address() -> None:
    said = ("<w:Item><p:Win32_Service><p:Started>true</p:Started></p:Win32_Service>"
            "<a:EndpointReference/></w:Item>")  # fmt: skip

    assert read(said, name="Win32_Service") == {"Started": True}


def test_an_address_alone_is_no_instance() -> None:
    with pytest.raises(ConnectError, match="sans instance"):
        read("<a:EndpointReference/>", name="Win32_Service")


def test_the_table_is_sound() -> None:
    kinds = {kind for types in load_types().values() for kind in types.values()}
    plain = {"boolean", "datetime", "string", "char16", "ref", "real32", "real64"}
    plain |= {f"{sign}int{bits}" for sign in "us" for bits in (8, 16, 32, 64)}

    named = {kind.removesuffix("[]") for kind in kinds}
    assert named - plain == {kind for kind in named if kind.startswith("object:")}
    embedded = {kind.partition(":")[2].lower() for kind in named - plain}
    assert embedded <= set(load_types())
    assert not any("product" in name and name.startswith("win32_p") for name in load_types())


def test_a_type_is_found_by_class_then_anywhere() -> None:
    assert type_of("Win32_Service", "started") == "boolean"
    assert type_of("X_Unknown", "InstallDate") == "datetime"
    assert type_of("StdRegProv.GetDWORDValue", "uValue") == "uint32"
    assert type_of("StdRegProv.EnumKey", "sNames") == "string[]"
    assert type_of("Win32_Service", "Name") is None
