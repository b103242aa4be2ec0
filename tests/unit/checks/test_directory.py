"""Checks of the directory."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checks.directory.demand import Directory
from checks.directory.facts.objects import (
    Accounts,
    Computers,
    DirectoryChanges,
    DomainPolicy,
    Groups,
    Leaver,
    OrgUnits,
)
from checks.group_policy.facts.links import GpoLink, GpoLinks
from tests.checking import PLAN, fact_of, hindrance, miss, run_check
from tests.facts import solved_facts, untouched_facts

ROOT = "OU=MN,DC=moana,DC=test"
POLICY = fact_of(DomainPolicy)
ACCOUNTS = fact_of(Accounts)
GROUPS = fact_of(Groups)
LEAVER = fact_of(Leaver)
CHANGES = fact_of(DirectoryChanges)
LINKS = fact_of(GpoLinks)


def with_account(login: str, **changed: Any) -> Accounts:
    """Return the accounts of the solved directory, one of them changed."""
    return Accounts(ACCOUNTS.users | {login: replace(ACCOUNTS.users[login], **changed)})


def without_account(login: str) -> Accounts:
    """Return the accounts of the solved directory but one."""
    return Accounts({name: one for name, one in ACCOUNTS.users.items() if name != login})


def with_group(name: str, **changed: Any) -> Groups:
    """Return the groups of the solved directory, one of them changed."""
    return Groups(GROUPS.groups | {name: replace(GROUPS.groups[name], **changed)})


def test_short_passwords_are_named() -> None:
    found = miss("K-041", replace(POLICY, min_length=8))
    assert found.message == "longueur minimale : attendu 12, trouvé 8"
    assert found.earned == Decimal(2) / 3


def test_missing_complexity_earns_nothing() -> None:
    found = miss("K-041", replace(POLICY, complexity=False))
    assert found.message == "complexité des mots de passe : attendu oui, trouvé non"
    assert found.earned == 0


def test_passwords_that_never_expire() -> None:
    assert miss("K-041", replace(POLICY, max_age_days=0)).message == (
        "âge maximal en jours : attendu 180, trouvé 0"
    )


def test_no_lockout_earns_nothing() -> None:
    found = miss("K-042", replace(POLICY, lockout_threshold=0))
    assert found.message == "les comptes ne sont jamais verrouillés (seuil 0, attendu 5)"
    assert found.earned == 0


def test_wrong_lockout_time_earns_half() -> None:
    found = miss("K-042", replace(POLICY, lockout_minutes=30))
    assert found.message == "durée du verrouillage en minutes : attendu 15, trouvé 30"
    assert found.earned == Decimal("0.5")


def test_missing_unit_is_named() -> None:
    dns = frozenset(dn for dn in fact_of(OrgUnits).dns if "Commercial" not in dn)
    found = miss("K-071", OrgUnits(dns))
    assert found.message == (f"l'unité d'organisation Commercial n'existe pas sous {ROOT}")
    assert found.earned == Decimal(7) / 8


def test_unit_of_that_name_elsewhere_does_not_count() -> None:
    dns = frozenset(
        dn.replace(f"OU=Anciens,{ROOT}", "OU=Anciens,DC=moana,DC=test")
        for dn in fact_of(OrgUnits).dns
    )
    assert "Anciens n'existe pas" in miss("K-071", OrgUnits(dns)).message


def test_case_and_spaces_of_names_do_not_matter() -> None:
    dns = frozenset(dn.lower().replace(",", ", ") for dn in fact_of(OrgUnits).dns)
    run_check("K-071", PLAN, solved_facts(PLAN) | {OrgUnits: OrgUnits(dns)})


def test_missing_account_is_named() -> None:
    found = miss("K-072", without_account("htehei"))
    assert found.message == "htehei n'existe pas dans l'annuaire"
    assert found.earned == Decimal("0.75")


def test_a_missing_account_is_told_once() -> None:
    """Its attributes, its password and its groups wait; those of the others count."""
    accounts = without_account("htehei")
    groups = with_group("GG_COMPTA", members=frozenset())
    for check, changed in (
        ("K-073", (accounts,)),
        ("K-074", (accounts,)),
        ("K-076", (accounts, groups)),
    ):
        found = hindrance(check, *changed)
        assert (found.by, found.earned, found.waiting) == (
            ("K-072",), Decimal("0.75"), Decimal("0.25"),
        )  # fmt: skip


def test_what_is_wrong_beside_a_missing_account_is_wrong() -> None:
    found = miss("K-073", Accounts(
        {
            login: replace(one, title="") if login == "mfaatau" else one
            for login, one in without_account("htehei").users.items()
        }
    ))  # fmt: skip
    assert found.message == "fonction de mfaatau : attendu Commercial, trouvé rien"
    assert (found.earned, found.waiting) == (Decimal(17) / 24, Decimal("0.25"))
    assert found.hindered_by == ("K-072",)


def test_an_account_whose_unit_is_missing_waits_for_it() -> None:
    dns = frozenset(dn for dn in fact_of(OrgUnits).dns if "Compta" not in dn)
    found = hindrance(
        "K-072", OrgUnits(dns), with_account("htehei", dn="CN=Hina Tehei,CN=Users,DC=moana,DC=test")
    )
    assert (found.by, found.earned) == (("K-071",), Decimal("0.75"))


def test_members_of_a_missing_group_wait_for_it() -> None:
    groups = Groups({name: one for name, one in GROUPS.groups.items() if name != "GG_COMPTA"})
    found = hindrance("K-076", groups)
    assert (found.by, found.waiting) == (("K-075",), Decimal("0.25"))


def test_a_member_too_many_is_wrong_even_where_another_has_no_account() -> None:
    groups = with_group("GG_COMPTA", members=frozenset({"mfaatau"}))
    found = miss("K-076", without_account("htehei"), groups)
    assert found.message == "GG_COMPTA : il manque htehei, en trop mfaatau"


def test_account_in_another_unit_is_located() -> None:
    found = miss("K-072", with_account("htehei", dn="CN=Hina Tehei,CN=Users,DC=moana,DC=test"))
    assert found.message == (
        f"htehei est dans CN=Users,DC=moana,DC=test au lieu de OU=Comptabilite,{ROOT}"
    )


@pytest.mark.parametrize(
    ("attribute", "wanted", "found"),
    [
        ("title", "Comptable", ""),
        ("mail", "hina.tehei@moana.test", "hina@moana.test"),
        ("upn", "hina.tehei@moana.test", "htehei@moana.test"),
        ("surname", "Tehei", "Tehey"),
        ("given_name", "Hina", "Inha"),
        ("display_name", "Hina Tehei", "htehei"),
    ],
)
def test_wrong_attribute_is_named(attribute: str, wanted: str, found: str) -> None:
    missed = miss("K-073", with_account("htehei", **{attribute: found}))
    assert missed.message.endswith(f" de htehei : attendu {wanted}, trouvé {found or 'rien'}")
    assert missed.earned == Decimal(23) / 24


def test_capitals_and_composed_accents_of_a_name_do_not_matter() -> None:
    decomposed = "Ge\N{COMBINING ACUTE ACCENT}rant"
    written = with_account("tmaitere", surname="MAITERE", title=decomposed)
    run_check("K-073", PLAN, solved_facts(PLAN) | {Accounts: written})


def test_disabled_account_is_named() -> None:
    found = miss("K-074", with_account("htehei", enabled=False))
    assert found.message == "le compte htehei est désactivé"


def test_password_that_never_expires_is_named() -> None:
    found = miss("K-074", with_account("htehei", never_expires=True))
    assert found.message == "le mot de passe de htehei n'expire jamais"


def test_first_password_that_may_be_kept() -> None:
    found = miss("K-074", with_account("htehei", must_change=False))
    assert found.message == "htehei n'est pas obligé de changer son mot de passe provisoire"


def test_first_password_changed_since_is_right() -> None:
    changed = with_account("htehei", must_change=False, password_changed=True)
    run_check("K-074", PLAN, solved_facts(PLAN) | {Accounts: changed})


def test_missing_group_is_named() -> None:
    groups = Groups({name: one for name, one in GROUPS.groups.items() if name != "GG_COMPTA"})
    assert miss("K-075", groups).message == "le groupe GG_COMPTA n'existe pas"


def test_kind_of_a_group_is_said() -> None:
    found = miss("K-075", with_group("GG_COMPTA", group_type=-2147483640))
    assert found.message == (
        "GG_COMPTA : attendu groupe de sécurité global, trouvé groupe de sécurité universel"
    )


def test_unknown_kind_of_group() -> None:
    assert miss("K-075", with_group("GG_COMPTA", group_type=7)).found == "groupe d'une autre sorte"


def test_member_too_many_is_named() -> None:
    found = miss("K-076", with_group("GG_COMPTA", members=frozenset({"htehei", "jlefort"})))
    assert found.message == "GG_COMPTA : en trop jlefort"
    assert found.earned == Decimal("0.75")


def test_missing_and_extra_members_are_named() -> None:
    found = miss("K-076", with_group("GG_COMPTA", members=frozenset({"mfaatau"})))
    assert found.message == "GG_COMPTA : il manque htehei, en trop mfaatau"


def test_leaver_still_active() -> None:
    found = miss("K-077", replace(LEAVER, enabled=True))
    assert found.message == "le compte jlefort est encore actif"
    assert found.earned == Decimal(2) / 3


def test_deleted_leaver_earns_nothing() -> None:
    found = miss("K-077", Leaver(exists=False, dn="", enabled=False, groups=frozenset()))
    assert found.message == "le compte jlefort a été supprimé, il devait être gardé"
    assert found.earned == 0


def test_leaver_still_in_a_group() -> None:
    assert miss("K-077", replace(LEAVER, groups=frozenset({"GG_COMPTA"}))).message == (
        "groupes de jlefort : attendu rien, trouvé GG_COMPTA"
    )


def test_leaver_not_moved() -> None:
    there = replace(LEAVER, dn="CN=Jean Lefort,CN=Users,DC=moana,DC=test")
    assert miss("K-077", there).message == (
        f"place de jlefort : attendu OU=Anciens,{ROOT}, trouvé CN=Users,DC=moana,DC=test"
    )


def test_computer_left_in_the_default_container() -> None:
    there = Computers({"MN-PC-01": "CN=MN-PC-01,CN=Computers,DC=moana,DC=test"})
    assert miss("K-078", there).message == (
        f"MN-PC-01 est dans CN=Computers,DC=moana,DC=test au lieu de OU=Postes,{ROOT}"
    )


def test_computer_that_the_directory_does_not_know() -> None:
    assert miss("K-078", Computers({})).message == "MN-PC-01 n'existe pas dans l'annuaire"


def test_unlinked_policy_is_named() -> None:
    found = miss("K-081", replace(LINKS, links=LINKS.links[:1]))
    assert found.message == f"la stratégie GPO_LECTEURS n'est pas liée à {ROOT}"
    assert found.earned == Decimal("0.5")


def test_disabled_link_is_named() -> None:
    links = (replace(LINKS.links[0], options=1), LINKS.links[1])
    assert miss("K-081", replace(LINKS, links=links)).message == (
        f"le lien de GPO_POSTES_SECURITE vers OU=Postes,{ROOT} est désactivé"
    )


def test_enforced_link_is_a_link() -> None:
    links = tuple(replace(link, options=2) for link in LINKS.links)
    run_check("K-081", PLAN, solved_facts(PLAN) | {GpoLinks: replace(LINKS, links=links)})


def test_policy_linked_elsewhere_says_where() -> None:
    elsewhere = GpoLink("GPO_LECTEURS", "DC=moana,DC=test", 0)
    found = miss("K-081", replace(LINKS, links=(LINKS.links[0], elsewhere)))
    assert found.found == "DC=moana,DC=test"


def test_deleted_policy_is_named() -> None:
    gone = replace(LINKS, links=(LINKS.links[0],), existing=frozenset({"GPO_POSTES_SECURITE"}))
    assert miss("K-081", gone).message == "la stratégie GPO_LECTEURS n'existe plus"


def test_collateral_change_is_named() -> None:
    stray = "CN=Domain Admins,CN=Users,DC=moana,DC=test"
    found = miss("K-083", replace(CHANGES, changed=CHANGES.changed | {stray}))
    assert found.message == f"modifié hors de la demande : {stray}"
    assert found.earned == 0


def test_what_a_workstation_keeps_below_its_account_is_no_damage() -> None:
    computer = f"CN={PLAN.desks[0].hostname},CN=Computers,DC=moana,DC=test"
    key = f"CN=2026-01-05T08:02:00-10:00{{BD99ADDF-CC5E-5768-9E84-BD737CD535C1}},{computer}"
    kept = replace(CHANGES, changed=CHANGES.changed | {computer, key})
    run_check("K-083", PLAN, solved_facts(PLAN) | {DirectoryChanges: kept})


def test_deleted_object_is_named() -> None:
    found = miss("K-083", replace(CHANGES, deleted=frozenset({"krbtgt_ancien"})))
    assert found.message == "supprimé de l'annuaire : krbtgt_ancien"


def test_directory_that_nobody_touched_is_not_well_kept() -> None:
    facts = untouched_facts(PLAN)
    found = miss("K-083", facts[DirectoryChanges])
    assert found.message == f"aucun objet n'a été créé sous {ROOT} : il n'y a rien à juger"


def test_many_collateral_changes_are_cut() -> None:
    stray = frozenset(f"CN=compte{number},CN=Users,DC=moana,DC=test" for number in range(9))
    found = miss("K-083", replace(CHANGES, changed=CHANGES.changed | stray))
    assert found.message.endswith(" …")


def test_service_account_elsewhere_is_located() -> None:
    found = miss("K-084", with_account("svc-scan", dn="CN=svc-scan,CN=Users,DC=moana,DC=test"))
    assert found.message == (
        f"svc-scan est dans CN=Users,DC=moana,DC=test au lieu de OU=Services,{ROOT}"
    )
    assert found.earned == Decimal("0.5")


def test_privileged_service_account_earns_nothing() -> None:
    groups = frozenset({"Domain Users", "Domain Admins", "Administrators"})
    found = miss("K-084", with_account("svc-scan", groups=groups))
    assert found.message == (
        "le compte de service svc-scan est membre de Administrators, Domain Admins"
    )
    assert found.earned == 0


@pytest.mark.parametrize(
    ("units", "place"), [(("Groupes",), f"OU=Groupes,{ROOT}"), (("Équipes",), ROOT)]
)
def test_groups_are_made_in_a_unit_of_theirs_if_there_is_one(
    units: tuple[str, ...], place: str
) -> None:
    asked = PLAN.demand(Directory).model_copy(update={"ous": units})
    vars(asked).pop("groups_dn", None)  # computed once, and copied

    assert asked.groups_dn == place
