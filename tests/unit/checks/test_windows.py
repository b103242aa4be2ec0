"""Installation of a Windows workstation: its edition, volumes, settings, master and key."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from checks.hardware.facts.events import Event, SystemErrors
from checks.hardware.facts.hardware import FaultyDevice, FaultyDevices
from checks.installation.demand import Installation
from checks.installation.facts.deployment import Deployment, Firmware, Licence, RegionSettings
from checks.installation.facts.operating_system import OperatingSystem
from checks.software.facts import Software
from checks.storage.facts import BootDisk, Drive, DriveHealth, Volume, Volumes
from labctl.core.expect import NotAsked, Undecided
from labctl.plan.model import Plan
from tests.checking import PLAN, fact_of, miss, refuse, run_check
from tests.facts import solved_facts
from tests.plans import asking
from tests.windows_facts import GIB, NOW

SYSTEM = fact_of(OperatingSystem)


def plan_with(**system: object) -> Plan:
    """Return the plan, its Windows asked otherwise."""
    asked = PLAN.demand(Installation)
    windows = asked.of_windows().model_copy(update=system)
    return asking(PLAN, asked.model_copy(update={"windows": windows}))


def test_another_edition_is_named_by_its_number() -> None:
    found = miss("K-001", replace(SYSTEM, sku=101))
    assert found.message == ("édition de Windows : attendu Professionnel (SKU 48), trouvé SKU 101")
    assert (found.expected, found.found, found.earned) == ("48", "101", Decimal(0))


def test_an_older_build_is_refused_and_a_newer_one_is_not() -> None:
    found = miss("K-002", replace(SYSTEM, build=26099))
    newer = solved_facts(PLAN) | {OperatingSystem: replace(SYSTEM, build=27000)}

    assert found.message == "version 26099 de Windows, plus ancienne que 26100"
    assert found.expected == "version 26100 ou plus récente"
    said = run_check("K-002", PLAN, newer)
    assert said is not None
    assert said.found == "27000"


@pytest.mark.parametrize("age", [timedelta(hours=12, seconds=1), timedelta(seconds=-1)])
def test_windows_installed_out_of_the_exam(age: timedelta) -> None:
    """Long before, or in the future of the workstation's own clock."""
    found = miss("K-003", replace(SYSTEM, installed_at=NOW - age))
    assert "hors des 12 h de l'épreuve" in found.message


@pytest.mark.parametrize("age", [timedelta(hours=12), timedelta(0)])
def test_windows_installed_at_the_edge_of_the_exam(age: timedelta) -> None:
    at_edge = replace(SYSTEM, installed_at=NOW - age)
    assert run_check("K-003", PLAN, solved_facts(PLAN) | {OperatingSystem: at_edge})


def test_secure_boot_that_is_off() -> None:
    found = miss("K-004", Firmware(is_uefi=True, secure_boot=False))
    assert found.message == "démarrage sécurisé : attendu oui, trouvé non"
    assert found.earned == 0


def test_a_bios_earns_nothing() -> None:
    assert miss("K-004", Firmware(is_uefi=False, secure_boot=True)).earned == 0


def test_a_subject_may_ask_for_a_bios() -> None:
    facts = solved_facts(PLAN) | {Firmware: Firmware(is_uefi=False, secure_boot=False)}
    assert run_check("K-004", plan_with(is_uefi=False, secure_boot=False), facts)


def test_partition_table_is_named() -> None:
    found = miss("K-005", BootDisk(is_gpt=False))
    assert found.message == "table de partitions : attendu GPT, trouvé MBR"


def volumes(*, label: str = "DONNEES", gib: float = 40, fs: str = "NTFS") -> Volumes:
    """Return both volumes, the second one as given."""
    system = Volume("C:", "NTFS", "SYSTEME", 200 * GIB)
    return Volumes((system, Volume("D:", fs, label, int(gib * GIB))))


LOCKED = Volume("D:", "", "", 0)


def test_a_locked_volume_is_for_a_person() -> None:
    found = refuse("K-006", Volumes((*volumes().volumes[:1], LOCKED)))

    assert isinstance(found, Undecided)
    assert found.detail == "D: : verrouillé (BitLocker) ou non formaté, à voir sur le poste"


def test_beside_a_locked_volume_the_others_are_judged() -> None:
    system = replace(volumes().volumes[0], label="Disque local")
    found = miss("K-006", Volumes((system, LOCKED)))
    assert found.message == "volume C:, nom : attendu SYSTEME, trouvé Disque local"


