"""Facts of how a Windows is used: what is absent, what a server lacks, what is hostile."""

from dataclasses import replace
from typing import Any

import pytest

from checks.backup.demand import Backup
from checks.desk.people import login_of
from checks.directory.demand import Directory
from checks.sound.facts import Flow
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.probe import NotUnderstood
from tests.probes import probe_of
from tests.unit.facts.test_windows_facts import ABSENT, NO_KEY, PLAN, answers, keys, read, rows

DEFENDER = {
    "AMServiceEnabled": True,
    "RealTimeProtectionEnabled": True,
    "AntivirusSignatureAge": 1,
}
OTHER = {
    "displayName": "Autre",
    "instanceGuid": "{11111111-0000-0000-0000-000000000000}",
    "productState": 0x41000,
}
OWN = OTHER | {"instanceGuid": "{d68ddc3a-831f-4fae-9e44-da132c1acf46}"}
LOCAL = {"Domain": "PC", "LocalAccount": True}
GROUP = LOCAL | {"Name": "Administrateurs", "SID": "S-1-5-32-544"}
INSTALLED = "2026-01-01T08:00:00-10:00"
ACCOUNT = LOCAL | {"Name": "adm", "SID": "S-1-5-21-1-2-3-1001"}
LOGIN = login_of(PLAN)


def found_by(**facts: object) -> dict[str, Any]:
    """Return what the script of a visit answers."""
    return {"result": {name: {"found": found} for name, found in facts.items()}}


def pointing(kind: str, name: str, domain: str = "PC") -> dict[str, Any]:
    return {"class": kind, "selectors": {"Domain": domain, "Name": name}}


def test_the_security_centre_lists_the_others_only() -> None:
    found = read("Antivirus", rows(DEFENDER), rows(OWN, OTHER))

    assert [(one.name, one.active, one.up_to_date) for one in found.others] == [
        ("Autre", True, True)
    ]


@pytest.mark.parametrize(
    ("state", "is_active"),
    [(0x41000, True), (0x61110, True), (0x40000, False), (0x42000, False), (0x43000, False)],
)
def test_an_antivirus_that_is_snoozed_or_expired_does_not_protect(
    state: int, is_active: bool
) -> None:
    (found,) = read("Antivirus", rows(DEFENDER), rows(OTHER | {"productState": state})).others

    assert found.active is is_active


def test_a_server_has_no_security_centre() -> None:
    assert read("Antivirus", rows(DEFENDER), ABSENT).others == ()


def test_defender_may_be_silent_where_another_protects() -> None:
    own, centre = answers("Antivirus", rows(), rows(OTHER))
    silent = replace(own, trouble=Unobserved(Reason.PROTOCOL, "0x800106ba"))

    found = probe_of("Antivirus").parse(PLAN, (silent, centre))

    assert (found.is_running, found.active_others[0].name) == (False, "Autre")


def test_a_silent_defender_alone_tells_nothing() -> None:
    own, centre = answers("Antivirus", rows(), rows())
    silent = replace(own, trouble=Unobserved(Reason.TIMEOUT, "trop long"))

    with pytest.raises(NotUnderstood, match="trop long"):
        probe_of("Antivirus").parse(PLAN, (silent, centre))


def test_without_any_antivirus_to_ask_nothing_is_known() -> None:
    with pytest.raises(NotUnderstood, match="centre de sécurité"):
        read("Antivirus", ABSENT, ABSENT)


def test_administrators_are_found_by_sid() -> None:
    links = [
        {"GroupComponent": pointing("Win32_Group", "Administrateurs"), "PartComponent": member}
        for member in (pointing("Win32_UserAccount", "ADM"), pointing("Win32_Group", "x", "D"))
    ]
    elsewhere = {
        "GroupComponent": pointing("Win32_Group", "Utilisateurs"),
        "PartComponent": pointing("Win32_UserAccount", "adm"),
    }

    found = read("Administrators", rows(GROUP), rows(ACCOUNT), rows(*links, elsewhere))

    assert [(one.name, one.rid) for one in found.members] == [(r"PC\adm", 1001), (r"D\x", -1)]


