"""Facts of how a Windows workstation is protected and set: solved, and as from the shop."""

from datetime import UTC, datetime, timedelta

from checks.accounts.demand import LocalAccounts
from checks.accounts.facts.administrators import Administrators, Member
from checks.backup.demand import Backup
from checks.backup.facts.copies import SavedCopies, SavedCopy
from checks.backup.facts.witness import RestoredWitness, WitnessFile
from checks.desk.demand import Personalisation
from checks.desk.facts.desk import Desk
from checks.desk.facts.user_settings import UserSettings
from checks.desk.people import list_drives, login_of
from checks.directory.demand import Directory
from checks.group_policy.facts.applied import AppliedPolicies
from checks.hardening.demand import Hardened
from checks.hardening.facts.hardening import Hardening
from checks.hardening.facts.logon_audit import LogonAudit
from checks.installation.demand import Installation
from checks.protection.demand import Protection
from checks.protection.facts.antivirus import Antivirus
from checks.protection.facts.encryption import EncryptedVolume, Encryption
from checks.protection.facts.firewall import Firewall, FirewallProfile
from checks.protection.facts.recovery import RecoveryKeys
from checks.protection.facts.threats import Detection, Threats
from checks.remote_help.facts import RemoteHelp, RemoteSession
from checks.shares.demand import Shares
from checks.software.demand import Programs
from checks.sound.facts import Flow, Sound, SoundDevice
from checks.startup.facts.startups import Startup, Startups, Task
from checks.startup.facts.task_results import TaskResults
from checks.updates.demand import UpdateLevel
from checks.updates.facts.updates import Updates
from checks.virtualisation.demand import Hypervisor
from checks.virtualisation.facts.guests import Guest, Guests
from checks.wireless_client.demand import Fallback
from checks.wireless_client.facts import Wifi
from labctl.plan.model import Plan

WRITTEN = datetime(2026, 1, 5, 8, tzinfo=UTC)
SOLVED = datetime(2026, 1, 6, 12, tzinfo=UTC)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
LOCAL, DOMAIN = "S-1-5-21-1000000001-2000000002-3000000003", "S-1-5-21-1-2-3"
PROFILES = ("Domain", "Private", "Public")


