"""What the gate of a way in counts, and the names that it gives to what was handed in."""

import json
import selectors
import socket
from pathlib import Path

import pytest

from labctl.providers.doors import depot, freezer, gate, limits
from labctl.providers.namespaces.processes import Process


def test_an_address_that_comes_too_often_waits_and_others_do_not() -> None:
    starts = limits.Starts()
    came = [starts.admits("10.0.0.1", now / 10) for now in range(limits.STARTS + 1)]
    assert came == [True] * limits.STARTS + [False]
    assert starts.admits("10.0.0.2", 3.0)
    assert starts.admits("10.0.0.1", limits.STARTS_S + 4.0)


def test_a_window_that_says_too_much_waits() -> None:
    flow = limits.Flow()
    assert flow.wait_s(limits.BURST_BYTES // 2) == 0
    assert flow.wait_s(limits.BURST_BYTES + limits.OUTPUT_BYTES_S) > 1


def test_windows_that_each_begin_a_program_are_counted() -> None:
    request = {"machines": {"m": {"command": ["/bin/true"]}}, "environment": {}}
    entrance = Process(1, 1, "i", "01", "-entrance", "")
    ours, theirs = socket.socketpair()
    with ours, theirs, selectors.DefaultSelector() as selector:
        stood = gate.Gate(request, entrance, 0, selector, None, is_paused=False)
        found = [gate._find_console(stood, "m", ours) for _ in range(limits.STARTS + 1)]
    assert None not in found[:-1]
    assert found[-1] is None


@pytest.fixture
def entrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Process:
    """Give a way in whose folder of documents is one of here."""
    (tmp_path / "inside").mkdir()
    monkeypatch.setattr(depot, "_place_of", lambda _entrance: tmp_path / "inside")
    monkeypatch.setattr("os.chown", lambda *_words, **_flags: None)
    entrance = Process(1, 1, "i", "01", "-entrance", "")
    depot.restore(tmp_path / "kept", entrance, 0)
    return entrance


def test_names_of_documents_are_in_the_index_alone(tmp_path: Path, entrance: Process) -> None:
    names = ["-rf *", "..x", "$(id)", "fiche é.txt", "a\nb", "x" * 200]
    for name in names:
        (tmp_path / "inside" / name).write_text(name)

    depot.keep(entrance, tmp_path / "kept")

    index = json.loads((tmp_path / "kept" / depot.INDEX).read_bytes())
    assert [each["name"] for each in index] == sorted(names)
    files = [each["file"] for each in index]
    assert all(set(file) <= SAFE and len(file) <= 70 for file in files)
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {*files, depot.INDEX}


def test_what_is_no_file_is_not_read_and_what_was_taken_back_goes(
    tmp_path: Path, entrance: Process
) -> None:
    (tmp_path / "inside" / "a").write_text("a")
    (tmp_path / "inside" / "link").symlink_to("/etc/shadow")
    (tmp_path / "inside" / "folder").mkdir()
    depot.keep(entrance, tmp_path / "kept")
    depot.keep(entrance, tmp_path / "kept")
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["01-a", "index.json"]

    (tmp_path / "inside" / "a").unlink()
    depot.keep(entrance, tmp_path / "kept")

    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["index.json"]


def test_what_was_kept_stays_until_the_new_folder_has_it(tmp_path: Path, entrance: Process) -> None:
    (tmp_path / "inside" / "a").write_text("a")
    depot.keep(entrance, tmp_path / "kept")
    (tmp_path / "inside" / "a").unlink()
    tmp_path.with_suffix(".ready").unlink()  # killed before anything was given back

    depot.keep(entrance, tmp_path / "kept")

    assert (tmp_path / "kept" / "01-a").read_text() == "a"


def test_a_new_folder_gets_what_was_kept_of_the_one_before(
    tmp_path: Path, entrance: Process
) -> None:
    (tmp_path / "inside" / "fiche é.txt").write_text("a word")
    depot.keep(entrance, tmp_path / "kept")
    (tmp_path / "inside" / "fiche é.txt").unlink()

    depot.restore(tmp_path / "kept", entrance, 0)

    assert (tmp_path / "inside" / "fiche é.txt").read_text() == "a word"
    (tmp_path / "inside" / "fiche é.txt").write_text("another")
    depot.restore(tmp_path / "kept", entrance, 0)
    assert (tmp_path / "inside" / "fiche é.txt").read_text() == "another"


SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def test_the_freezer_is_where_the_second_control_groups_are(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("cgroup /sys/fs/cgroup/pids cgroup rw 0 0\nnone /sys/x cgroup2 rw 0 0\n")
    assert freezer.find_root(mounts) == Path("/sys/x")
    mounts.write_text("proc /proc proc rw 0 0\n")
    assert freezer.find_root(mounts) is None


def test_where_there_is_no_freezer_none_is_made(tmp_path: Path) -> None:
    assert freezer.make(tmp_path / "group") is None
    assert freezer.make(tmp_path / "no" / "group") is None
    assert not freezer.is_frozen(tmp_path / "group")


def test_a_group_is_frozen_thawed_and_removed(tmp_path: Path) -> None:
    group = tmp_path / "group"
    group.mkdir()
    (group / "cgroup.freeze").write_text("0")
    (group / "cgroup.events").write_text("populated 1\nfrozen 1\n")
    assert freezer.make(group) == group
    assert freezer.freeze(group)
    assert freezer.is_frozen(group)
    freezer.drop(group)
    assert not freezer.is_frozen(group)


def test_a_file_is_put_beside_those_of_the_candidate_and_taken_away(
    tmp_path: Path, entrance: Process
) -> None:
    (tmp_path / "inside" / "theirs").write_text("theirs")
    (tmp_path / "inside" / "sheet").symlink_to("/etc/shadow")
    depot.put(entrance, {"sheet": b"ours", "gone": None}, 0)
    depot.keep(entrance, tmp_path / "kept")
    assert names_in(tmp_path / "kept") == ["sheet", "theirs"]
    assert (tmp_path / "kept" / "01-sheet").read_bytes() == b"ours"

    depot.add(tmp_path / "kept", {"quote": b"q", "sheet": None})
    assert names_in(tmp_path / "kept") == ["quote", "theirs"]
    assert (tmp_path / "kept" / "02-theirs").read_bytes() == b"theirs"


def test_a_file_is_added_where_nothing_was_handed_in(tmp_path: Path) -> None:
    depot.add(tmp_path / "new", {"quote": b"q"})

    assert names_in(tmp_path / "new") == ["quote"]


def names_in(folder: Path) -> list[str]:
    return [each["name"] for each in json.loads((folder / depot.INDEX).read_bytes())]
