"""A Debian workstation takes its updates from the repository of the room, signed."""

from dataclasses import replace
from typing import Any

import pytest

from checks.updates import repository
from checks.updates.demand import UpdateLevel
from checks.updates.facts.updates import Packages, PackageSource, Updates
from labctl.core.verdict import Mismatch
from labctl.plan.model import Plan
from tests.checking import catalogue, fact_of, miss, run_check
from tests.facts import solved_facts, untouched_facts
from tests.package_facts import CLOSED, DELIVERED, RELEASE, SECURITY, SOURCE
from tests.plans import Desk, asking, plan_of

PLAN = plan_of(1, Desk.LINUX)
READ = fact_of(Updates, PLAN)
PACKAGES = READ.packages
BY_ADDRESS = PackageSource("http://198.51.100.53/debian/dists/salle-securite/", RELEASE)
COPY = PackageSource("file:/srv/copie/dists/salle-securite/", RELEASE)
OTHER = replace(SOURCE, release="0" * 64)


def but(**changed: Any) -> Updates:
    """Return what is read of the solved workstation, something of its packages changed."""
    assert isinstance(PACKAGES, Packages)
    return replace(READ, packages=replace(PACKAGES, **changed))


def wanting(**changed: Any) -> Plan:
    """Return the plan of a subject that asks something else."""
    return asking(PLAN, PLAN.demand(UpdateLevel).model_copy(update=changed))


def test_a_workstation_that_is_up_to_date_conforms() -> None:
    assert run_check("K-054", PLAN, solved_facts(PLAN)) is not None


def test_as_delivered_it_earns_nothing() -> None:
    with pytest.raises(Mismatch) as caught:
        run_check("K-054", PLAN, untouched_facts(PLAN))

    assert caught.value.earned == 0
    assert "(agent-inventaire, liste-usb)" in caught.value.message
    assert f"APT ne prend rien à {repository.URL}" in caught.value.message


@pytest.mark.parametrize("version", ["0.9.10-1", "0.9.10-1+salle1", "1:0.1"])
def test_a_version_that_is_not_older_is_no_update_that_misses(version: str) -> None:
    found = but(installed=SECURITY | {"liste-usb": version})

    assert run_check("K-054", PLAN, {Updates: found}) is not None


def test_one_update_may_miss_where_the_subject_admits_it() -> None:
    found = but(installed=SECURITY | {"liste-usb": DELIVERED["liste-usb"]})

    assert "manquantes : 1, pour 0 au plus (liste-usb)" in miss("K-054", found, plan=PLAN).message
    assert run_check("K-054", wanting(missing_security_max=1), {Updates: found}) is not None


def test_a_program_that_was_taken_out_is_not_up_to_date() -> None:
    found = but(installed={"agent-inventaire": SECURITY["agent-inventaire"]})

    assert "désinstallés au lieu d'être mis à jour : liste-usb" in (
        miss("K-054", found, plan=PLAN).message
    )


@pytest.mark.parametrize("sources", [(SOURCE, CLOSED), (BY_ADDRESS,), (COPY, SOURCE)])
def test_the_repository_may_be_read_beside_others_and_under_its_address(
    sources: tuple[PackageSource, ...],
) -> None:
    assert run_check("K-054", PLAN, {Updates: but(sources=sources)}) is not None


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ((), "APT ne prend rien à"),
        ((CLOSED,), "APT ne prend rien à"),
        ((COPY,), "APT ne prend rien à"),
        ((replace(SOURCE, release=""),), "APT n'a pas d'index vérifié de"),
        ((OTHER,), "APT n'a pas d'index vérifié de"),
        ((replace(SOURCE, is_forced=True),), "ce que personne n'a signé"),
    ],
)
def test_updates_that_come_from_elsewhere_or_unsigned_do_not_do(
    sources: tuple[PackageSource, ...], said: str
) -> None:
    assert said in miss("K-054", but(sources=sources), plan=PLAN).message


def test_apt_that_admits_what_nobody_signed_does_not_do() -> None:
    assert "personne n'a signé" in miss("K-054", but(is_unauthenticated=True), plan=PLAN).message


def test_a_restart_that_is_due_is_looked_at_unless_the_subject_admits_it() -> None:
    found = replace(READ, restart_pending=True)

    assert "attend un redémarrage" in miss("K-054", found, plan=PLAN).message
    assert run_check("K-054", wanting(pending_restart=True), {Updates: found}) is not None


def test_another_repository_is_not_one_of_the_bench() -> None:
    asked = catalogue()["K-054"].spec
    elsewhere = wanting(reference="wsus_du_centre")

    assert asked.list_judged(PLAN) == ("poste",)
    assert asked.list_judged(elsewhere) == ()
    assert elsewhere.demand(UpdateLevel).repository == {}
