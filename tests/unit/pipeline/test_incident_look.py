"""A look at incidents after a power cut says so, to whoever looks and to who reads its evidence."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.recorder import Circumstances
from labctl.core.ids import NodeName
from labctl.core.verdict import Restart
from labctl.pipeline.incident_book import Book, begin, write_book
from labctl.pipeline.incidents import acts, sight
from labctl.pipeline.incidents.held import Bench
from labctl.pipeline.incidents.sight import Sight
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome
from labctl.plan.model import Delivered
from tests.plans import plan_of


def test_the_second_look_comes_after_the_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    seen: list[Restart | None] = []
    cut: list[str] = []

    class Power:
        def cut_power(self, _plan: object, nodes: tuple[str, ...], *_more: object) -> str:
            cut.extend(nodes)
            return "nas : ne répond pas"

    def look(here: Bench, **_asked: bool) -> None:
        assert isinstance(here.sight, Sight)
        seen.append(here.sight.restart)

    monkeypatch.setattr(acts, "hold", lambda *_args: nullcontext())
    monkeypatch.setattr(acts, "look", look)
    monkeypatch.setattr("labctl.providers.parts.load", lambda _name: Power())
    write_book(1, Book(records=(begin("P-12", {}),)))
    plan = replace(plan_of(1), delivered=Delivered(machines=(NodeName("nas"),)))
    order = Order("incident look", 1, (plan,), 60.0, options={"whole": True, "restart": True})

    acts.look_on(order, lambda _text: None)

    assert "nas" in cut  # what is delivered may be broken too
    assert seen == [None, Restart(tuple(cut), trouble="nas : ne répond pas")]


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
