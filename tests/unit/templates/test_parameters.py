"""What each role is told: complete, and no more than it needs."""

from dataclasses import replace

import pytest

from labctl.core.ids import BenchId, NodeName
from labctl.providers.roles import parameters
from labctl.spec.kind import list_kinds
from tests.plans import plan_of


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_every_machine_of_a_plan_has_a_template_and_parameters(bench: int) -> None:
    roles = {node.role for node in plan_of(bench).nodes.values()}

    assert roles <= set(list_kinds())
    assert roles <= set(parameters.PARAMETERS)


def test_the_domain_of_a_variant_is_the_same_for_every_bench() -> None:
    plan = plan_of(1)

    assert parameters.domain(plan) == parameters.domain(replace(plan, bench=BenchId(9)))
    assert parameters.domain(plan_of(1)) == parameters.domain(plan_of(4))


def test_each_domain_has_its_own_sid() -> None:
    names = ("moana.test", "tiare.test", "fare.test")

    sids = {parameters.domain_sid(name) for name in names}

    assert len(sids) == 3
    assert all(sid.startswith("S-1-5-21-") for sid in sids)
    assert parameters.domain_sid("MOANA.test") == parameters.domain_sid("moana.test")


def test_both_sides_of_a_join_are_given_its_password() -> None:
    assert set(parameters.SECRETS["nas"]) <= set(parameters.SECRETS["dc"])


def test_names_that_exist_point_to_the_file_server() -> None:
    assert parameters.domain(plan_of(1))["hosts"] == {
        "NAS-ARU-01": "10.21.20.20",
        "intranet": "10.21.20.20",
    }


def test_policies_are_told_with_what_they_set() -> None:
    assert parameters.domain(plan_of(1))["gpos"] == [
        {
            "name": "GPO_POSTES_SECURITE",
            "values": {
                "InactivityTimeoutSecs": 600,
                "NoDriveTypeAutoRun": 255,
                "EnableSmartScreen": 1,
            },
            "drives": [],
        },
        {"name": "GPO_LECTEURS", "values": {}, "drives": ["S:", "T:"]},
    ]


def test_no_secret_is_among_the_parameters() -> None:
    plan = plan_of(1)

    told = {name: parameters.PARAMETERS[node.role](plan, node) for name, node in plan.nodes.items()}

    assert "password" not in str(told)
    assert told[NodeName("jury")] == {}
