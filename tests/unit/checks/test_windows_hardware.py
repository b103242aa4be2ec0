"""Hardware of a Windows workstation: memory, parts, disks, and the errors it noted."""

from dataclasses import replace
from decimal import Decimal

import pytest

from checks.hardware.facts.events import Event, HardwareEvents, SystemErrors
from checks.hardware.facts.hardware import FaultyDevice, FaultyDevices, Inventory, Memory
from checks.storage.facts import Drive, DriveHealth
from labctl.core.expect import Undecided
from tests.checking import PLAN, fact_of, miss, refuse, run_check
from tests.facts import solved_facts
from tests.windows_facts import MEMORY_TEST, NOW

MEMORY = fact_of(Memory)
FIRST, ADDED = MEMORY.modules
WHEA = Event("Microsoft-Windows-WHEA-Logger", 18, NOW)


def test_devices_in_error_are_named_with_their_code() -> None:
    found = miss("K-009", FaultyDevices((FaultyDevice("Carte son", 28), FaultyDevice("", 10))))
    assert found.message == "périphériques en erreur : Carte son (28),  (10)"


@pytest.mark.parametrize("code", [22, 24, 45])
def test_a_device_that_was_disabled_or_is_absent_is_not_in_error(code: int) -> None:
    apart = FaultyDevices((FaultyDevice("Imprimante fax", code),))
    found = run_check("K-009", PLAN, solved_facts(PLAN) | {FaultyDevices: apart})
    assert found is not None
    assert found.found == (
        f"0, sans compter ceux qui sont désactivés ou absents : Imprimante fax ({code})"
    )


def test_a_device_in_error_beside_one_that_was_disabled_is_named_alone() -> None:
    devices = (FaultyDevice("Fax", 22), FaultyDevice("Carte son", 28))
    assert miss("K-009", FaultyDevices(devices)).found == "Carte son (28)"


def test_errors_of_any_installation_are_benign() -> None:
    keys_to_renew = Event("Microsoft-Windows-TPM-WMI", 1801, NOW)
    log = SystemErrors((Event("DCOM", 10016, NOW), keys_to_renew, WHEA))
    assert run_check("K-019", PLAN, solved_facts(PLAN) | {SystemErrors: log})


STOPS = (Event("Microsoft-Windows-Kernel-Power", 41, NOW), Event("EventLog", 6008, NOW))


def test_the_trace_of_a_power_cut_is_for_a_person() -> None:
    found = refuse("K-019", SystemErrors(STOPS))

    assert isinstance(found, Undecided)
    assert found.detail.startswith("arrêt brutal au journal, d'une coupure de courant ou d'un")
    assert "EventLog 6008" in found.detail


def test_an_error_beside_a_power_cut_is_named_alone() -> None:
    found = miss("K-019", SystemErrors((*STOPS, Event("disk", 7, NOW))))
    assert found.message == "1 erreur(s) au journal du système : disk 7 (01/01/2026 à 12:00 UTC)"


def test_a_last_error_is_named_rather_than_announced() -> None:
    log = SystemErrors(tuple(Event("disk", code, NOW) for code in range(6)))
    assert miss("K-019", log).message.endswith("disk 5 (01/01/2026 à 12:00 UTC)")


def test_errors_are_counted_and_the_first_ones_named() -> None:
    log = SystemErrors(tuple(Event("disk", code, NOW) for code in range(7)))
    found = miss("K-019", log)
    assert found.message.startswith(
        "7 erreur(s) au journal du système : disk 0 (01/01/2026 à 12:00 UTC)"
    )
    assert found.message.endswith(" ; et 2 autres")


def test_a_benign_number_of_another_source_is_an_error() -> None:
    assert miss("K-019", SystemErrors((Event("disk", 10016, NOW),))).found


def test_memory_is_the_sum_of_the_modules() -> None:
    found = miss("K-021", Memory((FIRST,)))
    assert found.message == "mémoire, en Mio : attendu 16384, trouvé 8192"


def test_no_module_was_added() -> None:
    found = miss("K-022", Memory((FIRST,)))
    assert found.message == ("une barrette devait être ajoutée à celles d'origine, trouvé : rien")


