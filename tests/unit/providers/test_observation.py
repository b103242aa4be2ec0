"""What is said of a bench that only root can look at, and since when a machine runs."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from labctl.core.ids import BenchId
from labctl.providers.base import BenchCondition
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process, _stat
from labctl.providers.works.observation import observe


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Give bench 7 of an empty state, looked at by somebody who is not root."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return Bench(BenchId(7))


def test_a_bench_that_only_root_sees_is_unknown(bench: Bench) -> None:
    bench.folder.mkdir(parents=True)
    (bench.folder / "state.json").touch()

    seen = observe(bench)

    assert (seen.condition, seen.nodes, seen.started) == (BenchCondition.UNKNOWN, {}, {})


def test_a_folder_that_cannot_be_read_hides_a_bench(bench: Bench) -> None:
    bench.folder.parent.mkdir(parents=True)
    bench.folder.write_text("no folder: listing it is refused", encoding="utf-8")

    assert observe(bench).condition is BenchCondition.UNKNOWN


def test_a_bench_of_which_nothing_is_there_is_absent(bench: Bench) -> None:
    assert observe(bench).condition is BenchCondition.ABSENT
    bench.folder.mkdir(parents=True)
    (bench.folder / "lock").touch()
    assert observe(bench).condition is BenchCondition.ABSENT


def test_root_sees_what_there_is(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bench.folder.mkdir(parents=True)
    (bench.folder / "state.json").touch()

    assert observe(bench).condition is BenchCondition.INTERRUPTED


def test_a_process_says_when_it_started() -> None:
    with subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE) as child:  # noqa: TID251  # a test is outside the product
        said = Process(child.pid, _stat(child.pid), "i", "07", "dc", "").say_started()
        child.communicate()

    ago = datetime.now(UTC) - datetime.fromisoformat(said)
    assert said.endswith("Z")
    assert timedelta(seconds=-2) < ago < timedelta(minutes=5)
