"""Instances as Windows from 2008 to 11 spell them, in French too: typed, and nothing is lost.

Each case is a class, what an item of its answer holds, and the facts in it.
"""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from labctl.connect.cim.reader import read_items, read_object
from labctl.connect.cim.wsman.xml import parse_envelope
from labctl.core.errors import ConnectError
from tests.attacks.certificates import Authority
from tests.winrm_visit import ask_all, ask_class
from tests.wsman_server import envelope, fragment, next_page, page, replay

Case = tuple[str, str, dict[str, Any]]

ROUTES: dict[str, Case] = {
    "2008: projection, localised, DMTF dates": (
        "Win32_OperatingSystem",
        "<w:XmlFragment><Caption>Microsoft® Windows Server® 2008 Standard </Caption>"
        "<LastBootUpTime>20121104061502.375199-600</LastBootUpTime><OSLanguage>1036</OSLanguage>"
        "<CurrentTimeZone>-600</CurrentTimeZone><Primary>True</Primary>"
        "<MUILanguages>fr-FR</MUILanguages><CSDVersion xsi:nil='true'/>"
        "<TotalVisibleMemorySize>4193848</TotalVisibleMemorySize>"
        "<MaxProcessMemorySize>8589934464</MaxProcessMemorySize></w:XmlFragment>",
        {
            "Caption": "Microsoft® Windows Server® 2008 Standard ",
            "LastBootUpTime": "2012-11-04T06:15:02.375199-10:00", "OSLanguage": 1036,
            "CurrentTimeZone": -600, "Primary": True, "MUILanguages": ["fr-FR"],
            "CSDVersion": None, "TotalVisibleMemorySize": 4193848,
            "MaxProcessMemorySize": 8589934464,
        },
    ),
    "2012: instance, cim:Datetime": (
        "Win32_OperatingSystem",
        "<p:Win32_OperatingSystem xsi:type='p:Win32_OperatingSystem_Type'>"
        "<p:LocalDateTime><cim:Datetime>2013-02-28T23:59:59.5+02:00</cim:Datetime></p:LocalDateTime>"
        "<p:InstallDate><cim:Datetime xsi:nil='true'/></p:InstallDate>"
        "<p:ProductType>3</p:ProductType><p:MUILanguages>fr-FR</p:MUILanguages>"
        "<p:MUILanguages>en-US</p:MUILanguages></p:Win32_OperatingSystem>",
        {
            "LocalDateTime": "2013-02-28T23:59:59.500000+02:00", "InstallDate": None,
            "ProductType": 3, "MUILanguages": ["fr-FR", "en-US"],
        },
    ),
    "network adapter: arrays of one, of none, nil": (
        "Win32_NetworkAdapterConfiguration",
        "<w:XmlFragment><IPAddress>10.21.20.10</IPAddress><IPSubnet>255.255.255.192</IPSubnet>"
        "<DefaultIPGateway xsi:nil='true'/><DHCPEnabled>FALSE</DHCPEnabled>"
        "<DHCPLeaseExpires xsi:nil='true'/><IPConnectionMetric>10</IPConnectionMetric>"
        "<ServiceName>VBoxNetFlt</ServiceName></w:XmlFragment>",
        {
            "IPAddress": ["10.21.20.10"], "IPSubnet": ["255.255.255.192"], "DefaultIPGateway": None,
            "DHCPEnabled": False, "DHCPLeaseExpires": None, "IPConnectionMetric": 10,
            "ServiceName": "VBoxNetFlt",
        },
    ),
    "an item with its address before the object": (
        "Win32_Service",
        "<w:Item><p:Win32_Service xsi:type='p:Win32_Service_Type'><p:DisplayName>Spouleur "
        "d’impression</p:DisplayName><p:ProcessId>1184</p:ProcessId><p:Started>true</p:Started>"
        "</p:Win32_Service><a:EndpointReference><a:Address>x</a:Address></a:EndpointReference>"
        "</w:Item>",
        {"DisplayName": "Spouleur d’impression", "ProcessId": 1184, "Started": True},
    ),
    "a class derived from the one that was asked": (
        "CIM_DataFile",
        "<p1:Vendor_DataFile xmlns:p1='urn:vendor' xsi:type='p1:Vendor_DataFile_Type'>"
        "<p1:FileSize>18446744073709551615</p1:FileSize><p1:Hidden>0</p1:Hidden>"
        "<p1:LastModified>20140601000000.000000+***</p1:LastModified></p1:Vendor_DataFile>",
        {
            "FileSize": 18446744073709551615, "Hidden": False,
            "LastModified": "2014-06-01T00:00:00",
        },
    ),
    "a task: embedded instances of derived classes": (
        "MSFT_ScheduledTask",
        "<p:MSFT_ScheduledTask><p:TaskName>Sauvegarde quotidienne</p:TaskName><p:State>3</p:State>"
        "<p:Actions xsi:type='p:MSFT_TaskExecAction_Type'><p:Execute>wbadmin.exe</p:Execute>"
        "</p:Actions><p:Triggers xsi:type='p:MSFT_TaskWeeklyTrigger_Type'><p:DaysOfWeek>62"
        "</p:DaysOfWeek><p:Enabled>true</p:Enabled></p:Triggers>"
        "<p:Settings><p:Priority>7</p:Priority><p:Hidden>false</p:Hidden></p:Settings>"
        "</p:MSFT_ScheduledTask>",
        {
            "TaskName": "Sauvegarde quotidienne", "State": 3,
            "Actions": [{"Execute": "wbadmin.exe"}],
            "Triggers": [{"DaysOfWeek": 62, "Enabled": True}],
            "Settings": {"Priority": 7, "Hidden": False},
        },
    ),
    "a share": (
        "Win32_Share",
        "<w:XmlFragment><Name>SAUVEGARDES$</Name><Type>2147483648</Type><MaximumAllowed "
        "xsi:nil='true'/><Description>Partage caché</Description></w:XmlFragment>",
        {
            "Name": "SAUVEGARDES$", "Type": 2147483648, "MaximumAllowed": None,
            "Description": "Partage caché",
        },
    ),
    "a logical disk without medium": (
        "Win32_LogicalDisk",
        "<w:XmlFragment><DeviceID>E:</DeviceID><Size xsi:nil='true'/><DriveType>5</DriveType>"
        "<VolumeName></VolumeName><VolumeDirty xsi:nil='true'/></w:XmlFragment>",
        {"DeviceID": "E:", "Size": None, "DriveType": 5, "VolumeName": "", "VolumeDirty": None},
    ),
    "a BIOS: a day, and a date of which nothing more is known": (
        "Win32_BIOS",
        "<w:XmlFragment><ReleaseDate>20091001******.******+***</ReleaseDate>"
        "<BiosCharacteristics>7</BiosCharacteristics><BiosCharacteristics>9</BiosCharacteristics>"
        "<SerialNumber> </SerialNumber></w:XmlFragment>",
        {"ReleaseDate": "2009-10-01", "BiosCharacteristics": [7, 9], "SerialNumber": " "},
    ),
    "a login profile: intervals of WMI": (
        "Win32_NetworkLoginProfile",
        "<w:XmlFragment><PasswordAge>00000012141326.000000:000</PasswordAge>"
        "<LastLogon>**************.******+***</LastLogon><NumberOfLogons>0</NumberOfLogons>"
        "</w:XmlFragment>",
        {"PasswordAge": "P12DT14H13M26.000000S", "LastLogon": None, "NumberOfLogons": 0},
    ),
    "an interval whose fraction is not known": (
        "Win32_NetworkLoginProfile",
        "<w:XmlFragment><PasswordAge>00000001000000.******:000</PasswordAge></w:XmlFragment>",
        {"PasswordAge": "P1DT0H0M0.000000S"},
    ),
    "an address: cim:Interval, never": (
        "MSFT_NetIPAddress",
        "<p:MSFT_NetIPAddress><p:IPAddress>fe80::1%4</p:IPAddress><p:ValidLifetime><cim:Interval>"
        "P10675199DT2H48M5.4775807S</cim:Interval></p:ValidLifetime><p:PrefixLength>64"
        "</p:PrefixLength><p:SkipAsSource>false</p:SkipAsSource></p:MSFT_NetIPAddress>",
        {
            "IPAddress": "fe80::1%4", "ValidLifetime": "P10675199DT2H48M5.4775807S",
            "PrefixLength": 64, "SkipAsSource": False,
        },
    ),
    "a job: a time of day": (
        "Win32_ScheduledJob",
        "<w:XmlFragment><StartTime><cim:Time>12:30:00</cim:Time></StartTime><JobId>1</JobId>"
        "<UntilTime>********233000.000000-600</UntilTime></w:XmlFragment>",
        {"StartTime": "12:30:00", "JobId": 1, "UntilTime": "23:30:00-10:00"},
    ),
    "a partition: a letter as a number": (
        "MSFT_Partition",
        "<p:MSFT_Partition><p:DriveLetter>68</p:DriveLetter><p:Size>42949672960</p:Size>"
        "<p:OperationalStatus>1</p:OperationalStatus><p:AccessPaths>D:\\</p:AccessPaths>"
        "<p:AccessPaths>\\\\?\\Volume{1}\\</p:AccessPaths></p:MSFT_Partition>",
        {
            "DriveLetter": "D", "Size": 42949672960, "OperationalStatus": [1],
            "AccessPaths": ["D:\\", "\\\\?\\Volume{1}\\"],
        },
    ),
    "a volume without a letter": (
        "MSFT_Volume",
        "<p:MSFT_Volume><p:DriveLetter>0</p:DriveLetter><p:FileSystemLabel>Réservé au système"
        "</p:FileSystemLabel></p:MSFT_Volume>",
        {"DriveLetter": "", "FileSystemLabel": "Réservé au système"},
    ),
    "members: addresses of other instances": (
        "Win32_GroupUser",
        "<p:Win32_GroupUser><p:GroupComponent><a:Address>x</a:Address><a:ReferenceParameters>"
        "<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Group"
        "</w:ResourceURI><w:SelectorSet><w:Selector Name='Domain'>PC-01</w:Selector>"
        "<w:Selector Name='Name'>Administrateurs</w:Selector></w:SelectorSet>"
        "</a:ReferenceParameters></p:GroupComponent><p:PartComponent>\\\\PC-01\\root\\cimv2:"
        "Win32_UserAccount.Domain=\"PC-01\",Name=\"Invité\"</p:PartComponent></p:Win32_GroupUser>",
        {
            "GroupComponent": {
                "class": "Win32_Group",
                "selectors": {"Domain": "PC-01", "Name": "Administrateurs"},
            },
            "PartComponent": {
                "class": "Win32_UserAccount", "selectors": {"Domain": "PC-01", "Name": "Invité"},
            },
        },
    ),
    "a printer: accents, a backslash, a big word of bits": (
        "Win32_Printer",
        "<w:XmlFragment><Name>\\\\SRV\\Étage 2 – Reçu &amp; facture</Name><Attributes>2624"
        "</Attributes><Default>True</Default><PrinterStatus>3</PrinterStatus>"
        "<PrinterPaperNames>Enveloppe n° 10</PrinterPaperNames></w:XmlFragment>",
        {
            "Name": "\\\\SRV\\Étage 2 – Reçu & facture", "Attributes": 2624, "Default": True,
            "PrinterStatus": 3, "PrinterPaperNames": ["Enveloppe n° 10"],
        },
    ),
    "an event: several lines and an identifier above 2³¹": (
        "Win32_NTLogEvent",
        "<w:XmlFragment><EventIdentifier>3221232506</EventIdentifier><EventCode>7034</EventCode>"
        "<Message>Le service s’est terminé.&#xD;\nUne fois.</Message><InsertionStrings>Spouleur"
        "</InsertionStrings><TimeGenerated>20240229080000.000000-000</TimeGenerated>"
        "<Type>Erreur</Type></w:XmlFragment>",
        {
            "EventIdentifier": 3221232506, "EventCode": 7034,
            "Message": "Le service s’est terminé.\r\nUne fois.",
            "InsertionStrings": ["Spouleur"], "TimeGenerated": "2024-02-29T08:00:00+00:00",
            "Type": "Erreur",
        },
    ),
    "a computer": (
        "Win32_ComputerSystem",
        "<w:XmlFragment><Domain>moana.test</Domain><PartOfDomain>TRUE</PartOfDomain><DomainRole>3"
        "</DomainRole><TotalPhysicalMemory>17068998656</TotalPhysicalMemory><Roles>LM_Workstation"
        "</Roles><Roles>NT</Roles><PauseAfterReset>-1</PauseAfterReset></w:XmlFragment>",
        {
            "Domain": "moana.test", "PartOfDomain": True, "DomainRole": 3,
            "TotalPhysicalMemory": 17068998656, "Roles": ["LM_Workstation", "NT"],
            "PauseAfterReset": -1,
        },
    ),
    "a time zone: a negative bias": (
        "Win32_TimeZone",
        "<w:XmlFragment><Bias>-600</Bias><StandardName>Hawaï</StandardName></w:XmlFragment>",
        {"Bias": -600, "StandardName": "Hawaï"},
    ),
    "a licence": (
        "SoftwareLicensingProduct",
        "<w:XmlFragment><LicenseStatus>1</LicenseStatus><EvaluationEndDate>16010101000000.000000-000"
        "</EvaluationEndDate><PartialProductKey>3V66T</PartialProductKey></w:XmlFragment>",
        {
            "LicenseStatus": 1, "EvaluationEndDate": "1601-01-01T00:00:00+00:00",
            "PartialProductKey": "3V66T",
        },
    ),
    "a route": (
        "Win32_IP4RouteTable",
        "<w:XmlFragment><Destination>0.0.0.0</Destination><Metric1>10</Metric1><Metric2>-1</Metric2>"
        "</w:XmlFragment>",
        {"Destination": "0.0.0.0", "Metric1": 10, "Metric2": -1},  # noqa: S104  # a route
    ),
    "a firewall profile": (
        "MSFT_NetFirewallProfile",
        "<p:MSFT_NetFirewallProfile><p:Name>Domain</p:Name><p:Enabled>1</p:Enabled>"
        "<p:LogMaxSizeKilobytes>4096</p:LogMaxSizeKilobytes></p:MSFT_NetFirewallProfile>",
        {"Name": "Domain", "Enabled": 1, "LogMaxSizeKilobytes": 4096},
    ),
    "an antivirus of another vendor": (
        "AntiVirusProduct",
        "<w:XmlFragment><displayName>Sécurité Ωmega</displayName><productState>397568"
        "</productState></w:XmlFragment>",
        {"displayName": "Sécurité Ωmega", "productState": 397568},
    ),
    "Defender: dates of Windows 11": (
        "MSFT_MpComputerStatus",
        "<p:MSFT_MpComputerStatus><p:AntivirusSignatureLastUpdated><cim:Datetime>"
        "2026-01-31T19:04:11Z</cim:Datetime></p:AntivirusSignatureLastUpdated>"
        "<p:FullScanStartTime xsi:nil='true'/><p:RealTimeProtectionEnabled>true"
        "</p:RealTimeProtectionEnabled></p:MSFT_MpComputerStatus>",
        {
            "AntivirusSignatureLastUpdated": "2026-01-31T19:04:11+00:00",
            "FullScanStartTime": None, "RealTimeProtectionEnabled": True,
        },
    ),
    "a class that is not listed: what the answer itself says": (
        "Vendor_Thing",
        "<p:Vendor_Thing><p:Count xsi:type='cim:cimUnsignedInt'>7</p:Count><p:On xsi:type="
        "'cim:cimBoolean'>true</p:On><p:Words>a</p:Words><p:Words>b</p:Words><p:When "
        "xsi:type='cim:cimDateTime'><cim:CIM_DateTime>2020-01-01T00:00:00Z</cim:CIM_DateTime>"
        "</p:When><p:Empty/><p:Inner xsi:type='p:Vendor_Inner_Type'><p:A>1</p:A></p:Inner>"
        "</p:Vendor_Thing>",
        {
            "Count": 7, "On": True, "Words": ["a", "b"], "When": "2020-01-01T00:00:00+00:00",
            "Empty": "", "Inner": {"A": "1"},
        },
    ),
    "a disk of 18 TB": (
        "MSFT_Disk",
        "<p:MSFT_Disk><p:Number>0</p:Number><p:Size>18000207937536</p:Size><p:PartitionStyle>2"
        "</p:PartitionStyle><p:Signature xsi:nil='true'/><p:OperationalStatus>53264"
        "</p:OperationalStatus></p:MSFT_Disk>",
        {
            "Number": 0, "Size": 18000207937536, "PartitionStyle": 2, "Signature": None,
            "OperationalStatus": [53264],
        },
    ),
    "a user account": (
        "Win32_UserAccount",
        "<w:XmlFragment><Name>Invité</Name><Disabled>True</Disabled><SIDType>1</SIDType>"
        "<SID>S-1-5-21-1-2-3-501</SID></w:XmlFragment>",
        {"Name": "Invité", "Disabled": True, "SIDType": 1, "SID": "S-1-5-21-1-2-3-501"},
    ),
    "a memory module": (
        "Win32_PhysicalMemory",
        "<w:XmlFragment><Capacity>8589934592</Capacity><DeviceLocator>DIMM1</DeviceLocator>"
        "<Speed>2666</Speed><PartNumber>KVR32N22S8/8      </PartNumber></w:XmlFragment>",
        {
            "Capacity": 8589934592, "DeviceLocator": "DIMM1", "Speed": 2666,
            "PartNumber": "KVR32N22S8/8      ",
        },
    ),
    "a base board: reals": (
        "Win32_BaseBoard",
        "<w:XmlFragment><Depth>1.25E+001</Depth><Height xsi:nil='true'/></w:XmlFragment>",
        {"Depth": 12.5, "Height": None},
    ),
}  # fmt: skip