def test_a_label_is_a_part_of_a_volume() -> None:
    found = miss("K-006", volumes(label="donnees"))
    assert found.message == "volume D:, nom : attendu DONNEES, trouvé donnees"
    assert found.earned == Decimal("0.75")


def test_a_missing_volume_says_all_that_it_should_be() -> None:
    found = miss("K-006", Volumes(volumes().volumes[:1]))
    assert "volume D:, système de fichiers : attendu NTFS, trouvé rien" in found.message
    assert found.message.endswith(" ; D: n'existe pas")
    assert found.earned == Decimal("0.25")


@pytest.mark.parametrize("gib", [37.9, 42.1])
def test_a_size_out_of_tolerance(gib: float) -> None:
    said = f"D: fait {gib} Gio au lieu de 40 Gio à 5 % près".replace(".", ",")
    assert miss("K-006", volumes(gib=gib)).message == said


@pytest.mark.parametrize("gib", [38, 42])
def test_a_size_within_tolerance(gib: int) -> None:
    assert run_check("K-006", PLAN, solved_facts(PLAN) | {Volumes: volumes(gib=gib)})


def test_another_file_system() -> None:
    found = miss("K-006", volumes(fs="EXFAT"))
    assert found.message == "volume D:, système de fichiers : attendu NTFS, trouvé EXFAT"


def test_language_keyboard_and_time_zone_are_apart() -> None:
    found = miss("K-008", RegionSettings("00000409", "Romance Standard Time"))
    assert found.message == (
        "clavier : attendu 0000040c, trouvé 00000409 ; "
        "fuseau horaire : attendu Hawaiian Standard Time, trouvé Romance Standard Time"
    )
    assert found.earned == Decimal(1) / 3
    assert "langue (LCID)" in miss("K-008", replace(SYSTEM, language=1033)).message


def test_an_old_master_earns_nothing() -> None:
    found = miss("K-013", Deployment("2019.1", generalized=True))
    assert found.message == "version du master : attendu 2026.1, trouvé 2019.1"
    assert found.earned == 0


def test_a_master_that_was_not_generalised() -> None:
    found = miss("K-013", Deployment("2026.1", generalized=False))
    assert found.message == "l'image n'a pas été généralisée (sysprep)"


def test_without_a_master_where_an_iso_will_do_the_check_is_pointless() -> None:
    assert isinstance(refuse("K-013", Deployment("", generalized=False)), NotAsked)


def test_without_a_master_where_one_must_be() -> None:
    plan = plan_with(methods=frozenset({"master"}))
    found = miss("K-013", Deployment("", generalized=True), plan=plan)
    assert found.message == "version du master : attendu 2026.1, trouvé rien"


def test_a_subject_that_admits_no_master_asks_for_none() -> None:
    assert isinstance(refuse("K-013", plan=plan_with(methods=frozenset({"iso"}))), NotAsked)


def test_a_32_bit_windows() -> None:
    found = miss("K-016", replace(SYSTEM, address_width=32))
    assert found.message == "largeur des adresses, en bits : attendu 64, trouvé 32"


@pytest.mark.parametrize("statuses", [(), (0,), (5, 2)])
def test_no_key_is_activated(statuses: tuple[int, ...]) -> None:
    assert miss("K-020", Licence(statuses)).message == "aucune clé de Windows n'est activée"


def test_one_activated_key_is_enough() -> None:
    assert run_check("K-020", PLAN, solved_facts(PLAN) | {Licence: Licence((0, 1))})


@pytest.mark.parametrize("check", ["K-009", "K-011", "K-019", "K-024"])
def test_what_a_machine_says_stays_a_value(check: str) -> None:
    """A name may hold anything: it is shown, never followed."""
    evil = "}}{{ %(x)s %s \x1b[31m ../../etc " * 40
    hostile = {
        "K-009": FaultyDevices((FaultyDevice(evil, 1),)),
        "K-011": Software((evil,)),
        "K-019": SystemErrors((Event(evil, 1, NOW),)),
        "K-024": DriveHealth((Drive(evil, 2),)),
    }
    assert miss(check, hostile[check]).message


@pytest.mark.parametrize("check", ["K-001", "K-004", "K-012"])
def test_what_a_subject_does_not_say_of_a_system_is_not_asked(check: str) -> None:
    nothing = PLAN.demand(Installation).model_copy(update={"windows": None, "linux": None})
    with pytest.raises(NotAsked, match="le sujet ne dit rien d'un"):
        run_check(check, asking(PLAN, nothing), solved_facts(PLAN))
