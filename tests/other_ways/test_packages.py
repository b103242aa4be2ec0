"""The updates of a Debian workstation by other ways than the reference solution's."""

from collections.abc import Mapping

import pytest

from checks.updates.demand import UpdateLevel
from labctl.pipeline.place import load_place
from tests.commands import Command
from tests.other_ways.machines import CABINET, Machines
from tests.other_ways.packages import AS_DELIVERED, RIGHT, WRONG

pytestmark = pytest.mark.embedded

PLAN = load_place(CABINET, None).plan(1, "titre")
DEBIAN = next(name for name in PLAN.demand(UpdateLevel).on if "apt" in PLAN.nodes[name].faces)
CASE = f"K-054@{DEBIAN}"
OF_EACH_CHANGE = {"one line", "trusted", "no key", "one is missing"}


def list_cases(ways: Mapping[str, object]) -> list[object]:
    """Return each way by its name, most of them for the night."""
    night = {name: () if name in OF_EACH_CHANGE else pytest.mark.nightly for name in ways}
    return [pytest.param(way, id=name, marks=night[name]) for name, way in ways.items()]


@pytest.fixture
def machines(cabinet: Command) -> Machines:
    """Give its machines, the workstation with the versions that it was delivered with."""
    found = Machines(cabinet, 1)
    found.script(DEBIAN, AS_DELIVERED)
    assert judge(found)[0] == "non conforme"
    return found


def judge(machines: Machines) -> tuple[str, str]:
    """Return the verdict and its reason."""
    (verdict,) = machines.room.verdicts(1, "--only", CASE).values()
    return verdict["verdict"], verdict["message"]


@pytest.mark.parametrize("way", list_cases(RIGHT))
def test_updates_that_were_taken_by_a_right_way_conform(machines: Machines, way: str) -> None:
    machines.script(DEBIAN, way)

    assert judge(machines) == ("conforme", "")


@pytest.mark.parametrize("case", list_cases(WRONG))
def test_what_must_be_refused_is(machines: Machines, case: tuple[str, str]) -> None:
    way, said = case
    machines.script(DEBIAN, way)

    verdict, reason = judge(machines)
    assert verdict == "non conforme"
    assert said in reason
