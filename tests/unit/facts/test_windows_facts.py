"""Facts of a Windows: numbers and identifiers, whatever the language; hostile answers."""

from ipaddress import IPv4Address
from typing import Any

import pytest

from labctl.connect.base import Answer, Transport
from labctl.facts.probe import NotUnderstood
from labctl.facts.registry import load_named, name_of
from labctl.plan.addressing import management_mac
from tests.plans import Desk, plan_of
from tests.probes import all_probes, probe_of
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1, Desk.WINDOWS)
NODE = PLAN.desks[0]
MAC = NODE.interfaces[0].mac
MANAGEMENT_MAC = management_mac(PLAN.bench, NODE.management)
WINDOWS = tuple(
    probe.fact.__name__
    for probe in all_probes()
    if {reader.kind for reader in load_named(name_of(probe.fact))} <= {"", "windows"}
    and {question.transport for question in probe.ask(PLAN)} == {Transport.CIM}
)
SYSTEM = {
    "OperatingSystemSKU": 48,
    "BuildNumber": "26100",
    "OSLanguage": 1036,
    "InstallDate": "2026-01-01T08:00:00-10:00",
    "LocalDateTime": "2026-01-01T10:00:00-10:00",
}
PROCESSOR = {"AddressWidth": 64, "Name": " Intel  "}


