"""core.store: whole files or none, and one lock a bench."""

import errno
import multiprocessing
import os
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from labctl.core import store
from labctl.core.errors import Busy, StoreError


def test_json_comes_back_as_written(tmp_path: Path) -> None:
    store.write_json(tmp_path / "a.json", {"é": [1, None, "x"]})
    assert store.read_json(tmp_path / "a.json") == {"é": [1, None, "x"]}


def test_a_document_is_private_from_its_first_byte(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store.write_json(tmp_path / "a.json", {})
    finally:
        os.umask(old)
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o600


def test_equal_documents_are_equal_files(tmp_path: Path) -> None:
    store.write_json(tmp_path / "a", {"a": 1, "b": 2})
    store.write_json(tmp_path / "b", {"b": 2, "a": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_failed_write_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    store.write_json(path, {"old": True})

    def refuse(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreError, match="No space left"):
        store.write_json(path, {"new": True})
    assert store.read_json(path) == {"old": True}
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_document_is_a_store_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(StoreError):
        store.read_json(tmp_path / "a.json")


def test_a_temporary_file_is_never_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("safe")
    (tmp_path / f".a.json.{os.getpid()}.tmp").symlink_to(victim)
    with pytest.raises(StoreError):
        store.write_json(tmp_path / "a.json", {})
    assert victim.read_text() == "safe"


def test_lines_are_appended_in_order(tmp_path: Path) -> None:
    store.append_line(tmp_path / "j", b"one")
    store.append_line(tmp_path / "j", b"two")
    assert (tmp_path / "j").read_bytes() == b"one\ntwo\n"


def _hold(path: Path, held: Event, leave: Event) -> None:
    with store.lock(path, "labctl up"):
        held.set()
        leave.wait(10)


def test_a_held_lock_names_its_holder_and_is_free_after_a_kill(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, leave = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "lock", held, leave))
    other.start()
    assert held.wait(10)

    with (
        pytest.raises(Busy, match=f"labctl up .pid {other.pid}."),
        store.lock(tmp_path / "lock", "me"),
    ):
        pass

    other.kill()
    other.join()
    with store.lock(tmp_path / "lock", "me"):
        assert "me" in (tmp_path / "lock").read_text()
