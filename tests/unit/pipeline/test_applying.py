"""How long the solution of a bench may take, and of which bench none is noted."""

import pytest

from labctl.core.errors import ProviderError
from labctl.pipeline import applying
from labctl.pipeline.applying import longest_s, require_there
from labctl.providers.base import BenchCondition, BenchStatus
from tests.plans import Desk, plan_of


class Beside:
    """Observes a bench on a cluster."""

    def __init__(self, condition: BenchCondition) -> None:
        self.condition = condition

    def serve_argv(self, _plan: object) -> tuple[str, ...]:
        return ("courier",)

    def status(self, bench: int) -> BenchStatus:
        return BenchStatus(bench, self.condition, {})  # type: ignore[arg-type]


def test_a_bench_on_a_cluster_that_is_not_built_is_refused_before_anything_is_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(applying, "load_observer", lambda _name: Beside(BenchCondition.READY))
    require_there(plan_of(1))

    monkeypatch.setattr(applying, "load_observer", lambda _name: Beside(BenchCondition.ABSENT))
    with pytest.raises(ProviderError, match="n’est pas construit"):
        require_there(plan_of(1))


def test_a_real_windows_is_given_hours_and_what_imitates_it_is_not() -> None:
    assert longest_s(plan_of(1, Desk.WINDOWS)) >= 3600
    assert longest_s(plan_of(1, Desk.SIMULATED)) == longest_s(plan_of(1)) < 600
