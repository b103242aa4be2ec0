"""The mark of the reference solution: noted once, read by every collection, gone with the bench."""

from pathlib import Path

import pytest

from labctl.collect.bundle import load
from labctl.core.errors import StoreError
from labctl.core.ids import BenchId
from labctl.core.verdict import Verdict
from labctl.pipeline.place import bench_dir
from labctl.pipeline.solved import note_solved, read_solved
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests.runs import EXAM, collected, graded


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


def test_a_bench_that_nobody_solved_has_no_mark() -> None:
    assert read_solved(1) == ""


def test_the_first_time_is_the_one_that_is_kept() -> None:
    note_solved(1)
    first = read_solved(1)
    note_solved(1)
    assert (first[:2], read_solved(1)) == ("20", first)


def test_a_mark_that_cannot_be_read_is_not_taken_for_none() -> None:
    note_solved(1)
    (bench_dir(1) / "solved.json").write_text("[]", encoding="utf-8")
    with pytest.raises(StoreError, match="ne dit plus quand le corrigé a été appliqué"):
        read_solved(1)


def test_what_removes_a_bench_removes_its_mark() -> None:
    note_solved(1)
    benches.wipe(Bench(BenchId(1)))
    assert read_solved(1) == ""


def test_every_verdict_of_a_solved_bench_is_helped() -> None:
    one = graded(1, EXAM, solved_at="2026-01-01T08:00:00.000Z")

    assert all(item.assisted for item in one.verdicts.verdicts)
    assert {item.verdict for item in one.verdicts.verdicts} == {Verdict.CONFORM}
    assert one.sheet.counts["conforme"] == 0
    assert one.sheet.counts["aidé"] == len(one.verdicts.verdicts)
    assert one.sheet.provenance.solved_at == "2026-01-01T08:00:00.000Z"


def test_a_mark_that_is_taken_out_of_the_journal_breaks_it() -> None:
    run = collected(1, solved_at="2026-01-01T08:00:00.000Z")
    journal = run / "evidence" / "journal.jsonl"
    text = journal.read_bytes()
    journal.write_bytes(text.replace(b'"solved_at":"2026-01-01T08:00:00.000Z"', b'"solved_at":""'))
    evidence = load(run)
    assert {type(fact).__name__ for fact in evidence.facts.values()} == {"Unobserved"}