def element(body: str) -> ET.Element:
    root = ET.fromstring(envelope(body))  # noqa: S314  # ours
    return root[1][0]


@pytest.mark.parametrize(("name", "body", "facts"), ROUTES.values(), ids=ROUTES)
def test_an_instance_is_typed_and_whole(name: str, body: str, facts: dict[str, Any]) -> None:
    (found,) = read_items([element(body)], name, tuple(facts))

    assert found == facts
    assert [type(value) for value in found.values()] == [type(value) for value in facts.values()]


@pytest.mark.parametrize(
    ("method", "body", "facts"),
    [
        ("GetDWORDValue", "<p:ReturnValue>0</p:ReturnValue><p:uValue>4294967295</p:uValue>",
         {"ReturnValue": 0, "uValue": 4294967295}),
        ("GetQWORDValue", "<p:ReturnValue>0</p:ReturnValue><p:uValue>9007199254740993</p:uValue>",
         {"ReturnValue": 0, "uValue": 9007199254740993}),
        ("GetBinaryValue", "<p:ReturnValue>0</p:ReturnValue><p:uValue>255</p:uValue>",
         {"ReturnValue": 0, "uValue": [255]}),
        ("GetStringValue", "<p:ReturnValue>2</p:ReturnValue><p:sValue xsi:nil='true'/>",
         {"ReturnValue": 2, "sValue": None}),
        ("EnumKey", "<p:sNames>Été</p:sNames><p:ReturnValue>0</p:ReturnValue>",
         {"sNames": ["Été"], "ReturnValue": 0}),
        ("GetMultiStringValue", "<p:sValue/><p:sValue>b</p:sValue><p:ReturnValue>0</p:ReturnValue>",
         {"sValue": ["", "b"], "ReturnValue": 0}),
    ],
)  # fmt: skip
def test_a_method_of_the_registry(method: str, body: str, facts: dict[str, Any]) -> None:
    output = element(f"<p:{method}_OUTPUT>{body}</p:{method}_OUTPUT>")

    assert read_object(output, f"StdRegProv.{method}") == facts


