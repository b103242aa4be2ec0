"""Sabotages and incidents from beside a bench, which another labctl reaches: those of here."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.pipeline import prove
from labctl.pipeline.incident_book import UNDONE, read_book
from labctl.pipeline.incidents import orders
from labctl.pipeline.place import Place, load_place
from labctl.providers.embedded.provider import EmbeddedProvider
from tests.contract.role_bench import RoleBench, open_bench

pytestmark = pytest.mark.embedded

SABOTAGES = ("K-104", "K-137")
"""A file of the box, and a rule in its memory."""
INCIDENT, BROKEN = "P-10", "/etc/nftables.d/internet.conf"
"""A file of the box is changed, another is kept, a service is started again."""


def silent_step(_bench: int, _text: str) -> None:
    pass


def read_file(bench: RoleBench) -> str:
    return bench.on("box", "stat", "-c", "%i %u:%g %a %Y", BROKEN) + bench.on("box", "cat", BROKEN)


def go_through(place: Place, bench: RoleBench) -> list[object]:
    """Inject an incident, look at it, repair it, undo it; return what each act came to."""
    acts: list[Callable[[], orders.Records]] = [
        lambda: orders.inject(place, [1], {1: [INCIDENT]}, silent_step),
        lambda: orders.look(place, [1], silent_step, restart=False, whole=True),
        lambda: orders.repair(place, [1], [], silent_step),
        lambda: orders.undo(place, [1], [], silent_step),
    ]
    found: list[object] = [read_file(bench)]
    for act in acts:
        outcome = act()[1]
        assert outcome.value is not None, outcome.message
        record = outcome.value[-1]
        lines = [(look.lines, look.reasons) for look in record.looks]
        found += [(record.stage, bool(record.shown), lines), read_file(bench)]
    before = read_book(1).before
    assert before is not None
    return [*found, [(one.check, one.machine, one.verdict) for one in before.verdicts], before.seen]


def test_sabotages_and_incidents_from_beside_are_those_of_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, log = load_place("demo-ccp2", None), tmp_path / "orders"
    serve = f"echo >> {log}; exec {sys.executable} -m labctl serve"
    beside = ("/bin/sh", "-c", serve)
    with open_bench(place.plan(1), tmp_path / "state") as bench:
        with monkeypatch.context() as patch:
            patch.setattr(EmbeddedProvider, "serve_argv", lambda _self, _plan: beside)
            proof = prove.prove(place, [1], SABOTAGES, silent_step, tmp_path / "proof.json")
            there = go_through(place, bench)
        ordered = len(log.read_text())
        here = go_through(place, bench)

    assert [row.case for row in proof.proof.rows if not row.reasons] == list(SABOTAGES)
    assert there == here
    assert ordered > len(SABOTAGES) + len(there)
    assert len(log.read_text()) == ordered
    as_solved, broken = here[0], here[2]
    assert broken != as_solved
    assert here.count(as_solved) == 2  # at first, and at the end
    assert UNDONE in str(here)
