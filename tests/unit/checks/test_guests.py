"""Checks of the hypervisor and its virtual machine, which a candidate may leave out."""

from dataclasses import replace
from typing import Any

import pytest

from checks.virtualisation.demand import Hypervisor
from checks.virtualisation.facts.guests import Guest, Guests
from labctl.core.expect import NotAsked, Undecided
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but

FOUND = fact_of(Guests)
(GUEST,) = FOUND.guests


@pytest.mark.parametrize("check", ["K-014", "K-015"])
def test_what_is_optional_and_was_not_begun_is_not_judged(check: str) -> None:
    assert isinstance(refuse(check, Guests(frozenset(), ())), NotAsked)


def test_a_machine_without_its_hypervisor() -> None:
    found = miss("K-014", replace(FOUND, hypervisors=frozenset()))
    assert "aucun des hyperviseurs admis n'est installé (hyper-v, virtualbox)" in found.message


def test_a_hypervisor_that_labctl_does_not_know_is_for_a_person() -> None:
    asked = PLAN.demand(Hypervisor).model_copy(update={"hypervisors": ("hyper-v", "vmware")})
    plan = replace(PLAN, demands={**PLAN.demands, Hypervisor.topic: asked.write()})

    for check in ("K-014", "K-015"):
        nothing = refuse(check, Guests(frozenset(), ()), plan=plan)
        assert isinstance(nothing, Undecided)
        assert str(nothing) == "vmware : à voir à l'écran"
    run_check("K-014", plan, solved_but(FOUND))


def test_either_hypervisor_will_do_whose_machines_a_person_may_have_to_see() -> None:
    box = Guests(frozenset({"virtualbox"}), ())
    run_check("K-014", PLAN, solved_but(box))
    assert isinstance(refuse("K-015", box), Undecided)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "autre"}, "la machine virtuelle VM-ESSAI n'existe pas"),
        ({"ram_mib": 1024}, "mémoire, en Mio : attendu 2048, trouvé 1024"),
        ({"vcpu": 4}, "processeurs : attendu 1, trouvé 4"),
    ],
)
def test_another_machine_is_named(changed: dict[str, Any], said: str) -> None:
    guest: Guest = replace(GUEST, **changed)
    assert said in miss("K-015", replace(FOUND, guests=(guest,))).message


def test_the_case_of_a_name_does_not_matter() -> None:
    guest = replace(GUEST, name="vm-essai")
    run_check("K-015", PLAN, solved_but(replace(FOUND, guests=(guest,))))
