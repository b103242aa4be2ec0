"""Checks of how a Windows workstation is set and used, saved and helped."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from checks.backup.demand import Backup
from checks.backup.facts.copies import SavedCopies
from checks.backup.facts.witness import RestoredWitness
from checks.backup.witness import list_hashes, write_witness
from checks.desk.facts.desk import Desk
from checks.desk.facts.user_settings import UserSettings
from checks.group_policy.facts.links import GpoLinks
from checks.hardening.facts.hardening import Hardening
from checks.installation.facts.operating_system import OperatingSystem
from checks.remote_help.demand import RemoteSupport
from checks.remote_help.facts import RemoteHelp
from checks.software.facts import Software
from checks.sound.facts import Flow, Sound, SoundDevice
from checks.startup.facts.startups import Startup, Startups
from checks.startup.facts.task_results import TaskResults
from checks.wireless_client.facts import Wifi
from labctl.core.expect import Undecided
from labctl.core.verdict import Match
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but
from tests.plans import asking

USER, DESK, STARTUPS, WIFI = fact_of(UserSettings), fact_of(Desk), fact_of(Startups), fact_of(Wifi)
HARDENING, WITNESS = fact_of(Hardening), fact_of(RestoredWitness)
SAVED = fact_of(SavedCopies)
LATER = datetime(2026, 2, 1, tzinfo=UTC)


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


@pytest.mark.parametrize("result", [1, 7])
@pytest.mark.parametrize(
    "command",
    [
        r"C:\Scripts\sauvegarde.cmd",
        r'cmd.exe /c "C:\Mes scripts\Sauvegarde.BAT"',
        r"powershell.exe -File C:\sauvegarde.ps1",
        r"wscript.exe 'C:\sauvegarde.vbs'",
    ],
)
def test_a_small_result_of_a_script_may_be_that_of_robocopy(command: str, result: int) -> None:
    error = refuse("K-051", backup_by(command), TaskResults({r"\Sauvegarde": result}))
    assert isinstance(error, Undecided)
    assert f"a rendu 0x{result}, un succès s'il finit par robocopy" in error.detail


@pytest.mark.parametrize(
    ("command", "result"), [(r"C:\sauvegarde.cmd", 8), (r"C:\sauvegarde.cmd.exe", 1)]
)
def test_a_script_whose_result_no_robocopy_explains(command: str, result: int) -> None:
    found = miss("K-051", backup_by(command), TaskResults({r"\Sauvegarde": result}))
    assert f"a échoué la dernière fois : résultat 0x{result}" in found.message


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
    target = PLAN.demand(Backup).target
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


def test_a_copy_older_than_windows_is_for_a_person() -> None:
    error = refuse("K-053", replace(fact_of(OperatingSystem), installed_at=LATER))
    assert isinstance(error, Undecided)
    assert "date que robocopy conserve" in error.detail


def test_a_copy_that_robocopy_dated_as_its_source_is_for_a_person() -> None:
    assert WITNESS.original is not None
    assert WITNESS.restored is not None
    copy = replace(WITNESS.restored, created=WITNESS.original.created)
    error = refuse("K-053", replace(WITNESS, restored=copy))
    assert isinstance(error, Undecided)
    other = replace(copy, sha256="00")
    assert "contenu" in miss("K-053", replace(WITNESS, restored=other)).message


def test_without_the_original_nothing_can_be_compared() -> None:
    assert isinstance(refuse("K-053", replace(WITNESS, original=None)), Undecided)


def test_the_restored_witness_is_missed_by_its_path() -> None:
    found = miss("K-053", replace(WITNESS, restored=None))
    assert r"D:\Restauration\TEMOIN-01.txt" in found.message


def test_a_backup_without_the_witness_earns_nothing() -> None:
    found = miss("K-052", replace(SAVED, copies=()))
    assert found.message == "TEMOIN-01.txt n'est pas dans le partage SAUVEGARDES$"
    assert found.earned == 0


def test_one_version_of_the_witness_is_half_of_it() -> None:
    found = miss("K-052", replace(SAVED, copies=SAVED.copies[:1]))
    assert found.message == ("1 version du témoin dans la sauvegarde : la suivante l'a remplacée")
    assert found.earned == Decimal("0.5")


def test_a_witness_of_another_content_is_no_backup() -> None:
    copies = tuple(replace(one, sha256="0" * 64) for one in SAVED.copies)
    found = miss("K-052", replace(SAVED, copies=copies))
    assert "premiere/TEMOIN-01.txt n'a pas le contenu de l'original" in found.message
    assert found.earned == 0


def test_other_copies_than_the_witness_prove_nothing_without_the_original() -> None:
    assert isinstance(refuse("K-052", replace(WITNESS, original=None)), Undecided)


@pytest.mark.parametrize(
    "made",
    [
        lambda text: text,
        lambda text: text.replace("\r\n", "\n"),  # pasted into a terminal
        lambda text: text.replace("\r\n", "\n") + "\n",  # and Enter typed
        lambda text: text.replace("\r\n", "\n\n"),  # each end of line taken for two
    ],
)
def test_the_witness_that_was_handed_over_needs_no_original_on_the_machine(
    made: Callable[[str], str],
) -> None:
    digest = hashlib.sha256(made(write_witness(PLAN)).encode()).hexdigest()
    copies = tuple(replace(one, sha256=digest) for one in SAVED.copies)
    run_check("K-052", PLAN, solved_but(replace(SAVED, copies=copies)))


def test_a_witness_without_its_last_line_is_not_the_witness() -> None:
    text = write_witness(PLAN).rstrip().rpartition("\r\n")[0]
    assert hashlib.sha256(text.encode()).hexdigest() not in list_hashes(PLAN)


def test_a_backup_that_only_its_program_opens_is_for_a_person() -> None:
    why = refuse("K-052", replace(SAVED, copies=(), sealed=("restic : depot",)))
    assert isinstance(why, Undecided)
    assert "restic : depot" in why.detail


def test_a_repository_of_another_password_is_for_a_person() -> None:
    why = refuse("K-052", replace(SAVED, copies=SAVED.copies[:1], closed=("Borg : depot",)))
    assert isinstance(why, Undecided)
    assert "Borg : depot ne s'ouvre pas" in why.detail


@pytest.mark.parametrize(
    ("wifi", "said"),
    [
        (Wifi(has_card=False, is_enabled=False, known=frozenset()), "pas de carte sans fil"),
        (replace(WIFI, known=frozenset({"Autre"}), profiles={"Autre": True}), "n'a jamais rejoint"),
        (replace(WIFI, is_enabled=False), "est désactivée"),
        (replace(WIFI, profiles={"Autre": True}), "n'a plus le profil"),
        (replace(WIFI, profiles=dict.fromkeys(WIFI.profiles, False)), "ne rejoint pas seul"),
    ],
)
def test_the_wireless_network_is_the_fallback(wifi: Wifi, said: str) -> None:
    assert said in miss("K-036", wifi).message


@pytest.mark.parametrize("known", [(), (PLAN.domain,), ("MN-Personnel-01 2",)])
def test_a_network_that_windows_names_otherwise_is_for_a_person(known: tuple[str, ...]) -> None:
    renamed = replace(WIFI, known=frozenset(known))
    error = refuse("K-036", renamed)
    assert isinstance(error, Undecided)
    assert "sous le nom du domaine" in error.detail
    by_hand = replace(renamed, profiles=dict.fromkeys(WIFI.profiles, False))
    assert "ne rejoint pas seul" in miss("K-036", by_hand).message


def test_without_the_profiles_another_name_proves_nothing() -> None:
    unread = replace(WIFI, known=frozenset(), profiles={}, problem="Accès refusé")
    assert isinstance(refuse("K-036", unread), Undecided)


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
    assert "htehei" in error.detail


def test_paths_and_browsers_are_compared_in_any_case() -> None:
    user = replace(USER, wallpaper=USER.wallpaper.upper())
    assert run_check("K-032", PLAN, solved_but(user)) is not None


PHOTOS = r"C:\Users\htehei\AppData\Local\Packages\Photos\LocalState\PhotosAppBackground"


def test_a_picture_of_the_same_name_in_another_folder_is_for_a_person() -> None:
    copy = replace(USER, wallpaper=rf"{PHOTOS}\Fond.png")
    error = refuse("K-032", copy, replace(DESK, home_page=""))
    assert isinstance(error, Undecided)
    assert error.detail == (
        "le fond d'écran est une image de ce nom, d'un autre dossier : à voir à l'écran ; "
        "aucune stratégie n'impose la page d'accueil : à voir à l'écran"
    )
    assert "MSEdgeHTM" in miss("K-032", replace(copy, browser="MSEdgeHTM")).message


def test_another_picture_is_named() -> None:
    found = miss("K-032", replace(USER, wallpaper=rf"{PHOTOS}\img0.jpg"))
    assert found.message.startswith("fond d'écran : attendu d:\\donnees\\charte\\fond.png, trouvé")


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
    assert found.message == r"lecteur S : attendu \\nas-aru-01\commun, trouvé \\nas-aru-01\scans"


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


LOGON = RemoteHelp(frozenset(), fact_of(RemoteHelp).sessions[:1])


def test_a_session_that_asked_nobody_is_for_a_person() -> None:
    error = refuse("K-120", LOGON)
    assert isinstance(error, Undecided)
    assert "sans trace d'un accord" in error.detail


def test_a_session_that_asked_nobody_is_enough_where_no_consent_is_asked() -> None:
    plan = asking(PLAN, PLAN.demand(RemoteSupport).model_copy(update={"consent": False}))
    assert run_check("K-120", plan, solved_but(LOGON)) is not None


def test_no_trace_of_help_proves_nothing() -> None:
    assert isinstance(refuse("K-120", RemoteHelp(frozenset())), Undecided)
    error = refuse("K-120", RemoteHelp(frozenset(), problem="Accès refusé"))
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail


def test_a_session_that_nobody_may_watch_is_for_a_person() -> None:
    error = refuse("K-120", replace(HARDENING, shadow=0))
    assert isinstance(error, Undecided)
    assert "Shadow = 0" in error.detail
