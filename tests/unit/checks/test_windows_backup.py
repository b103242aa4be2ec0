"""Backups of a Windows workstation: their task, its result, the witness saved and restored."""

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
from checks.installation.facts.operating_system import OperatingSystem
from checks.startup.facts.startups import Startups
from checks.startup.facts.task_results import TaskResults
from labctl.core.expect import Undecided
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but

STARTUPS = fact_of(Startups)
WITNESS = fact_of(RestoredWitness)
SAVED = fact_of(SavedCopies)
LATER = datetime(2026, 2, 1, tzinfo=UTC)


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
