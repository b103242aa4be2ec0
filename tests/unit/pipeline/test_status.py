"""What is there is told by the provider that built it, whatever the room says now."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.ids import BenchId, NodeName
from labctl.pipeline import lifecycle
from labctl.pipeline.lifecycle import list_troubles, look_at_bench
from labctl.pipeline.order import Order
from labctl.pipeline.place import bench_dir
from labctl.plan.document import to_json
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition, BenchStatus, NodeCondition
from tests.plans import plan_of

PLAN = plan_of(1)


class Observer:
    """Sees one machine that runs."""

    def __init__(self, name: str, asked: list[str]) -> None:
        asked.append(name)

    def status(self, bench: BenchId) -> BenchStatus:
        nodes = {NodeName("nas"): NodeCondition.RUNNING}
        return BenchStatus(bench, BenchCondition.READY, nodes)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the providers that are asked from now on."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    found: list[str] = []
    monkeypatch.setattr(lifecycle, "load_observer", lambda name: Observer(name, found))
    return found


def look(plan: Plan) -> BenchStatus:
    return look_at_bench(Order("status", plan.bench, (plan,), 60.0), lambda _text: None)


def keep(text: str) -> None:
    bench_dir(1).mkdir(parents=True)
    (bench_dir(1) / "plan.json").write_text(text, encoding="utf-8")


def test_a_bench_of_another_provider_is_looked_at_by_that_one(asked: list[str]) -> None:
    keep(to_json(replace(PLAN, provider="libvirt")))

    seen = look(PLAN)

    assert asked == ["libvirt"]
    assert seen.condition is BenchCondition.READY
    assert list_troubles(seen) == ("construit par le fournisseur « libvirt »",)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"provider": "cloud"}', '{"provider": []}'])
def test_of_a_bench_that_does_not_say_the_room_decides(text: str, asked: list[str]) -> None:
    if text:
        keep(text)

    assert list_troubles(look(PLAN)) == ()
    assert asked == [PLAN.provider]