@pytest.mark.parametrize("letter", ["55296", "57343", "65536", "99999999999"])
def test_half_a_character_is_no_letter(letter: str) -> None:
    body = f"<p:MSFT_Volume><p:DriveLetter>{letter}</p:DriveLetter></p:MSFT_Volume>"

    with pytest.raises(ConnectError, match=r"MSFT_Volume\.DriveLetter"):
        read_items([element(body)], "MSFT_Volume", ())


def test_a_property_in_two_cases_has_two_values() -> None:
    body = "<w:XmlFragment><Name>a</Name><NAME>b</NAME></w:XmlFragment>"

    with pytest.raises(ConnectError, match="plusieurs valeurs pour Win32_Service"):
        read_items([element(body)], "Win32_Service", ("Name",))


@pytest.mark.parametrize("number", ["xB", "x0", "31", "x1b", "xD800", "xFFFE", "x110000"])
def test_a_character_that_xml_does_not_admit_costs_itself_alone(number: str) -> None:
    said = envelope(fragment(Name=f"a&#{number};b&#233;&#x1F600;")).replace(
        b"<Name>", b"<Name>&#9;"
    )

    assert parse_envelope(said, "UTF-8").findtext(".//Name") == "\ta\ufffdbé\U0001f600"


def test_two_pages_with_the_end_said_in_the_other_name_space(
    authority: Authority, tmp_path: Path
) -> None:
    last = next_page(fragment(Name="é"), more="2").replace(
        b"</n:Items>", b"</n:Items><w:EndOfSequence/>"
    )
    pages = [page(fragment(Name="a"), more="1"), last]

    (answer,) = ask_all(authority, tmp_path, replay(pages), [ask_class("Win32_Service", "Name")])

    assert answer.trouble is None
    assert json.loads(answer.output) == {"instances": [{"Name": "a"}, {"Name": "é"}]}
