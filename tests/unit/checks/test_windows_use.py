"""Checks of how a Windows workstation is protected, set and used."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from labctl.core.expect import Undecided
from labctl.core.verdict import Match
from labctl.probes.directory.objects import GpoLinks
from labctl.probes.windows.administrators import Administrators, Member
from labctl.probes.windows.antivirus import Antivirus, Product
from labctl.probes.windows.applied_policies import AppliedPolicies
from labctl.probes.windows.desk import Desk
from labctl.probes.windows.encryption import EncryptedVolume, Encryption
from labctl.probes.windows.firewall import Firewall, FirewallProfile
from labctl.probes.windows.hardening import Hardening
from labctl.probes.windows.logon_audit import LogonAudit
from labctl.probes.windows.remote_help import RemoteHelp
from labctl.probes.windows.restored import RestoredWitness
from labctl.probes.windows.software import Software
from labctl.probes.windows.sound import Flow, Sound, SoundDevice
from labctl.probes.windows.startup import Startup, Startups
from labctl.probes.windows.system import OperatingSystem
from labctl.probes.windows.task_results import TaskResults
from labctl.probes.windows.updates import Updates
from labctl.probes.windows.user_settings import UserSettings
from labctl.probes.windows.wifi import Wifi
from tests.checking import PLAN, fact_of, miss, refuse, run_check
from tests.facts import Facts, solved_facts

ANTIVIRUS, FIREWALL, HARDENING = fact_of(Antivirus), fact_of(Firewall), fact_of(Hardening)
USER, DESK, STARTUPS, WIFI = fact_of(UserSettings), fact_of(Desk), fact_of(Startups), fact_of(Wifi)
ADMINISTRATORS, WITNESS = fact_of(Administrators), fact_of(RestoredWitness)
LATER = datetime(2026, 2, 1, tzinfo=UTC)
STRANGER = Member(r"SIMULATION\usine", "S-1-5-21-1-1-1-1009", is_local=True)


def solved_but(*changed: object) -> Facts:
    return solved_facts(PLAN) | {type(fact): fact for fact in changed}


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (FirewallProfile(enabled=False, inbound_blocked=True), "est éteint pour le profil Public"),
        (FirewallProfile(enabled=True, inbound_blocked=False), "le profil Public laisse entrer"),
    ],
)
def test_one_open_profile_is_enough(profile: FirewallProfile, said: str) -> None:
    found = miss("K-044", replace(FIREWALL, profiles=FIREWALL.profiles | {"Public": profile}))
    assert said in found.message
    assert found.earned == 0


def test_a_stopped_firewall_protects_nothing() -> None:
    assert "MpsSvc" in miss("K-044", replace(FIREWALL, service_runs=False)).message


def test_another_antivirus_does_as_well() -> None:
    other = Antivirus(False, False, -1, (Product("Autre", active=True, up_to_date=True),))
    assert run_check("K-046", PLAN, solved_but(other)) is not None
    assert run_check("K-047", PLAN, solved_but(other)) is not None


def test_another_antivirus_that_sleeps_does_not() -> None:
    idle = Antivirus(False, False, -1, (Product("Autre", active=False, up_to_date=True),))
    assert "aucun antivirus n'est actif" in miss("K-046", idle).message


def test_old_signatures_of_another_antivirus() -> None:
    old = Antivirus(False, False, -1, (Product("Autre", active=True, up_to_date=False),))
    assert miss("K-047", old).message == "Windows dit périmées les signatures de Autre"


@pytest.mark.parametrize("age", [-1, 4, 65535])
def test_signatures_have_an_age(age: int) -> None:
    found = miss("K-047", replace(ANTIVIRUS, signatures_age_days=age))
    assert (found.expected, found.found) == ("3 jours au plus", f"{age} jours")


def test_encryption_in_progress_is_told() -> None:
    volume = EncryptedVolume(protected=False, encrypted=False, in_progress=True, method=7)
    found = miss("K-049", Encryption(fact_of(Encryption).volumes | {"D:": volume}))
    assert "le chiffrement du volume D: est en cours" in found.message
    assert 0 < found.earned < 1


def test_a_weak_method_and_an_absent_volume_are_told() -> None:
    weak = EncryptedVolume(protected=True, encrypted=True, in_progress=False, method=3)
    found = miss("K-049", Encryption({"C:": weak}))
    assert "la méthode de chiffrement du volume C: n'est pas admise" in found.message
    assert "le volume D: n'existe pas" in found.message
    assert found.earned == 0


def test_a_stranger_among_the_administrators_is_named() -> None:
    found = miss("K-043", Administrators((*ADMINISTRATORS.members, STRANGER)))
    assert (
        found.message == r"SIMULATION\usine (S-1-5-21-1-1-1-1009) ne doit pas être administrateur"
        " du poste"
    )
    assert found.earned == 0


def test_a_domain_group_of_the_same_name_is_not_the_local_account() -> None:
    members = [one for one in ADMINISTRATORS.members if not one.name.endswith("adm-local")]
    imposter = Member(r"MOANA\adm-local", "S-1-5-21-1-2-3-1200", is_local=False)
    found = miss("K-043", Administrators((*members, imposter)))
    assert "adm-local n'est pas administrateur du poste" in found.message
    assert r"MOANA\adm-local" in found.message


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"smb1": True}, "SMB version 1 : attendu non, trouvé oui"),
        ({"uac": False}, "contrôle de compte d'utilisateur : attendu oui, trouvé non"),
        ({"autorun": 145}, "lecteurs sans exécution automatique : attendu 255, trouvé 145"),
        ({"nla": False}, "authentification au niveau du réseau : attendu oui, trouvé non"),
        ({"remote_desktop": False}, "Bureau à distance : attendu oui, trouvé non"),
    ],
)
def test_each_door_is_named(changed: dict[str, Any], said: str) -> None:
    assert miss("K-055", replace(HARDENING, **changed)).message == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "jamais, 600 s au plus"), (601, "qu'après 601 s, 600 au plus")]
)
def test_an_idle_session_is_locked_in_time(seconds: int, said: str) -> None:
    assert said in miss("K-056", replace(HARDENING, idle_s=seconds)).message


def test_a_shorter_delay_is_admitted() -> None:
    assert run_check("K-056", PLAN, solved_but(replace(HARDENING, idle_s=60))) is not None


def test_a_small_log_is_told_in_mebibytes() -> None:
    found = miss("K-045", replace(HARDENING, log_kib=20 << 10))
    assert found.message == "le journal de sécurité garde 20 Mio au plus, 64 sont demandés"


def test_a_log_that_stops_when_it_is_full_loses_what_follows() -> None:
    assert "une fois plein" in miss("K-045", replace(HARDENING, log_stops=True)).message


@pytest.mark.parametrize(
    ("audit", "said"),
    [
        (LogonAudit(success=False, failure=True), "réussies ne sont pas auditées"),
        (LogonAudit(success=True, failure=False), "échouées ne sont pas auditées"),
    ],
)
def test_each_outcome_of_a_logon_is_noted(audit: LogonAudit, said: str) -> None:
    assert said in miss("K-045", audit).message


def test_logons_that_the_subject_does_not_ask_for_may_go_unnoted() -> None:
    asked = PLAN.windows.use.security
    use = replace(PLAN.windows.use, security=replace(asked, audited=frozenset({"reussies"})))
    workstation = replace(PLAN.workstation, windows=replace(PLAN.windows, use=use))
    plan = replace(PLAN, workstation=workstation)

    assert run_check("K-045", plan, solved_but(LogonAudit(success=True, failure=False))) is not None


def test_an_audit_that_could_not_be_read_is_for_a_person_unless_the_log_is_too_small() -> None:
    unread = LogonAudit(problem="Accès refusé")
    error = refuse("K-045", unread)
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail
    assert "20 Mio" in miss("K-045", unread, replace(HARDENING, log_kib=20 << 10)).message


def test_a_policy_that_was_not_applied_is_named() -> None:
    found = miss("K-082", AppliedPolicies(frozenset({"Default Domain Policy"}), -1))
    assert "le poste n'a pas appliqué la stratégie GPO_POSTES_SECURITE" in found.message


@pytest.mark.parametrize(("build", "ubr"), [(26100, 2313), (22631, 9999)])
def test_versions_are_compared_in_order(build: int, ubr: int) -> None:
    found = miss("K-054", replace(fact_of(Updates), build=build, ubr=ubr))
    assert found.message == f"Windows est en {build}.{ubr}, antérieur à 26100.2314"


def test_a_pending_restart_is_told() -> None:
    found = miss("K-054", replace(fact_of(Updates), restart_pending=True))
    assert found.message == "une mise à jour attend un redémarrage"


def test_a_windows_that_takes_no_update_any_more() -> None:
    found = miss("K-054", replace(fact_of(Updates), service_disabled=True))
    assert found.message == "le service Windows Update (wuauserv) est désactivé"


def test_speakers_are_no_headset() -> None:
    devices = fact_of(Sound).devices
    speakers = {name: replace(one, form_factor=1) for name, one in devices.items()}
    found = miss("K-029", Sound(speakers))
    assert "aucun casque actif pour entendre" in found.message


@pytest.mark.parametrize(
    ("flow", "shape", "said"),
    [(Flow.PLAYS, 1, "sort par défaut"), (Flow.RECORDS, 2, "entre par défaut")],
)
def test_a_headset_that_is_not_the_default_device(flow: Flow, shape: int, said: str) -> None:
    other = SoundDevice(flow, shape, active=True, faulty=False, chosen_at=LATER)
    found = miss("K-029", Sound(fact_of(Sound).devices | {"{autre}": other}))
    assert said in found.message
    assert 0 < found.earned < 1


def test_a_default_device_that_windows_does_not_tell_is_for_a_person() -> None:
    devices = {name: replace(one, chosen_at=None) for name, one in fact_of(Sound).devices.items()}
    assert isinstance(refuse("K-029", Sound(devices)), Undecided)


def test_what_is_left_at_start_up_is_named() -> None:
    left = replace(STARTUPS, programs=(Startup("McToolbar", "toolbar.exe"),))
    found = miss("K-031", left)
    assert "démarre encore : McToolbar" in found.message
    assert 0 < found.earned < 1


def test_the_program_to_remove_is_still_there() -> None:
    programs = (*fact_of(Software).programs, "McToolbar 3.1")
    assert "est encore installé" in miss("K-031", Software(programs)).message


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enabled": False}, "est désactivée"),
        ({"daily_at": frozenset({"03:00"})}, "attendu 12:30, trouvé 03:00"),
        ({"account": "SYSTEM"}, "attendu svc-sauvegarde, trouvé system"),
    ],
)
def test_the_task_of_the_backup(changed: dict[str, Any], said: str) -> None:
    (task,) = STARTUPS.tasks
    assert said in miss("K-051", replace(STARTUPS, tasks=(replace(task, **changed),))).message


@pytest.mark.parametrize(
    ("command", "result", "said"),
    [
        ("robocopy.exe", 8, "a échoué la dernière fois : résultat 0x8"),
        ("robocopy.exe", 0x41303, "n'a jamais été exécutée"),
        (r"C:\outils\copie.exe", 1, "résultat 0x1"),
        (r"C:\robocopy.exe\copie.exe", 1, "résultat 0x1"),
        ("robocopyer.exe", 1, "résultat 0x1"),
    ],
)
def test_the_last_backup_failed(command: str, result: int, said: str) -> None:
    found = miss("K-051", backup_by(command), TaskResults({r"\Sauvegarde": result}))
    assert said in found.message


@pytest.mark.parametrize(
    ("command", "result"),
    [
        ("robocopy", 7),
        (r'"C:\Windows\System32\Robocopy.exe"', 3),
        (r"C:\Windows\System32\robocopy.exe", 1),
        ("cmd.exe /c robocopy", 1),
        (r"C:\outils\copie.exe", 0),
    ],
)
def test_the_last_backup_succeeded(command: str, result: int) -> None:
    facts = solved_but(backup_by(command), TaskResults({r"\Sauvegarde": result}))
    assert run_check("K-051", PLAN, facts) is not None


def test_a_result_that_could_not_be_read_is_for_a_person_unless_the_task_is_wrong() -> None:
    unread = TaskResults(problem="Accès refusé")
    (task,) = STARTUPS.tasks
    wrong = replace(STARTUPS, tasks=(replace(task, enabled=False),))
    error = refuse("K-051", unread)
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail
    assert "est désactivée" in miss("K-051", unread, wrong).message


def test_a_task_that_runs_has_no_result_yet() -> None:
    error = refuse("K-051", TaskResults({r"\Sauvegarde": 0x41301}))
    assert isinstance(error, Undecided)
    assert "en cours" in error.detail


def test_a_script_of_the_right_account_is_for_a_person_to_read() -> None:
    (task,) = STARTUPS.tasks
    script = replace(task, commands=(r"powershell.exe -File C:\sauvegarde.ps1",))
    facts = (replace(STARTUPS, tasks=(script,)), TaskResults({task.name: 0}))
    error = refuse("K-051", *facts)
    assert isinstance(error, Undecided)
    assert r"ne nomme pas \\NAS-ARU-01\SAUVEGARDES$" in error.detail


def backup_by(command: str) -> Startups:
    """Return the backup's task, whose command is another."""
    (task,) = STARTUPS.tasks
    target = PLAN.windows.use.backup.target
    return replace(STARTUPS, tasks=(replace(task, commands=(rf"{command} D:\Donnees {target}",)),))