def solved_use(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a workstation where everything asked is done."""
    personal = plan.demand(Personalisation)
    comfort = personal.comfort
    guest = plan.demand(Hypervisor).vm
    hardened, encryption = plan.demand(Hardened), plan.demand(Protection).encryption
    login = login_of(plan)
    log = rf"c:\users\{login}\documents\remote assistance logs\20260105083000.xml"
    return (
        _administrators(plan),
        Antivirus(is_running=True, real_time=True, signatures_age_days=0, others=()),
        AppliedPolicies(frozenset({"GPO_POSTES_SECURITE"}), 1),
        Desk(personal.power_plan, personal.home_page, {personal.printer: True}),
        Encryption(
            {
                letter: EncryptedVolume(protected=True, encrypted=True, in_progress=False, method=7)
                for letter in encryption.volumes
            }
        ),
        Firewall(
            service_runs=True,
            profiles={
                name: FirewallProfile(enabled=True, inbound_blocked=True) for name in PROFILES
            },
        ),
        Hardening(
            smb1=False,
            uac=True,
            autorun=255,
            remote_desktop=True,
            nla=True,
            shadow=1,
            idle_s=hardened.idle_s,
            log_kib=hardened.log_mib << 10,
            log_stops=False,
        ),
        LogonAudit(success=True, failure=True),
        RemoteHelp(
            frozenset({log}),
            (
                RemoteSession(1149, SOLVED - timedelta(minutes=30), "192.0.2.10"),
                RemoteSession(20510, SOLVED - timedelta(minutes=29), ""),
            ),
        ),
        RestoredWitness(
            WitnessFile(64, WRITTEN, WRITTEN, SHA256),
            WitnessFile(64, WRITTEN, SOLVED - timedelta(hours=1), SHA256),
        ),
        Guests(frozenset({"hyper-v"}), (Guest(guest.name, guest.ram_mib, guest.vcpu),)),
        RecoveryKeys({plan.desks[0].hostname.upper(): len(encryption.volumes)}),
        Threats((Detection(2147519003, SOLVED, stopped=True),)),
        SavedCopies(
            has_folder=True,
            copies=tuple(
                SavedCopy(f"{folder}/{plan.demand(Backup).witness}", SHA256, SOLVED)
                for folder in ("premiere", "seconde")
            ),
            sealed=(),
        ),
        Sound(
            {
                "{51d00000-0000-0000-0000-0000000000a0}": _device(Flow.PLAYS, 3, 12),
                "{51d00000-0000-0000-0000-0000000000a1}": _device(Flow.RECORDS, 4, 12),
                "{51d00000-0000-0000-0000-0000000000a2}": _device(Flow.PLAYS, 1, 8),
            }
        ),
        Startups((), (_backup(plan),)),
        TaskResults({r"\Sauvegarde": 1}),
        Updates(
            plan.demand(Installation).of_windows().build_min,
            plan.demand(UpdateLevel).ubr_min,
            restart_pending=False,
            service_disabled=False,
        ),
        UserSettings(
            is_open=True,
            wallpaper=personal.wallpaper,
            browser=f"{plan.demand(Programs).browser}-308046B0AF4A39CB",
            printer=personal.printer,
            drives={
                letter: rf"\\{plan.nodes[plan.demand(Shares).on].hostname}\{share}"
                for letter, share in list_drives(plan).items()
            },
            text_pct=comfort.text_pct or 100,
            high_contrast=comfort.high_contrast,
            filter_keys=comfort.filter_keys,
            colour_filter=comfort.colour_filter,
            mouse_speed=comfort.mouse_speed or 10,
        ),
        Wifi(
            has_card=True,
            is_enabled=True,
            known=frozenset({plan.demand(Fallback).ssid}),
            profiles={plan.demand(Fallback).ssid: True},
        ),
    )


def untouched_use(_plan: Plan) -> tuple[object, ...]:
    """Return the facts of a workstation as delivered."""
    update = r"C:\Program Files (x86)\McToolbar\update.exe"
    return (
        Administrators(()),
        Antivirus(is_running=True, real_time=False, signatures_age_days=45, others=()),
        AppliedPolicies(frozenset(), -1),
        Desk("8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c", "", {}),
        Encryption({"C:": EncryptedVolume(False, False, False, 0)}),
        Firewall(
            service_runs=True,
            profiles={
                name: FirewallProfile(enabled=name == "Public", inbound_blocked=False)
                for name in PROFILES
            },
        ),
        Hardening(
            smb1=True,
            uac=False,
            autorun=0,
            remote_desktop=False,
            nla=True,
            shadow=2,
            idle_s=0,
            log_kib=20 << 10,
            log_stops=False,
        ),
        LogonAudit(success=True, failure=False),
        RemoteHelp(frozenset()),
        RestoredWitness(None, None),
        Guests(frozenset(), ()),
        RecoveryKeys({}),
        Threats(()),
        SavedCopies(has_folder=False, copies=(), sealed=()),
        Sound({}),
        Startups(
            (Startup("McToolbar", r"C:\Program Files (x86)\McToolbar\toolbar.exe"),),
            (Task(r"\McToolbar\McToolbarUpdate", True, "SYSTEM", (update,), frozenset()),),
        ),
        TaskResults({r"\McToolbar\McToolbarUpdate": 0}),
        Updates(19045, 2715, restart_pending=False, service_disabled=False),
        UserSettings(is_open=False),
        Wifi(has_card=False, is_enabled=False, known=frozenset()),
    )


def _administrators(plan: Plan) -> Administrators:
    return Administrators(
        (
            Member(
                rf"SIMULATION\{plan.demand(LocalAccounts).admin.name}",
                f"{LOCAL}-3002",
                is_local=True,
            ),
            Member(r"SIMULATION\Administrateur", f"{LOCAL}-500", is_local=True),
            Member(rf"SIMULATION\{plan.management.account}", f"{LOCAL}-1000", is_local=True),
            Member(rf"{plan.demand(Directory).netbios}\RID 512", f"{DOMAIN}-512", is_local=False),
        )
    )


def _device(flow: Flow, form_factor: int, hour: int) -> SoundDevice:
    chosen_at = WRITTEN.replace(hour=hour)
    return SoundDevice(flow, form_factor, active=True, faulty=False, chosen_at=chosen_at)


def _backup(plan: Plan) -> Task:
    backup = plan.demand(Backup)
    source = backup.original.rpartition("\\")[0]
    words = rf"robocopy {source} ({backup.target}\ + (Get-Date -f yyyyMMdd-HHmmss)) /E"
    return Task(
        name=r"\Sauvegarde",
        enabled=True,
        account=rf"{plan.demand(Directory).netbios}\{backup.account}",
        commands=(f'powershell.exe -NoProfile -Command "{words}"',),
        daily_at=frozenset({backup.at}),
    )
