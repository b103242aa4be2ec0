"""The mark of a solution: noted first, read by every collection, gone with the bench."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.collect.bundle import load
from labctl.core.errors import StoreError
from labctl.core.ids import BenchId
from labctl.core.verdict import Help, Verdict
from labctl.pipeline.helped import note_help, read_helps
from labctl.pipeline.place import bench_dir
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests.runs import EXAM, SOLVED, collected, graded


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


LOT = Help("2026-01-01T09:00:00.000Z", "surveillant", "câble coupé", "L1", "Réseau", ("switching",))


def test_a_bench_that_nobody_helped_has_no_mark() -> None:
    assert read_helps(1) == ()


def test_the_whole_solution_is_noted_once() -> None:
    note_help(1, SOLVED)
    note_help(1, replace(SOLVED, at="2026-01-02T08:00:00.000Z"))
    assert read_helps(1) == (SOLVED,)


def test_each_lot_is_noted_with_who_when_and_why() -> None:
    for one in (LOT, SOLVED, replace(LOT, lot="L2")):
        note_help(1, one)
    assert read_helps(1) == (LOT, SOLVED, replace(LOT, lot="L2"))


@pytest.mark.parametrize("text", ["[]", '{"schema": "labctl/helps/v1", "helps": [{}]}'])
def test_a_mark_that_cannot_be_read_is_not_taken_for_none(text: str) -> None:
    note_help(1, SOLVED)
    (bench_dir(1) / "helps.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="ne dit plus quel corrigé a été appliqué"):
        read_helps(1)


def test_what_removes_a_bench_removes_its_mark() -> None:
    note_help(1, SOLVED)
    benches.wipe(Bench(BenchId(1)))
    assert read_helps(1) == ()


def test_what_a_lot_asks_is_helped_and_nothing_else() -> None:
    one = graded(1, EXAM, helps=(LOT,))
    helped = {item.check for item in one.verdicts.verdicts if item.assisted}
    assert helped == {"K-035", "K-057", "K-058", "K-060", "K-068", "K-069"}
    assert one.sheet.counts["aidé"] == len(helped)
    assert one.sheet.provenance.helps == (LOT,)


def test_every_verdict_of_a_solved_bench_is_helped() -> None:
    one = graded(1, EXAM, helps=(SOLVED,))

    assert all(item.assisted for item in one.verdicts.verdicts)
    assert {item.verdict for item in one.verdicts.verdicts} == {Verdict.CONFORM}
    assert one.sheet.counts["conforme"] == 0
    assert one.sheet.counts["aidé"] == len(one.verdicts.verdicts)
    assert one.sheet.provenance.helps == (SOLVED,)


def test_a_mark_that_is_taken_out_of_the_journal_breaks_it() -> None:
    run = collected(1, helps=(SOLVED,))
    journal = run / "evidence" / "journal.jsonl"
    text = journal.read_bytes()
    journal.write_bytes(text.replace(b"surveillante", b"personne"))
    evidence = load(run)
    assert {type(fact).__name__ for fact in evidence.facts.values()} == {"Unobserved"}