def rows(*instances: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of instances."""
    return {"instances": list(instances)}


def keys(**values: Any) -> dict[str, Any]:
    """Return an answer of one registry key."""
    return {"keys": {"A\\B": values}}


NO_KEY: dict[str, Any] = {"keys": {}}
ABSENT = {"absent": "classe incorrecte"}


def answers(name: str, *values: object) -> tuple[Answer, ...]:
    questions = probe_of(name).ask(PLAN)
    return tuple(answer_to(q, value) for q, value in zip(questions, values, strict=True))


def read(name: str, *values: object) -> Any:
    """Return the fact of a name from what its questions were answered."""
    return probe_of(name).parse(PLAN, answers(name, *values))


def test_system_is_numbers_and_moments() -> None:
    fact = read("OperatingSystem", rows(SYSTEM), rows(PROCESSOR, PROCESSOR))

    assert (fact.sku, fact.build, fact.language, fact.address_width) == (48, 26100, 1036, 64)
    assert (fact.now - fact.installed_at).total_seconds() == 7200


@pytest.mark.parametrize(
    "changed",
    [
        {"BuildNumber": "26100.1"},
        {"BuildNumber": "٢٦"},
        {"BuildNumber": 26100},
        {"InstallDate": "2026-01-01T08:00:00"},
        {"InstallDate": "0001-01-01T08:00:00+14:00"},
        {"InstallDate": None},
        {"OSLanguage": True},
        {"OperatingSystemSKU": "48"},
    ],
)
def test_a_value_of_another_type_is_not_understood(changed: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        read("OperatingSystem", rows(SYSTEM | changed), rows(PROCESSOR))


def test_two_systems_or_none_are_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        read("OperatingSystem", rows(SYSTEM, SYSTEM), rows(PROCESSOR))
    with pytest.raises(NotUnderstood):
        read("OperatingSystem", rows(SYSTEM), rows())


@pytest.mark.parametrize("name", WINDOWS)
def test_a_class_that_a_windows_does_not_have_is_said(name: str) -> None:
    """A server without SecurityCenter2, an old Windows: an honest reason, no wrong answer."""
    questions = probe_of(name).ask(PLAN)
    with pytest.raises(NotUnderstood):
        read(name, *[ABSENT] * len(questions))


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(
    "value",
    [None, [], "x", {}, {"instances": None}, {"instances": [1]}, {"keys": []}, {"keys": {"a": 1}}],
)
def test_an_answer_of_another_shape_is_not_understood(name: str, value: object) -> None:
    questions = probe_of(name).ask(PLAN)
    with pytest.raises(NotUnderstood):
        read(name, *[value] * len(questions))


@pytest.mark.parametrize("name", ["Addressing", "Identity", "Membership", "SecureChannel"])
def test_each_kind_of_workstation_is_asked_in_its_own_way(name: str) -> None:
    ways = {Desk.LINUX: Transport.SSH, Desk.SIMULATED: Transport.CIM, Desk.WINDOWS: Transport.CIM}
    for kind, transport in ways.items():
        assert {one.transport for one in probe_of(name).ask(plan_of(1, kind))} == {transport}


def test_names_in_force_and_to_come() -> None:
    computer = rows({"Name": "POSTE", "DNSHostName": "poste"})
    fact = read("Identity", computer, keys(ComputerName="MN-PC-01"))
    assert (fact.running_name, fact.static_name) == ("POSTE", "MN-PC-01")


CARD = {"MACAddress": MAC.upper(), "InterfaceIndex": 7, "NetConnectionStatus": 2}
OTHER = {"MACAddress": "02:00:00:00:00:99", "InterfaceIndex": 3, "NetConnectionStatus": 2}
CONFIGURATION = {
    "MACAddress": MAC.replace(":", "-").upper(),
    "IPEnabled": True,
    "IPAddress": ["10.21.30.103", "fe80::1"],
    "IPSubnet": ["255.255.255.0", "64"],
    "DefaultIPGateway": ["fe80::2", "10.21.30.1"],
    "DHCPEnabled": True,
    "DNSServerSearchOrder": ["10.21.20.10"],
}


def test_the_candidates_card_is_known_by_its_mac() -> None:
    other = CONFIGURATION | {"MACAddress": OTHER["MACAddress"], "IPAddress": ["198.18.0.17"]}
    fact = read("Addressing", rows(OTHER, CARD), rows(other, CONFIGURATION))

    assert [str(one) for one in fact.addresses] == ["10.21.30.103/24"]
    assert (fact.mac, fact.is_up, fact.is_dhcp) == (MAC, True, True)
    assert (fact.gateway, fact.dns) == (IPv4Address("10.21.30.1"), (IPv4Address("10.21.20.10"),))


def test_a_card_without_a_cable_has_nothing() -> None:
    bare = {"MACAddress": MAC, "IPEnabled": False, "DHCPEnabled": True, "IPAddress": None}
    fact = read("Addressing", rows(CARD | {"NetConnectionStatus": 7}), rows(bare))
    assert (fact.is_up, fact.addresses, fact.gateway, fact.dns) == (False, (), None, ())


PHYSICAL = {**CARD, "InterfaceIndex": 12}
UNBOUND = {"MACAddress": MAC, "IPEnabled": False, "DHCPEnabled": False, "IPAddress": None}


@pytest.mark.parametrize("first", [True, False])
def test_of_two_cards_of_one_mac_the_one_that_carries_the_address_is_read(first: bool) -> None:
    """An external switch of Hyper-V: the physical card keeps its MAC, and loses IP to the other."""
    bound = [UNBOUND, CONFIGURATION] if first else [CONFIGURATION, UNBOUND]
    fact = read("Addressing", rows(PHYSICAL, CARD), rows(*bound))

    assert [str(one) for one in fact.addresses] == ["10.21.30.103/24"]
    assert (fact.mac, fact.is_up, fact.is_dhcp) == (MAC, True, True)


def test_two_cards_of_one_mac_without_an_address_have_none() -> None:
    waiting = {**UNBOUND, "IPEnabled": True, "DHCPEnabled": True}
    fact = read("Addressing", rows(PHYSICAL, CARD), rows(UNBOUND, waiting))

    assert (fact.addresses, fact.is_dhcp) == ((), True)


def test_two_addresses_on_cards_of_one_mac_are_not_guessed() -> None:
    other = CONFIGURATION | {"IPAddress": ["10.21.30.9"], "IPSubnet": ["255.255.255.0"]}
    with pytest.raises(NotUnderstood, match="plusieurs cartes"):
        read("Addressing", rows(PHYSICAL, CARD), rows(other, CONFIGURATION))


def test_a_card_that_has_no_configuration_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match=MAC):
        read("Addressing", rows(CARD), rows(CONFIGURATION | {"MACAddress": OTHER["MACAddress"]}))


@pytest.mark.parametrize(
    "changed",
    [{"IPAddress": "10.0.0.1"}, {"IPSubnet": []}, {"IPSubnet": ["x", "y"]}, {"DHCPEnabled": 1}],
)
def test_a_configuration_that_says_nothing_clear(changed: dict[str, Any]) -> None:
    with pytest.raises((NotUnderstood, ValueError)):
        read("Addressing", rows(CARD), rows(CONFIGURATION | changed))


def test_another_card_in_its_place_is_read() -> None:
    ours = {"MACAddress": MANAGEMENT_MAC, "InterfaceIndex": 9, "NetConnectionStatus": 2}
    other = CONFIGURATION | {"MACAddress": OTHER["MACAddress"]}

    fact = read("Addressing", rows(ours, OTHER), rows(other))

    assert (fact.mac, [str(one) for one in fact.addresses]) == (
        OTHER["MACAddress"],
        ["10.21.30.103/24"],
    )


@pytest.mark.parametrize(
    "cards",
    [
        (),
        ({**OTHER, "NetConnectionStatus": 7},),
        (OTHER, {**OTHER, "MACAddress": "02:00:00:00:00:98"}),
    ],
)
def test_without_the_candidates_card_nothing_is_said(cards: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(NotUnderstood, match=MAC):
        read("Addressing", rows(*cards), rows(CONFIGURATION))


COMPUTER = {"Name": "MN-PC-01", "PartOfDomain": True, "Domain": "moana.test"}
DOMAINS = rows(
    {"DomainName": "MN-PC-01", "DnsForestName": None},
    {"DomainName": "MOANA", "DnsForestName": "moana.test"},
)
NETWORK = {"InterfaceIndex": 7, "NetworkCategory": 2}


def test_a_member_and_its_network() -> None:
    networks = rows({"InterfaceIndex": 3, "NetworkCategory": 1}, NETWORK)
    fact = read("Membership", rows(COMPUTER), DOMAINS, rows(CARD), networks)
    assert (fact.realm, fact.workgroup, fact.account) == ("MOANA.TEST", "MOANA", "MN-PC-01$")
    assert fact.recognised is True


def test_the_network_of_a_card_that_stands_on_another_is_recognised() -> None:
    fact = read("Membership", rows(COMPUTER), DOMAINS, rows(PHYSICAL, CARD), rows(NETWORK))
    assert fact.recognised is True


def test_a_public_network_is_not_recognised() -> None:
    networks = rows(NETWORK | {"NetworkCategory": 0})
    assert read("Membership", rows(COMPUTER), DOMAINS, rows(CARD), networks).recognised is False


def test_a_workgroup_is_no_domain() -> None:
    alone = COMPUTER | {"PartOfDomain": False, "Domain": "WORKGROUP"}
    fact = read("Membership", rows(alone), rows(), rows(CARD), rows())
    assert (fact.realm, fact.workgroup, fact.account) == ("", "", "")


def test_the_channel_is_what_the_script_printed() -> None:
    good = read("SecureChannel", {"result": {"channel": {"found": [True]}}})
    bad = read("SecureChannel", {"result": {"channel": {"found": [False]}}})
    failed = read("SecureChannel", {"result": {"channel": {"error": "refusé"}}})
    assert (good.works, bad.works, failed.works, failed.detail) == (True, False, False, "refusé")


@pytest.mark.parametrize(
    "result",
    [None, [], {}, {"channel": True}, {"channel": {}}, {"channel": {"found": True}},
     {"channel": {"found": ["True"]}}, {"channel": {"found": []}}, {"channel": {"error": 1}}],
)  # fmt: skip
def test_a_script_that_printed_something_else(result: object) -> None:
    with pytest.raises(NotUnderstood):
        read("SecureChannel", {"result": result})


def test_a_bios_has_no_state_of_secure_boot() -> None:
    fact = read("Firmware", keys(PEFirmwareType=1), NO_KEY)
    assert (fact.is_uefi, fact.secure_boot) == (False, False)


def test_a_firmware_that_is_not_said_is_no_bios() -> None:
    with pytest.raises(NotUnderstood):
        read("Firmware", NO_KEY, NO_KEY)


def test_without_a_stamp_there_is_no_master() -> None:
    fact = read("Deployment", NO_KEY, keys(GeneralizationState=7))
    assert (fact.master, fact.generalized) == ("", True)


def test_region_is_named_the_same_in_every_language() -> None:
    zone = keys(TimeZoneKeyName="Hawaiian")
    fact = read("RegionSettings", keys(**{"1": "0000040C"}), zone, NO_KEY)
    assert (fact.keyboard, fact.timezone) == ("0000040c", "Hawaiian")


def test_the_boot_disk_is_the_one_that_counts() -> None:
    data = {"Number": 1, "IsBoot": False, "PartitionStyle": 1}
    assert read("BootDisk", rows(data, {"Number": 0, "IsBoot": True, "PartitionStyle": 2})).is_gpt


@pytest.mark.parametrize("disks", [(), (True, True), (False,)])
def test_not_one_boot_disk_is_not_understood(disks: tuple[bool, ...]) -> None:
    found = [{"Number": 0, "IsBoot": is_boot, "PartitionStyle": 2} for is_boot in disks]
    with pytest.raises(NotUnderstood):
        read("BootDisk", rows(*found))


def test_a_locked_volume_has_no_size() -> None:
    locked = {"DeviceID": "d:", "FileSystem": None, "VolumeName": None, "Size": None}
    (volume,) = read("Volumes", rows(locked)).volumes
    assert (volume.letter, volume.fs, volume.label, volume.size_bytes) == ("D:", "", "", 0)


@pytest.mark.parametrize("name", ["DriveHealth", "Memory", "LocalUsers"])
def test_what_every_machine_has_cannot_be_absent(name: str) -> None:
    with pytest.raises(NotUnderstood):
        read(name, rows())


def test_modules_of_firmware_padded_with_blanks() -> None:
    told = {
        "DeviceLocator": "DIMM1 ",
        "PartNumber": "KVR32N22S8/8      ",
        "Capacity": 8 << 30,
        "SMBIOSMemoryType": None,
        "ConfiguredClockSpeed": 2666,
    }
    (module,) = read("Memory", rows(told)).modules
    assert (module.slot, module.part, module.smbios_type) == ("DIMM1", "KVR32N22S8/8", 0)


def test_disks_behind_usb_are_no_part_of_the_machine() -> None:
    disks = rows(
        {"Model": "SSD", "InterfaceType": "SCSI"}, {"Model": "KEY", "InterfaceType": "USB"}
    )
    fact = read("Inventory", rows(PROCESSOR), rows({"Product": "0X7RDP"}), disks)
    assert (fact.processors, fact.boards, fact.disks) == (("Intel",), ("0X7RDP",), ("SSD",))


def test_events_before_the_installation_are_of_another_windows() -> None:
    def event(at: str, source: str = "disk") -> dict[str, Any]:
        return {"SourceName": source, "EventCode": 7, "TimeGenerated": at}

    log = rows(event("2026-01-01T17:59:59+00:00"), event("2026-01-01T18:00:00+00:00", "ntfs"))
    fact = read("SystemErrors", rows(SYSTEM), log)
    assert [one.source for one in fact.events] == ["ntfs"]


def test_hardware_events_are_told_apart_by_their_source() -> None:
    whea, test = "Microsoft-Windows-WHEA-Logger", "Microsoft-Windows-MemoryDiagnostics-Results"
    log = [
        {"SourceName": source, "EventCode": 1, "TimeGenerated": "2026-01-02T00:00:00+00:00"}
        for source in (whea, test, "whea")
    ]
    fact = read("HardwareEvents", rows(SYSTEM), rows(*log))
    assert ([e.source for e in fact.errors], [e.source for e in fact.memory_tests]) == (
        [whea],
        [test],
    )


@pytest.mark.parametrize(
    "sid", ["", "S-1-5-21-1-2-500", "S-1-5-32-544", "S-1-5-21-1-2-3-500-1", "S-1-5-21-1-2-3-x"]
)
def test_a_sid_that_is_none(sid: str) -> None:
    with pytest.raises(NotUnderstood):
        read("LocalUsers", rows({"Name": "a", "SID": sid, "Disabled": True}))


def test_accounts_are_known_by_their_rid() -> None:
    told = {"Name": "Administrateur", "SID": "S-1-5-21-1-2-3-500", "Disabled": True}
    (user,) = read("LocalUsers", rows(told)).users
    assert (user.name, user.rid, user.enabled) == ("Administrateur", 500, False)


def test_programs_of_the_machine_and_of_those_logged_on() -> None:
    machine = {"keys": {r"SOFTWARE\U\a": {"DisplayName": "7-Zip "}, r"SOFTWARE\U\b": {}}}
    user = {"keys": {r"S-1-5-21-1\SOFTWARE\U\c": {"DisplayName": "Google Chrome"}}}
    assert read("Software", machine, machine, user).programs == ("7-Zip", "Google Chrome")


@pytest.mark.parametrize(
    ("first", "substitutes", "keyboard"),
    [
        ("00002000", {"00002000": "0000040C"}, "0000040c"),
        ("D001040C", {"d001040c": "0001040c"}, "0001040c"),
        ("0000040c", {"00000409": "00020409"}, "0000040c"),
        ("0000040c", {}, "0000040c"),
    ],
)
def test_the_keyboard_is_the_one_that_stands_in_for_the_first(
    first: str, substitutes: dict[str, str], keyboard: str
) -> None:
    found = read("RegionSettings", keys(**{"1": first}), NO_KEY, keys(**substitutes))

    assert found.keyboard == keyboard
