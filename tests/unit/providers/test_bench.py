"""The intent record of a bench, and what is left of it."""

from pathlib import Path

import pytest

from labctl.core.ids import BenchId, NodeName
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import canary
from labctl.providers.namespaces.bench import Bench, BenchState, Phase

STATE = BenchState(
    Phase.RESETTING, "digest", {NodeName("dc"): ("top-2", "low-1")}, (NodeName("dc"),)
)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return bench 7 in a state folder of its own."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    return Bench(BenchId(7))


def test_a_record_is_read_as_it_was_written(bench: Bench) -> None:
    benches.write_state(bench, STATE)

    assert benches.read_state(bench) == STATE


def test_no_record_is_none(bench: Bench) -> None:
    assert benches.read_state(bench) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"phase": "dancing"}', "\x00", '"ready"'])
def test_a_damaged_record_counts_as_none(bench: Bench, text: str) -> None:
    bench.folder.mkdir(parents=True)
    (bench.folder / "state.json").write_text(text)

    assert benches.read_state(bench) is None


def test_wiping_keeps_the_lock_alone(bench: Bench) -> None:
    benches.write_state(bench, STATE)
    (bench.folder / "lock").touch()
    bench.node_folder(NodeName("dc")).mkdir(parents=True)

    assert benches.wipe(bench)
    assert [path.name for path in bench.folder.iterdir()] == ["lock"]


def test_wiping_takes_a_folder_for_a_document_and_a_link_for_a_folder(
    bench: Bench, tmp_path: Path
) -> None:
    (bench.folder / "state.json").mkdir(parents=True)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "file").touch()
    (bench.folder / "secrets").symlink_to(tmp_path / "foreign")

    assert benches.wipe(bench)
    benches.remove_folder(bench)

    assert not benches.benches_folder().exists()
    assert (tmp_path / "foreign" / "file").exists()


def test_a_bench_that_was_moved_behind_a_link_is_removed(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "larger" / "nodes").mkdir(parents=True)
    bench.folder.parent.mkdir(parents=True)
    bench.folder.symlink_to(tmp_path / "larger")

    assert benches.wipe(bench)
    benches.remove_folder(bench)

    assert not benches.benches_folder().exists()
    assert list((tmp_path / "larger").iterdir()) == []


def test_wiping_what_is_not_there_does_nothing(bench: Bench) -> None:
    assert not benches.wipe(bench)


def test_removing_the_last_bench_leaves_no_folder(bench: Bench) -> None:
    benches.write_state(bench, STATE)
    benches.wipe(bench)

    benches.remove_folder(bench)

    assert not benches.benches_folder().exists()


def test_a_folder_that_holds_a_lock_only_is_no_bench(bench: Bench) -> None:
    bench.folder.mkdir(parents=True)
    (bench.folder / "lock").touch()

    assert benches.list_benches() == ()


def test_two_installations_have_different_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "a"))
    first = benches.instance()
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "b"))

    assert first != benches.instance()


def test_the_canary_is_found_across_block_borders(tmp_path: Path) -> None:
    word = "0123456789abcdef"
    (tmp_path / "disk").write_bytes(b"x" * ((1 << 20) - 5) + word.encode() + b"y")

    assert canary.look_for(word, tmp_path) == (1, ("disk",))


def test_the_canary_is_found_in_a_name(tmp_path: Path) -> None:
    (tmp_path / ".canary-w0rd").touch()

    assert canary.look_for("w0rd", tmp_path)[1] == (".canary-w0rd",)


def test_a_clean_folder_holds_no_canary(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("nothing")

    assert canary.look_for("w0rd", tmp_path) == (1, ())