def test_a_task_that_copies_elsewhere_is_not_the_backup() -> None:
    (task,) = STARTUPS.tasks
    other = replace(task, account="SYSTEM", commands=(r"robocopy D:\Donnees E:\ ",))
    assert r"\\NAS-ARU-01\SAUVEGARDES$" in miss("K-051", replace(STARTUPS, tasks=(other,))).message


def test_the_best_of_two_tasks_is_judged() -> None:
    (task,) = STARTUPS.tasks
    tasks = (replace(task, name=r"\Essai", enabled=False), task)
    assert run_check("K-051", PLAN, solved_but(replace(STARTUPS, tasks=tasks))) is not None


def test_a_witness_written_again_was_not_restored() -> None:
    assert WITNESS.restored is not None
    copy = replace(WITNESS.restored, modified=WITNESS.restored.modified + timedelta(hours=1))
    found = miss("K-053", replace(WITNESS, restored=copy))
    assert "n'a pas la date de l'original" in found.message


def test_a_restored_file_has_the_hash_of_the_original() -> None:
    assert WITNESS.restored is not None
    other = replace(WITNESS, restored=replace(WITNESS.restored, sha256="00"))
    found = miss("K-053", other)
    assert found.message == "le fichier restauré n'a pas le contenu de l'original"
    assert found.earned == 0


