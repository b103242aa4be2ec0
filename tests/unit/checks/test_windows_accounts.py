"""Accounts and programs of a Windows workstation."""

from decimal import Decimal

import pytest

from checks.accounts.facts.local_users import LocalUser, LocalUsers
from checks.software.demand import Programs
from checks.software.facts import Software
from labctl.plan.model import Plan
from tests.checking import PLAN, fact_of, miss, run_check
from tests.facts import solved_facts
from tests.plans import asking


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
