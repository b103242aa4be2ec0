"""A simulated Windows is sold with the programs that its subject wants removed."""

import json

from labwindows.shop import UNWANTED, preinstall

from checks.software.demand import Programs
from labctl.plan.kinds import describe_nodes
from tests.plans import Desk, plan_of
from tests.unit.windows.simulated import FACTORY

SCENARIO = json.loads(FACTORY.read_text("utf-8"))


def test_the_factory_program_stands_for_those_of_the_subject() -> None:
    names = ('Barre "Essai"', "TurboScan")
    made = preinstall(SCENARIO, names)
    said = json.dumps(SCENARIO).count(UNWANTED)
    assert json.dumps(made).count(UNWANTED) == 0
    assert [json.dumps(made).count(json.dumps(name)[1:-1]) for name in names] == [said, said]
    assert preinstall(made, ()) == made


def test_a_machine_is_told_what_its_subject_names() -> None:
    plan = describe_nodes(plan_of(1, Desk.SIMULATED))
    (node,) = [one for one in plan.nodes.values() if "preinstalled" in one.parameters]
    assert node.name in plan.demand(Programs).on
    assert node.parameters == {"preinstalled": [UNWANTED]}
    assert plan.demand(Programs).removed == (UNWANTED,)
