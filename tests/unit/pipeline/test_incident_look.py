"""A look at incidents after a power cut says so, to whoever looks and to who reads its evidence."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.recorder import Circumstances
from labctl.core.errors import InfrastructureError
from labctl.core.ids import NodeName
from labctl.core.verdict import Restart
from labctl.pipeline.incident_book import Book, begin, read_book, write_book
from labctl.pipeline.incidents import acts, sight
from labctl.pipeline.incidents.held import Bench
from labctl.pipeline.incidents.sight import Sight
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome
from labctl.plan.model import Delivered
from tests.plans import plan_of


@dataclass(frozen=True, slots=True)
class Power:
    """A provider that only tells what the power is cut of."""

    tell: Callable[[Sequence[str]], None]

    def cut_power(self, _plan: object, nodes: Sequence[str], *_more: object) -> str:
        self.tell(nodes)
        return "nas : ne répond pas"


def test_the_second_look_comes_after_the_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    seen: list[Restart | None] = []
    cut: list[str] = []

    def look(here: Bench, **_asked: bool) -> None:
        assert isinstance(here.sight, Sight)
        seen.append(here.sight.restart)

    monkeypatch.setattr(acts, "hold", lambda *_args: nullcontext())
    monkeypatch.setattr(acts, "look", look)
    monkeypatch.setattr("labctl.providers.parts.load", lambda _name: Power(cut.extend))
    write_book(1, Book(records=(begin("P-04", {}),)))
    plan = replace(plan_of(1), delivered=Delivered(machines=(NodeName("nas"),)))
    order = Order("incident look", 1, (plan,), 60.0, options={"whole": True, "restart": True})

    acts.look_on(order, lambda _text: None)

    assert "nas" in cut  # what is delivered may be broken too
    assert seen == [None, Restart(tuple(cut), trouble="nas : ne répond pas")]
    assert read_book(1).records[0].cut  # nobody had repaired it


@pytest.mark.parametrize("troubled", [False, True])
def test_a_cut_looks_before_and_after_at_what_it_repairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, troubled: bool
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    said: list[str] = []

    def after(here: Bench) -> None:
        assert isinstance(here.sight, Sight)
        said.append(f"after {here.sight.restart and here.sight.restart.trouble}")
        if troubled:
            raise InfrastructureError("hors d'atteinte")

    monkeypatch.setattr(acts, "hold", lambda *_args: nullcontext())
    monkeypatch.setattr(acts, "look_before_cut", lambda _bench, nodes: said.append(nodes[0]))
    monkeypatch.setattr(acts, "look_after_cut", after)
    monkeypatch.setattr("labctl.providers.parts.load", lambda _name: Power(said.extend))
    options = {"nodes": ["commutateur"], "cut_s": 30.0}
    order = Order("cut", 1, (plan_of(1),), 60.0, options=options)

    assert acts.cut_on(order, lambda _text: None) == "nas : ne répond pas"

    assert said == ["commutateur", "commutateur", "after nas : ne répond pas"]


def test_whoever_looks_knows_of_the_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    known: list[Circumstances] = []

    def collect(*_args: object, **named: Any) -> Path:
        known.append(named["known"])
        return tmp_path

    def run(
        jobs: Mapping[int, Callable[[object], Path]], *_args: object, **_more: object
    ) -> dict[int, Outcome[Path]]:
        return {bench: Outcome(job(None)) for bench, job in jobs.items()}

    monkeypatch.setattr(sight, "collect_one", collect)
    monkeypatch.setattr(sight, "run_each", run)
    monkeypatch.setattr(sight, "_judge", lambda *_args: None)
    restart = Restart(("nas",))

    Sight(plan_of(1), {}, lambda _text: None, restart).look((), {"K-001"})

    assert known == [Circumstances(restart=restart)]