def test_a_hash_that_could_not_be_read_is_for_a_person_unless_the_rest_tells() -> None:
    assert WITNESS.restored is not None
    unread = replace(WITNESS, restored=replace(WITNESS.restored, sha256=""), problem="verrouillé")
    error = refuse("K-053", unread)
    assert isinstance(error, Undecided)
    assert "verrouillé" in error.detail
    assert unread.restored is not None
    longer = replace(unread, restored=replace(unread.restored, size=65))
    assert "taille" in miss("K-053", longer).message


def test_a_file_restored_before_windows_was_installed() -> None:
    late = replace(fact_of(OperatingSystem), installed_at=LATER)
    assert "plus ancien que Windows" in miss("K-053", late).message


def test_without_the_original_nothing_can_be_compared() -> None:
    assert isinstance(refuse("K-053", replace(WITNESS, original=None)), Undecided)


def test_the_restored_witness_is_missed_by_its_path() -> None:
    found = miss("K-053", replace(WITNESS, restored=None))
    assert r"D:\Restauration\TEMOIN-01.txt" in found.message


@pytest.mark.parametrize(
    ("wifi", "said"),
    [
        (Wifi(has_card=False, is_enabled=False, known=frozenset()), "pas de carte sans fil"),
        (replace(WIFI, known=frozenset({"Autre"})), "n'a jamais rejoint"),
        (replace(WIFI, is_enabled=False), "est désactivée"),
        (replace(WIFI, profiles={"Autre": True}), "n'a plus le profil"),
        (replace(WIFI, profiles=dict.fromkeys(WIFI.profiles, False)), "ne rejoint pas seul"),
    ],
)
def test_the_wireless_network_is_the_fallback(wifi: Wifi, said: str) -> None:
    assert said in miss("K-036", wifi).message


