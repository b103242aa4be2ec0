"""How long the solution of a bench may take."""

from labctl.pipeline.applying import longest_s
from tests.plans import Desk, plan_of


def test_a_real_windows_is_given_hours_and_what_imitates_it_is_not() -> None:
    assert longest_s(plan_of(1, Desk.WINDOWS)) >= 3600
    assert longest_s(plan_of(1, Desk.SIMULATED)) == longest_s(plan_of(1)) < 600
