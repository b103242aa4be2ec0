"""Checks of the shares."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checks.directory.facts.objects import Groups
from checks.shares.demand import Shares
from checks.shares.facts.shares import Access, ShareAccess, ShareDefinitions, ShareListing
from tests.checking import PLAN, fact_of, hindrance, miss, run_check, solved_but
from tests.facts import solved_facts
from tests.plans import asking

GROUPS = fact_of(Groups)
ACCESS = fact_of(ShareAccess)
SHARES = fact_of(ShareDefinitions).shares
LISTED = fact_of(ShareListing).names


def tried(principal: str, share: str, connect: Access, read: Access, write: Access) -> ShareAccess:
    """Return the matrix of the solved bench, one cell changed."""
    return replace(
        ACCESS,
        trials=tuple(
            replace(trial, connect=connect, read=read, write=write)
            if (trial.principal, trial.share) == (principal, share)
            else trial
            for trial in ACCESS.trials
        ),
    )


def defined(name: str, **changed: Any) -> ShareDefinitions:
    """Return the definitions of the solved bench, one of them changed."""
    return ShareDefinitions(SHARES | {name: replace(SHARES[name], **changed)})


def test_writer_who_only_reads() -> None:
    found = miss("K-085", tried("htehei", "COMPTA", Access.ALLOWED, Access.ALLOWED, Access.DENIED))
    assert found.message == "htehei ne peut pas écrire dans COMPTA (lecture seule)"
    assert (found.expected, found.found) == ("lecture-écriture", "lecture seule")
    assert Decimal("0.9") < found.earned < 1


def test_writer_without_the_share() -> None:
    found = miss("K-085", tried("htehei", "COMPTA", Access.ABSENT, Access.ABSENT, Access.ABSENT))
    assert found.message == "htehei ne peut pas écrire dans COMPTA (partage absent)"


def test_writer_who_cannot_read_back() -> None:
    found = miss("K-085", tried("htehei", "COMPTA", Access.ALLOWED, Access.DENIED, Access.ALLOWED))
    assert found.message == "htehei ne peut pas écrire dans COMPTA (écriture seule)"


def test_writer_without_an_account() -> None:
    trials = tuple(trial for trial in ACCESS.trials if trial.principal != "svc-scan")
    found = hindrance("K-085", replace(ACCESS, trials=trials, missing=frozenset({"svc-scan"})))
    assert str(found) == "svc-scan ne peut pas écrire dans SCANS (compte absent)"
    assert (found.by, found.earned) == (("K-084",), Decimal(12) / 13)
    assert found.waiting == Decimal(1) / 13


@pytest.mark.parametrize("check", ["K-085", "K-087"])
def test_a_person_without_an_account_is_the_matter_of_another_check(check: str) -> None:
    trials = tuple(trial for trial in ACCESS.trials if trial.principal != "htehei")
    found = hindrance(check, replace(ACCESS, trials=trials, missing=frozenset({"htehei"})))
    assert found.by == ("K-072",)
    assert found.earned + found.waiting == 1


def test_an_access_that_a_missing_membership_explains_is_the_matter_of_another_check() -> None:
    groups = {name: one for name, one in GROUPS.groups.items() if name != "GG_COMPTA"}
    denied = tried("htehei", "COMPTA", Access.DENIED, Access.UNTRIED, Access.UNTRIED)
    assert hindrance("K-085", denied, Groups(groups)).by == ("K-076",)


def test_an_access_that_a_group_too_many_explains_is_the_matter_of_another_check() -> None:
    members = frozenset({"HTEHEI", "tmaitere"})
    groups = {name: one for name, one in GROUPS.groups.items() if name != "GG_DIRECTION"}
    direction = replace(GROUPS.groups["GG_DIRECTION"], members=members)
    more = Groups({**groups, "gg_direction": direction})
    allowed = tried("htehei", "DIRECTION", Access.ALLOWED, Access.ALLOWED, Access.ALLOWED)
    assert hindrance("K-087", allowed, more).by == ("K-076",)


def test_an_access_that_is_right_needs_no_membership() -> None:
    """Whoever names the person in the share instead of the group did what is asked here."""
    groups = Groups({name: one for name, one in GROUPS.groups.items() if name != "GG_COMPTA"})
    assert run_check("K-085", PLAN, solved_facts(PLAN) | {Groups: groups})


def test_reader_who_writes() -> None:
    found = miss(
        "K-086", tried("mfaatau", "TECHNIQUE", Access.ALLOWED, Access.ALLOWED, Access.ALLOWED)
    )
    assert found.message == "mfaatau peut écrire dans TECHNIQUE au lieu d'y lire seulement"


def test_reader_who_is_kept_out() -> None:
    found = miss(
        "K-086", tried("mfaatau", "TECHNIQUE", Access.DENIED, Access.UNTRIED, Access.UNTRIED)
    )
    assert found.message == "mfaatau ne peut pas lire dans TECHNIQUE (aucun accès)"


def test_outsider_who_reads() -> None:
    found = miss(
        "K-087", tried("htehei", "DIRECTION", Access.ALLOWED, Access.ALLOWED, Access.DENIED)
    )
    assert found.message == "htehei accède à DIRECTION sans y avoir droit (lecture seule)"


def test_outsider_who_connects_and_may_nothing_is_kept_out() -> None:
    found = miss(
        "K-087",
        tried("htehei", "DIRECTION", Access.ALLOWED, Access.DENIED, Access.ALLOWED),
    )
    assert found.found == "écriture seule"


def test_share_that_does_not_exist_keeps_nobody_out() -> None:
    absent = (Access.ABSENT, Access.ABSENT, Access.ABSENT)
    found = miss("K-087", tried("htehei", "DIRECTION", *absent))
    assert found.message == "htehei dans DIRECTION : partage absent"


def test_share_open_to_guests_is_named() -> None:
    found = miss("K-088", defined("COMMUN", guest_ok=True))
    assert found.message == "partage COMMUN : ouvert aux invités"
    assert found.earned == Decimal(6) / 7


def test_share_open_to_everyone_is_named() -> None:
    found = miss("K-088", defined("COMMUN", everyone=True))
    assert found.message == "partage COMMUN : ouvert à « Tout le monde »"


def test_missing_share_is_named() -> None:
    shares = {name: share for name, share in SHARES.items() if name != "SCANS"}
    assert miss("K-088", ShareDefinitions(shares)).message == "partage SCANS : partage absent"


def test_share_that_nobody_asked_for_is_looked_at_too() -> None:
    extra = replace(SHARES["COMMUN"], name="Public", guest_ok=True)
    assert miss("K-088", ShareDefinitions(SHARES | {"PUBLIC": extra})).message == (
        "partage Public : ouvert aux invités"
    )


@pytest.mark.parametrize("oldest", ["NT1", "LANMAN1", "CORE"])
def test_a_server_that_admits_what_is_older_than_asked(oldest: str) -> None:
    found = miss("K-088", ShareDefinitions(SHARES, oldest))
    assert found.message == f"le serveur admet {oldest}, plus ancien que SMB 2"


@pytest.mark.parametrize("oldest", ["SMB2", "SMB2_02", "SMB3_11", ""])
def test_a_server_that_admits_nothing_older(oldest: str) -> None:
    run_check("K-088", PLAN, solved_but(ShareDefinitions(SHARES, oldest)))


def test_backup_share_open_to_a_person() -> None:
    found = miss(
        "K-089", tried("tmaitere", "SAUVEGARDES$", Access.ALLOWED, Access.ALLOWED, Access.DENIED)
    )
    assert found.message == "tmaitere accède à SAUVEGARDES$ sans y avoir droit (lecture seule)"


def test_backup_share_in_the_list() -> None:
    """The subject may name it otherwise."""
    asked = PLAN.demand(Shares)
    shares = (one.model_copy(update={"name": one.name.strip("$")}) for one in asked.shares)
    plan = asking(PLAN, asked.model_copy(update={"shares": tuple(shares)}))
    trials = tuple(replace(trial, share=trial.share.strip("$")) for trial in ACCESS.trials)
    listing = ShareListing(LISTED | {"sauvegardes"})
    found = miss("K-089", replace(ACCESS, trials=trials), listing, plan=plan)
    assert found.message == "le partage SAUVEGARDES est visible dans la liste des partages"


def test_backup_share_that_its_name_hides() -> None:
    """A server lists it, and Windows shows it to nobody."""
    run_check("K-089", PLAN, solved_but(ShareListing(LISTED | {"SAUVEGARDES$"})))


def test_backup_share_closed_to_its_own_account_earns_nothing() -> None:
    denied = (Access.DENIED, Access.UNTRIED, Access.UNTRIED)
    found = miss("K-089", tried("svc-sauvegarde", "SAUVEGARDES$", *denied))
    assert found.message == "svc-sauvegarde ne peut pas écrire dans SAUVEGARDES$ (aucun accès)"
    assert found.earned == 0


def test_a_sabotage_finds_its_share_whatever_the_order_of_the_cahier() -> None:
    asked = PLAN.demand(Shares)
    turned = asked.model_copy(update={"shares": asked.shares[::-1]})
    for one in (asked, turned):
        by_name = {share.name: share for share in one.shares}
        assert len(by_name[one.common].read_write) > 1
        assert one.limited["reader"] in by_name[one.limited["name"]].read_only
        assert one.private["stranger"] not in by_name[one.private["name"]].trustees
    alone = asked.model_copy(update={"shares": ()})
    assert (alone.common, alone.limited, alone.private) == ("", {}, {})