def test_profiles_that_could_not_be_read_are_for_a_person_unless_the_card_tells() -> None:
    unread = replace(WIFI, profiles={}, problem="Accès refusé")
    error = refuse("K-036", unread)
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail
    assert "est désactivée" in miss("K-036", replace(unread, is_enabled=False)).message


@pytest.mark.parametrize("check", ["K-032", "K-033", "K-038", "K-039"])
def test_a_closed_session_proves_nothing(check: str) -> None:
    error = refuse(check, UserSettings(is_open=False))
    assert isinstance(error, Undecided)
    assert PLAN.workstation.user in error.detail


def test_paths_and_browsers_are_compared_in_any_case() -> None:
    user = replace(USER, wallpaper=USER.wallpaper.upper())
    assert run_check("K-032", PLAN, solved_but(user)) is not None


def test_another_browser_is_named() -> None:
    assert "MSEdgeHTM" in miss("K-032", replace(USER, browser="MSEdgeHTM")).message


def test_a_home_page_set_by_hand_is_for_a_person_to_see() -> None:
    assert isinstance(refuse("K-032", replace(DESK, home_page="")), Undecided)
    found = miss("K-032", replace(DESK, home_page="https://www.example.test/"))
    assert "page d'accueil : attendu https://intranet.moana.test" in found.message