def test_the_original_module_was_replaced() -> None:
    strange = replace(FIRST, part="AUTRE")
    found = miss("K-022", Memory((strange, replace(ADDED, part="AUTRE"))))
    assert "trouvé : AUTRE, AUTRE" in found.message


def test_a_module_of_another_reference_earns_nothing() -> None:
    found = miss("K-022", Memory((FIRST, replace(ADDED, part="AUTRE"))))
    assert found.message == "référence de la barrette : attendu KVR32N22S8/8, trouvé AUTRE"
    assert found.earned == 0


def test_a_right_module_that_runs_too_slowly_earns_a_part() -> None:
    """The one delivered is alike: whichever comes last counts as added."""
    slow = replace(ADDED, mhz=1333)
    found = miss("K-022", Memory((FIRST, slow)))
    assert found.message == "fréquence en service, en MHz : attendu 2666, trouvé 1333"
    assert found.earned == Decimal(2) / 3


@pytest.mark.parametrize("mhz", [2665, 2667])
def test_a_speed_may_be_rounded_either_way(mhz: int) -> None:
    memory = Memory((FIRST, replace(ADDED, mhz=mhz)))
    assert run_check("K-022", PLAN, solved_facts(PLAN) | {Memory: memory})


def test_two_megahertz_are_no_rounding() -> None:
    found = miss("K-022", Memory((FIRST, replace(ADDED, mhz=2668))))
    assert found.message == "fréquence en service, en MHz : attendu 2666, trouvé 2668"


def test_a_wrong_slot_is_named_with_the_right_ones() -> None:
    found = miss("K-023", Memory((FIRST, replace(ADDED, slot="DIMM4"))))
    assert found.message == "emplacements occupés : attendu DIMM1, DIMM2, trouvé DIMM1, DIMM4"


def test_a_sick_disk_is_named() -> None:
    found = miss("K-024", DriveHealth((Drive("SSD", 0), Drive("HDD", 2))))
    assert found.message == "en mauvaise santé : HDD"
    assert found.found == "SSD : 0, HDD : 2"


@pytest.mark.parametrize("health", [5, 9])
def test_a_health_that_is_not_known_is_for_a_person(health: int) -> None:
    reader = Drive("Lecteur de cartes", health)
    found = refuse("K-024", DriveHealth((Drive("SSD", 0), reader)))
    assert isinstance(found, Undecided)
    assert found.detail == "état de santé que Windows ne connaît pas : Lecteur de cartes"
    assert miss("K-024", DriveHealth((Drive("SSD", 1), reader))).message.endswith(" : SSD")


def test_hardware_errors_are_named() -> None:
    found = miss("K-025", HardwareEvents((WHEA,), (MEMORY_TEST,)))
    assert found.message == (
        "1 erreur(s) matérielle(s) au journal : "
        "Microsoft-Windows-WHEA-Logger 18 (01/01/2026 à 12:00 UTC)"
    )


def test_memory_that_was_never_tested() -> None:
    found = miss("K-026", HardwareEvents((), ()))
    assert found.message == "aucun résultat de test de la mémoire n'est au journal"


def test_a_memory_test_that_found_faults() -> None:
    failed = replace(MEMORY_TEST, code=1202)
    found = miss("K-026", HardwareEvents((), (MEMORY_TEST, failed)))
    assert found.message.startswith("le test de la mémoire a trouvé des défauts")
    assert found.earned == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"processors": ("AMD",)}, "processeur : attendu Intel(R)"),
        ({"boards": ()}, "carte mère : attendu 0X7RDP, trouvé rien"),
        ({"disks": ("KINGSTON SNV2S500G", "SSD")}, "disques : attendu KINGSTON SNV2S500G, trouvé"),
    ],
)
def test_another_part_changed(changed: dict[str, tuple[str, ...]], said: str) -> None:
    inventory: Inventory = replace(fact_of(Inventory), **changed)
    assert miss("K-027", inventory).message.startswith(said)


def test_a_third_module_is_a_change() -> None:
    found = miss("K-027", Memory((FIRST, ADDED, replace(ADDED, slot="DIMM3"))))
    assert found.message.startswith("barrettes : attendu")
