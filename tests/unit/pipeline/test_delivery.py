"""What a bench is delivered with is applied, then seen to work, before it is said to be ready."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from labctl.core import deadline
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.ids import NodeName
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.pipeline import building, delivery
from labctl.pipeline.building import renew
from labctl.pipeline.delivered import is_delivered, note_delivery
from labctl.pipeline.delivery import deliver, deliver_s
from labctl.pipeline.lifecycle import budget_of
from labctl.pipeline.place import load_place
from labctl.plan.model import Plan

RIGHT = CheckVerdict("K-065", "5.3", "Du DHCP", 1, Verdict.CONFORM)
WRONG = replace(RIGHT, verdict=Verdict.NON_CONFORM, message="aucune offre")


class Machines:
    """Note what is applied to which machines, and show verdicts one look after another."""

    def __init__(self, *looks: CheckVerdict) -> None:
        self.looks = list(looks)
        self.applied: list[object] = []
        self.now, self.left_s = 0.0, 0.0

    def apply(self, _plan: object, _secrets: object, _report: object, nodes: object) -> None:
        self.applied.append(nodes)

    def look(self, *_settings: object, **_options: object) -> BenchVerdicts:
        seen = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return BenchVerdicts(1, "A", "c", "namespace", "", "", "", (seen,))

    def ready(self, *_settings: object) -> None:
        self.now += 500

    def reset(
        self, _plan: object, nodes: Collection[NodeName], _report: object, limit: Deadline
    ) -> object:
        self.left_s = limit.remaining_s()
        return SimpleNamespace(nodes=[SimpleNamespace(node=name) for name in nodes])


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(delivery, "SHOW_S", 0.1)


@pytest.fixture
def plan() -> Plan:
    return load_place("demo", None).plan(1, "ccp1")


def use(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_apply", machines.apply)
    monkeypatch.setattr(delivery, "look", machines.look)
    monkeypatch.setattr(building, "load", lambda _name: machines)
    monkeypatch.setattr(building, "ready_images", machines.ready)


def silent(_text: str) -> None:
    """Say nothing."""


def test_a_route_that_delivers_nothing_costs_nothing() -> None:
    plan = load_place("demo", None).plan(1, "titre")
    assert (deliver(plan, {}, silent), deliver_s(plan)) == ((), 0)


def test_what_needs_a_moment_to_work_is_looked_at_again(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines = Machines(WRONG, RIGHT)
    use(machines, monkeypatch)
    assert deliver(plan, {}, silent) == ("K-065",)
    assert machines.applied == [None]
    assert is_delivered(plan)


def test_what_does_not_work_is_named_and_the_bench_is_not_ready(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Machines(WRONG), monkeypatch)
    with pytest.raises(InfrastructureError, match="K-065 Du DHCP : aucune offre"):
        deliver(plan, {}, silent)
    assert not is_delivered(plan)


def test_a_whole_reset_delivers_again_and_proves_it(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines = Machines(RIGHT)
    use(machines, monkeypatch)
    note_delivery(1, ())
    assert renew(plan, {}, silent, ())[1] == ("K-065",)
    assert machines.applied == [None]


def test_a_reset_of_some_machines_delivers_to_these_alone(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines = Machines(WRONG)
    use(machines, monkeypatch)
    note_delivery(1, ())
    assert renew(plan, {}, silent, (NodeName("nas"),))[1] == ()
    assert machines.applied == [[NodeName("nas")]]
    assert is_delivered(plan)


def test_of_a_bench_that_was_not_delivered_all_is_delivered(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines = Machines(RIGHT)
    use(machines, monkeypatch)
    assert renew(plan, {}, silent, (NodeName("nas"),))[1] == ("K-065",)
    assert machines.applied == [None]


def test_building_images_takes_nothing_of_the_time_of_the_machines(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines = Machines(RIGHT)
    use(machines, monkeypatch)
    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: machines.now))
    renew(plan, {}, silent, ())
    assert machines.left_s == budget_of(plan).reset_s