def test_comfort_is_compared_need_by_need() -> None:
    found = miss("K-033", replace(USER, text_pct=100))
    assert found.message == "taille du texte, en % : attendu 150, trouvé 100"
    assert found.earned == Decimal("0.5")


def test_a_drive_that_leads_elsewhere() -> None:
    found = miss("K-038", replace(USER, drives=USER.drives | {"S:": r"\\NAS-ARU-01\SCANS"}))
    assert found.message == r"lecteur S: : attendu \\nas-aru-01\commun, trouvé \\nas-aru-01\scans"


def test_the_whole_name_of_the_server_is_the_same_server() -> None:
    drives = USER.drives | {"S:": r"\\NAS-ARU-01.moana.test\COMMUN"}
    assert run_check("K-038", PLAN, solved_but(replace(USER, drives=drives))) is not None


def test_a_drive_that_a_policy_may_map_is_not_missed() -> None:
    without = replace(USER, drives={})
    assert isinstance(refuse("K-038", without), Undecided)


def test_a_drive_that_no_linked_policy_maps_is_missed() -> None:
    found = miss("K-038", replace(USER, drives={}), GpoLinks((), frozenset()))
    assert found.message.count("trouvé rien") == 2


def test_another_default_printer() -> None:
    assert miss("K-039", replace(USER, printer="Microsoft Print to PDF")).earned == 0


def test_a_printer_of_a_server_is_known_by_its_name() -> None:
    shared = replace(USER, printer=rf"\\SRV\{USER.printer}")
    assert run_check("K-039", PLAN, solved_but(shared)) is not None


@pytest.mark.parametrize("shadow", [2, 4])
def test_a_session_taken_without_consent(shadow: int) -> None:
    found = miss("K-120", replace(HARDENING, shadow=shadow))
    assert f"Shadow = {shadow}" in found.message


@pytest.mark.parametrize("shadow", [1, 3])
def test_a_session_from_afar_is_a_trace_as_good_as_a_log(shadow: int) -> None:
    sessions = RemoteHelp(frozenset(), fact_of(RemoteHelp).sessions)
    found = run_check("K-120", PLAN, solved_but(sessions, replace(HARDENING, shadow=shadow)))
    assert isinstance(found, Match)
    assert "session venue de 192.0.2.10 (évènement 1149" in found.found
    assert "accord donné (évènement 20510" in found.found


def test_no_trace_of_help_proves_nothing() -> None:
    assert isinstance(refuse("K-120", RemoteHelp(frozenset())), Undecided)
    error = refuse("K-120", RemoteHelp(frozenset(), problem="Accès refusé"))
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail


def test_a_session_that_nobody_may_watch_is_for_a_person() -> None:
    error = refuse("K-120", replace(HARDENING, shadow=0))
    assert isinstance(error, Undecided)
    assert "Shadow = 0" in error.detail
