"""Which run of a bench is the newest one: the last that was made, whatever clocks say."""

from pathlib import Path

import pytest

from labctl.pipeline.place import bench_runs, latest_run, new_run


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


def finish(run: Path) -> Path:
    """Make a run that was collected to its end."""
    (run / "evidence").mkdir(parents=True)
    (run / "evidence" / "journal.jsonl").touch()
    return run


def test_a_run_made_after_the_clock_went_back_is_the_newest() -> None:
    """Or ``report`` would show what another candidate did, for as long as the clock was ahead."""
    finish(bench_runs(1) / "29990101T000000.000000Z")

    first = finish(new_run(1))
    second = finish(new_run(1))

    assert latest_run(1) == second
    assert first.name < second.name


def test_a_run_is_named_by_the_time_it_begins() -> None:
    assert "20200101" < new_run(1).name < "2999"
    assert latest_run(1) is None


def test_a_run_that_did_not_end_or_is_a_copy_of_a_person_is_not_the_newest() -> None:
    whole = finish(new_run(1))
    (new_run(1) / "evidence").mkdir(parents=True)
    finish(bench_runs(1) / "avant la remise à zéro")
    finish(bench_runs(1) / f"{whole.name}.bak")

    assert latest_run(1) == whole
