"""A cluster that is off is told, and keeps nothing else from being removed."""

import json
from pathlib import Path

import pytest

from labctl.pipeline.place import bench_dir
from labctl.plan.document import to_json
from tests.small_bench import outer_plan
from tests.unit.cli.lines import say

OFF = "127.0.0.1:1 est injoignable"


@pytest.fixture(autouse=True)
def off(tmp_path: Path) -> None:
    """Have a cluster been used that nobody answers for."""
    way = {"address": "127.0.0.1:1", "fingerprint": "0a" * 32, "pool": "default", "member": ""}
    known = [{**way, "certificate": "labctl.crt", "key": "labctl.key"}]
    bench_dir(1).mkdir(parents=True)
    (bench_dir(1) / "plan.json").write_text(to_json(outer_plan()), encoding="utf-8")
    (tmp_path / "state/clusters.json").write_text(json.dumps(known), encoding="utf-8")


def test_a_bench_is_removed_while_a_cluster_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "down", "1", "--yes")

    assert (said.code, said.out) == (0, "bancs démontés : 01\n")
    assert OFF not in said.err
    assert not bench_dir(1).exists()


def test_what_would_be_removed_is_told_without_the_cluster_that_is_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = say(capsys, "down", "--all", "--dry-run")

    assert (said.code, said.out) == (3, "à démonter : 01\n")
    assert OFF in said.err
    told, hint = said.err.splitlines()
    assert told.endswith(" ; ce qui y est peut manquer ici")
    assert hint.startswith("  piste : si cette grappe n'existe plus, ôtez-la de ")


def test_not_all_is_removed_while_a_cluster_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "down", "--all", "--yes")

    assert (said.code, said.out) == (3, "bancs démontés : 01\n")
    assert OFF in said.err
    assert not bench_dir(1).exists()


def test_a_bench_that_nothing_is_known_of_may_be_on_the_cluster_that_is_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = say(capsys, "down", "2", "--yes")

    assert said.code == 5
    assert OFF in said.err
