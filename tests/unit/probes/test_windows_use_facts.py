"""Facts of how a Windows is used: what is absent, what a server lacks, what is hostile."""

from dataclasses import replace
from typing import Any

import pytest

from labctl.core.verdict import Reason, Unobserved
from labctl.probes.base import NotUnderstood
from labctl.probes.registry import load_named
from tests.unit.probes.test_windows_facts import ABSENT, NO_KEY, PLAN, answers, keys, read, rows

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
ACCOUNT = LOCAL | {"Name": "adm", "SID": "S-1-5-21-1-2-3-1001"}


def pointing(kind: str, name: str, domain: str = "PC") -> dict[str, Any]:
    return {"class": kind, "selectors": {"Domain": domain, "Name": name}}


def test_the_security_centre_lists_the_others_only() -> None:
    found = read("Antivirus", rows(DEFENDER), rows(OWN, OTHER))

    assert [(one.name, one.active, one.up_to_date) for one in found.others] == [
        ("Autre", True, True)
    ]


def test_a_server_has_no_security_centre() -> None:
    assert read("Antivirus", rows(DEFENDER), ABSENT).others == ()


def test_defender_may_be_silent_where_another_protects() -> None:
    own, centre = answers("Antivirus", rows(), rows(OTHER))
    silent = replace(own, trouble=Unobserved(Reason.PROTOCOL, "0x800106ba"))

    found = load_named("Antivirus").parse(PLAN, (silent, centre))

    assert (found.is_running, found.active_others[0].name) == (False, "Autre")


def test_a_silent_defender_alone_tells_nothing() -> None:
    own, centre = answers("Antivirus", rows(), rows())
    silent = replace(own, trouble=Unobserved(Reason.TIMEOUT, "trop long"))

    with pytest.raises(NotUnderstood, match="trop long"):
        load_named("Antivirus").parse(PLAN, (silent, centre))


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
    assert (found.autorun, found.idle_s, found.shadow) == (0, 0, -1)


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

    assert read("Updates", version, keys(), NO_KEY).restart_pending
    assert not read("Updates", version, NO_KEY, NO_KEY).restart_pending


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


def test_the_session_says_whose_hive_it_is() -> None:
    user, netbios = PLAN.workstation.user, PLAN.directory.netbios
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
    session = {"USERNAME": PLAN.workstation.user, "USERDOMAIN": "PC"}
    said = [{"keys": {r"S-1-5-21-1-1-1-1\Volatile Environment": session}}, *[NO_KEY] * 9]

    assert not read("UserSettings", *said).is_open


def test_a_wired_network_of_the_same_name_is_not_the_wireless_one() -> None:
    networks = {
        "a": {"ProfileName": "Fil", "NameType": 6},
        "b": {"ProfileName": "Air", "NameType": 71},
    }
    card = {"NdisPhysicalMedium": 14, "InterfaceAdminStatus": 1}

    found = read("Wifi", rows(card), {"keys": networks})

    assert (found.has_card, found.known) == (False, frozenset({"Air"}))
