"""Checks of a Windows workstation: its installation, hardware, accounts and programs."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from checks.accounts.facts.local_users import LocalUser, LocalUsers
from checks.hardware.facts.events import Event, HardwareEvents, SystemErrors
from checks.hardware.facts.hardware import FaultyDevice, FaultyDevices, Inventory, Memory
from checks.installation.demand import Installation
from checks.installation.facts.deployment import Deployment, Firmware, Licence, RegionSettings
from checks.installation.facts.operating_system import OperatingSystem
from checks.software.demand import Programs
from checks.software.facts import Software
from checks.storage.facts import BootDisk, Drive, DriveHealth, Volume, Volumes
from labctl.core.expect import NotAsked, Undecided
from labctl.plan.model import Plan
from tests.checking import PLAN, fact_of, miss, refuse, run_check
from tests.facts import solved_facts
from tests.plans import asking
from tests.windows_facts import GIB, MEMORY_TEST, NOW

SYSTEM = fact_of(OperatingSystem)
MEMORY = fact_of(Memory)
FIRST, ADDED = MEMORY.modules
WHEA = Event("Microsoft-Windows-WHEA-Logger", 18, NOW)


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


def accounts(**changed: bool) -> LocalUsers:
    """Return the accounts of the solved bench, some enabled or not."""
    names = {"Administrator": 500, "Guest": 501, "ADM-LOCAL": 1001}
    enabled = {"Administrator": False, "Guest": False, "ADM-LOCAL": True} | changed
    return LocalUsers(tuple(LocalUser(name, rid, enabled[name]) for name, rid in names.items()))


def test_built_in_accounts_are_known_whatever_their_language() -> None:
    assert run_check("K-010", PLAN, solved_facts(PLAN) | {LocalUsers: accounts()})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Administrator": True}, "compte Administrateur intégré actif : attendu non, trouvé oui"),
        ({"Guest": True}, "compte Invité actif : attendu non, trouvé oui"),
        ({"ADM-LOCAL": False}, "compte adm-local actif : attendu oui, trouvé non"),
    ],
)
def test_an_account_that_is_not_as_asked(changed: dict[str, bool], said: str) -> None:
    found = miss("K-010", accounts(**changed))
    assert found.message == said
    assert found.earned == Decimal(2) / 3


def test_an_account_that_is_not_there() -> None:
    found = miss("K-010", LocalUsers(accounts().users[:2]))
    assert found.message == "compte adm-local actif : attendu oui, trouvé rien"


PROGRAMS = fact_of(Software).programs


def test_a_program_that_is_not_installed_is_named() -> None:
    without = tuple(name for name in PROGRAMS if not name.startswith("7-Zip"))
    found = miss("K-011", Software(without))
    assert found.message == "7-Zip n'est pas installé"
    assert found.earned == Decimal("0.8")


@pytest.mark.parametrize(
    "listed",
    [
        "Mozilla Firefox ESR",
        "Mozilla Firefox ESR (x64 fr)",
        "MOZILLA FIREFOX ESR 128.5.0 (x64)",
        "Mozilla Firefox 78.15.0 ESR (x64 fr)",
        "Mozilla® Firefox 102.0 ESR (x86 en-US)",
    ],
)
def test_a_version_and_a_language_do_not_matter(listed: str) -> None:
    others = tuple(name for name in PROGRAMS if "Firefox" not in name)
    assert run_check("K-011", PLAN, solved_facts(PLAN) | {Software: Software((*others, listed))})


@pytest.mark.parametrize(
    "listed",
    [
        "Mozilla Firefox (x64 fr)",
        "Mozilla Firefox 78.15.0 (x64 fr)",
        "Mozilla Thunderbird 78.15.0 ESR (x64 fr)",
        "Mozilla Firefox ESR Helper",
        "Mozilla Maintenance Service Firefox ESR",
        "78.15.0 Mozilla Firefox ESR",
        "Firefox ESR",
        "xMozilla Firefox ESR",
    ],
)
def test_another_program_of_a_like_name_is_not_it(listed: str) -> None:
    others = tuple(name for name in PROGRAMS if "Firefox" not in name)
    assert miss("K-011", Software((*others, listed))).message == "Firefox ESR n'est pas installé"


def plan_asking(name: str) -> Plan:
    """Return the plan of a subject that asks for one program."""
    program = PLAN.demand(Programs).programs[0]
    wanted = program.model_copy(update={"name": name, "installed_as": name})
    return asking(PLAN, PLAN.demand(Programs).model_copy(update={"programs": (wanted,)}))


@pytest.mark.parametrize(
    ("wanted", "listed"),
    [
        ("Git", "Git version 2.12.2.2"),
        ("Git", "Git"),
        ("GLPI Agent", "GLPI Agent 1.12-gitc4a8d1f0"),
        ("GLPI Agent", "GLPI Agent v1.20-git"),
        ("FusionInventory Agent", "FusionInventory Agent 2.4.x-build-26 (x64 edition)"),
        ("7-Zip", "7-Zip 23.01 (x64 edition)"),
        ("PuTTY", "PuTTY release 0.78 (64-bit)"),
        ("Java", "Java 8 Update 361 (64-bit)"),
        ("Wireshark", "Wireshark 4.0.6 64-bit"),
        ("Adobe Acrobat Reader", "Adobe Acrobat Reader - Français"),
        ("Microsoft 365", "Microsoft 365 - fr-fr"),
        ("GIMP", "GIMP 2.10.34-1"),
        ("Notepad++", "Notepad++ (64-bit x64)"),
        ("Mozilla Firefox", "Mozilla Firefox 78.0.1 (x64 en-US)"),
    ],
)
def test_what_an_installer_adds_to_a_name_does_not_matter(wanted: str, listed: str) -> None:
    plan = plan_asking(wanted)
    assert run_check("K-011", plan, solved_facts(plan) | {Software: Software((listed,))})


@pytest.mark.parametrize(
    ("wanted", "listed"),
    [
        ("Mozilla Firefox", "Mozilla Firefox 78.15.0 ESR (x64 fr)"),
        ("Mozilla Firefox", "Mozilla Firefox ESR (x64 fr)"),
        ("Mozilla Firefox", "Mozilla Thunderbird 115.4.1 (x64 fr)"),
        ("GLPI Agent", "GLPI Agent Monitor 1.3"),
        ("Git", "Git Extensions 4.0.2"),
        ("Git", "Git LFS version 3.3.0"),
        ("Git", "Git version"),
        ("Paint", "Paint 3D"),
        ("LibreOffice", "LibreOffice 7.5 Help Pack (French)"),
        ("Java", "Java Auto Updater"),
        ("Google Chrome", "Google 120.0 Earth"),
        ("Google Chrome", "Google"),
        ("Foo", "Foo - Bar"),
        ("Foo", ""),
    ],
)
def test_another_product_is_not_the_one_that_is_asked(wanted: str, listed: str) -> None:
    found = miss("K-011", Software((listed,)), plan=plan_asking(wanted))
    assert found.message == f"{wanted} n'est pas installé"


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


@pytest.mark.parametrize("statuses", [(), (0,), (5, 2)])
def test_no_key_is_activated(statuses: tuple[int, ...]) -> None:
    assert miss("K-020", Licence(statuses)).message == "aucune clé de Windows n'est activée"


def test_one_activated_key_is_enough() -> None:
    assert run_check("K-020", PLAN, solved_facts(PLAN) | {Licence: Licence((0, 1))})


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