@pytest.mark.parametrize(
    ("groups", "link"),
    [
        ([], {}),
        ([GROUP, GROUP | {"Name": "Admins"}], {}),
        ([GROUP], {"GroupComponent": "texte", "PartComponent": "texte"}),
        ([GROUP], {"GroupComponent": {"selectors": []}, "PartComponent": None}),
    ],
)
def test_groups_that_cannot_be(groups: list[dict[str, Any]], link: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        read("Administrators", rows(*groups), rows(ACCOUNT), rows(*([link] if link else [])))


def test_what_is_not_set_is_windows_own_choice() -> None:
    found = read("Hardening", rows(), *[NO_KEY] * 7)

    assert (found.smb1, found.uac, found.nla, found.remote_desktop) == (False, True, True, False)
    assert (found.autorun, found.idle_s, found.shadow, found.log_stops) == (0, 0, 1, False)


@pytest.mark.parametrize(
    ("said", "is_on"),
    [
        ({"EnableLUA": 1, "ConsentPromptBehaviorAdmin": 5}, True),
        ({"ConsentPromptBehaviorAdmin": 2}, True),
        ({"EnableLUA": 1, "ConsentPromptBehaviorAdmin": 0}, False),
        ({"EnableLUA": 0, "ConsentPromptBehaviorAdmin": 5}, False),
    ],
)
def test_account_control_with_its_slider_at_the_bottom_is_off(
    said: dict[str, int], is_on: bool
) -> None:
    assert read("Hardening", rows(), keys(**said), *[NO_KEY] * 6).uac is is_on


def test_the_consent_in_force_is_that_of_the_policy_then_of_the_machine() -> None:
    def shadow(own: dict[str, Any], imposed: dict[str, Any]) -> int:
        said = [NO_KEY, NO_KEY, NO_KEY, own, imposed, NO_KEY, NO_KEY]
        return int(read("Hardening", rows(), *said).shadow)

    assert shadow(keys(Shadow=2), NO_KEY) == 2
    assert shadow(keys(Shadow=2), keys(Shadow=3)) == 3


@pytest.mark.parametrize(
    ("own", "imposed", "stops"),
    [
        ({"Retention": 0}, {}, False),
        ({"Retention": 0xFFFFFFFF}, {}, True),
        ({"Retention": 0xFFFFFFFF, "AutoBackupLogFiles": 1}, {}, False),
        ({"Retention": 0xFFFFFFFF}, {"Retention": "0"}, False),
        ({"Retention": 0}, {"Retention": "1"}, True),
        ({"Retention": 0}, {"Retention": "1", "AutoBackupLogFiles": "1"}, False),
        ({"AutoBackupLogFiles": 1}, {"Retention": "1", "AutoBackupLogFiles": "0"}, True),
    ],
)
def test_a_full_log_stops_unless_it_is_overwritten_or_archived(
    own: dict[str, Any], imposed: dict[str, Any], stops: bool
) -> None:
    found = read("Hardening", rows(), *[NO_KEY] * 5, keys(**own), keys(**imposed))

    assert found.log_stops is stops


def test_a_policy_wins_over_the_machine() -> None:
    on, imposed = {"fDenyTSConnections": 0}, {"fDenyTSConnections": 1}
    quiet = [NO_KEY, NO_KEY]

    found = read("Hardening", rows(), *quiet, keys(**on), NO_KEY, keys(**imposed), NO_KEY, NO_KEY)

    assert not found.remote_desktop


def test_the_log_imposed_is_in_kibibytes_and_the_own_one_in_bytes() -> None:
    own, imposed = keys(MaxSize=20 << 20), keys(MaxSize=65536)

    assert read("Hardening", rows(), *[NO_KEY] * 5, own, NO_KEY).log_kib == 20 << 10
    assert read("Hardening", rows(), *[NO_KEY] * 5, own, imposed).log_kib == 65536


def test_a_key_without_value_means_a_restart() -> None:
    version = keys(UBR=2314, CurrentBuild="26100")

    assert read("Updates", version, keys(Start=3), NO_KEY, keys(), NO_KEY).restart_pending
    assert not read("Updates", version, keys(Start=3), *[NO_KEY] * 3).restart_pending


@pytest.mark.parametrize(("service", "disabled"), [(keys(Start=3), False), (keys(Start=4), True)])
def test_windows_update_may_be_disabled(service: dict[str, Any], disabled: bool) -> None:
    version = keys(UBR=2314, CurrentBuild="26100")

    assert read("Updates", version, service, *[NO_KEY] * 3).service_disabled is disabled
    assert read("Updates", version, NO_KEY, *[NO_KEY] * 3).service_disabled


def test_daily_triggers_alone_have_an_hour() -> None:
    task = {
        "TaskName": "T",
        "TaskPath": "\\",
        "State": 3,
        "Actions": [{"Execute": "a.exe", "Arguments": None}],
        "Principal": {"UserId": "SYSTEM"},
        "Triggers": [
            {"DaysInterval": 1, "Enabled": True, "StartBoundary": "2026-01-05T12:30:00-10:00"},
            {"DaysInterval": 2, "Enabled": True, "StartBoundary": "2026-01-05T01:00:00"},
            {"DaysInterval": 1, "Enabled": False, "StartBoundary": "2026-01-05T02:00:00"},
            {"Enabled": True, "StartBoundary": "2026-01-05T03:00:00"},
            "texte",
        ],
    }
    windows = task | {"TaskPath": "\\Microsoft\\Windows\\Defrag\\"}

    (found,) = read("Startups", rows(), rows(task, windows)).tasks

    assert (found.daily_at, found.commands) == (frozenset({"12:30"}), ("a.exe",))


@pytest.mark.parametrize(
    ("days", "weeks", "hours"),
    [(127, 1, {"12:30"}), (126, 1, set()), (127, 2, set()), (127, None, set())],
)
def test_a_weekly_trigger_of_the_seven_days_runs_every_day(
    days: int, weeks: int | None, hours: set[str]
) -> None:
    weekly = {"DaysOfWeek": days, "WeeksInterval": weeks, "Enabled": True}
    task = {
        **{"TaskName": "T", "TaskPath": "\\", "State": 3, "Actions": [], "Principal": None},
        "Triggers": [{**weekly, "StartBoundary": "2026-01-05T12:30:00"}],
    }

    (found,) = read("Startups", rows(), rows(task)).tasks

    assert found.daily_at == frozenset(hours)


def test_the_session_says_whose_hive_it_is() -> None:
    user, netbios = LOGIN, PLAN.demand(Directory).netbios
    sid, other = "S-1-5-21-1-2-3-1105", "S-1-5-21-9-9-9-1001"
    sessions = {
        rf"{sid}\Volatile Environment": {"USERNAME": user.upper(), "USERDOMAIN": netbios},
        rf"{other}\Volatile Environment": {"USERNAME": user, "USERDOMAIN": "PC"},
    }
    desktop = {
        rf"{other}\Control Panel\Desktop": {"WallPaper": "autre.png"},
        rf"{sid}\Control Panel\Desktop": {"WallPaper": "fond.png"},
    }
    drives = {rf"{sid}\Network\S": {"RemotePath": r"\\NAS\COMMUN"}}
    said = [{"keys": sessions}, {"keys": desktop}, *[NO_KEY] * 7, {"keys": drives}]

    found = read("UserSettings", *said)

    assert (found.is_open, found.wallpaper) == (True, "fond.png")
    assert found.drives == {"S:": r"\\NAS\COMMUN"}


def test_a_local_namesake_is_not_the_user() -> None:
    session = {"USERNAME": LOGIN, "USERDOMAIN": "PC"}
    said = [{"keys": {r"S-1-5-21-1-1-1-1\Volatile Environment": session}}, *[NO_KEY] * 9]

    assert not read("UserSettings", *said).is_open


def test_a_wired_network_of_the_same_name_is_not_the_wireless_one() -> None:
    networks = {
        "a": {"ProfileName": "Fil", "NameType": 6},
        "b": {"ProfileName": "Air", "NameType": 71},
    }
    card = {"NdisPhysicalMedium": 14, "InterfaceAdminStatus": 1}

    profiles = found_by(wifi=[{"name": "Air", "mode": "auto"}, {"name": "B", "mode": "manual"}])

    found = read("Wifi", rows(card), {"keys": networks}, profiles)

    assert (found.has_card, found.known) == (False, frozenset({"Air"}))
    assert found.profiles == {"Air": True, "B": False}


@pytest.mark.parametrize(
    ("bits", "noted"),
    [(0, (False, False)), (1, (True, False)), (2, (False, True)), (3, (True, True))],
)
def test_logons_are_noted_by_bits(bits: int, noted: tuple[bool, bool]) -> None:
    found = read("LogonAudit", found_by(audit=[bits]))

    assert ((found.success, found.failure), found.problem) == (noted, "")


@pytest.mark.parametrize("told", [[], [1, 1], ["1"], [True], [None]])
def test_an_audit_that_is_no_number_is_not_understood(told: list[object]) -> None:
    with pytest.raises(NotUnderstood):
        read("LogonAudit", found_by(audit=told))


@pytest.mark.parametrize(
    ("name", "told", "others"),
    [
        ("LogonAudit", "audit", ()),
        ("TaskResults", "tasks", ()),
        ("RestoredWitness", "hashes", (rows(), rows())),
        ("Wifi", "wifi", (rows(), NO_KEY)),
        ("RemoteHelp", "sessions", (rows(), rows(), rows({"InstallDate": INSTALLED}))),
    ],
)
def test_what_the_script_could_not_find_is_said_and_costs_no_more(
    name: str, told: str, others: tuple[object, ...]
) -> None:
    refused = read(name, *others, {"result": {told: {"error": "Accès refusé"}}})
    late = answers(name, *others, {"result": {}})
    trouble = replace(late[-1], trouble=Unobserved(Reason.TIMEOUT, "trop long"))
    unheard = probe_of(name).parse(PLAN, (*late[:-1], trouble))

    assert (refused.problem, unheard.problem) == ("Accès refusé", "trop long")


@pytest.mark.parametrize("name", ["RestoredWitness", "Wifi", "RemoteHelp"])
def test_what_a_class_did_not_answer_is_not_absent(name: str) -> None:
    first, *others = answers(name, *[rows()] * len(probe_of(name).ask(PLAN)))
    silent = replace(first, trouble=Unobserved(Reason.TIMEOUT, "trop long"))

    with pytest.raises(NotUnderstood, match="trop long"):
        probe_of(name).parse(PLAN, (silent, *others))


def test_sessions_opened_here_and_those_of_another_windows_are_left_out() -> None:
    events = [
        {"id": 21, "at": "2026-01-02T08:00:00Z", "from": "LOCAL"},
        {"id": 24, "at": "2026-01-02T08:00:00Z", "from": ""},
        {"id": 25, "at": "2025-12-31T08:00:00Z", "from": "192.0.2.1"},
        {"id": 1149, "at": "2026-01-02T09:00:00Z", "from": "192.0.2.1"},
        {"id": 20508, "at": "2026-01-02T09:01:00Z", "from": ""},
    ]
    system = rows({"InstallDate": INSTALLED})

    found = read("RemoteHelp", rows(), rows(), system, found_by(sessions=events))

    assert [(one.event, one.address) for one in found.sessions] == [
        (1149, "192.0.2.1"), (20508, ""),
    ]  # fmt: skip


def test_a_hash_is_that_of_the_file_of_its_path() -> None:
    backup = PLAN.demand(Backup)
    file = {"FileSize": 3, "LastModified": INSTALLED, "CreationDate": INSTALLED}
    told = [{"path": backup.restored.upper(), "sha256": "AB"}, {"path": r"D:\autre", "sha256": "C"}]

    found = read("RestoredWitness", rows(file), rows(file), found_by(hashes=told))

    assert (found.original.sha256, found.restored.sha256) == ("", "ab")


def test_the_default_device_is_the_active_one_that_was_chosen_last() -> None:
    def device(state: int, *chosen: int) -> dict[str, Any]:
        return {"DeviceState": state} | ({"Role:0": [*chosen]} if chosen else {})

    early = (0xEA, 7, 1, 0, 4, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0)
    late = (*early[:8], 9, *early[9:])
    never = (0,) * 16

    def default(*devices: dict[str, Any]) -> str | None:
        states = {rf"Render\{{{rank}}}": one for rank, one in enumerate(devices)}
        sound = read("Sound", rows(), {"keys": states}, NO_KEY, NO_KEY, NO_KEY)
        found = sound.default(Flow.PLAYS)
        return next((name for name, one in sound.devices.items() if one is found), None)

    assert default(device(1, *early), device(1, *late)) == "{1}"
    assert default(device(1, *early), device(8, *late)) == "{0}"
    assert default(device(1), device(1, *early)) == "{1}"
    assert default(device(1, *never), device(4)) == "{0}"
    assert default(device(1), device(1)) is None
    assert default() is None
