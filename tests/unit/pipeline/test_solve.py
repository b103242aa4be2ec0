"""How long the solution of a bench may take."""

from labctl.core.kind import Kind
from labctl.pipeline.solve import longest_s
from tests.plans import plan_of


def test_a_real_windows_is_given_hours_and_what_imitates_it_is_not() -> None:
    assert longest_s(plan_of(1, Kind.WINDOWS)) >= 3600
    assert longest_s(plan_of(1, Kind.SIMULATED)) == longest_s(plan_of(1)) < 600
