"""core.store: whole files or none, and one lock a bench."""

import errno
import fcntl
import multiprocessing
import os
import threading
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from labctl.core import store
from labctl.core.errors import Busy, ConnectTimeout, StoreError


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
    with pytest.raises(StoreError, match="le disque est plein"):
        store.write_json(path, {"new": True})
    assert store.read_json(path) == {"old": True}
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("name", [None, "/state/node/file"])
def test_what_the_disk_refuses_names_its_file_or_the_place(
    tmp_path: Path, name: str | None
) -> None:
    said = f"« {name or tmp_path} » ne peut être écrit : le quota du disque est atteint"
    with pytest.raises(StoreError, match=said), store.writing(tmp_path):
        raise OSError(errno.EDQUOT, "Disk quota exceeded", name)


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "gone"), ConnectTimeout("late")])
def test_what_the_disk_has_no_part_in_is_left_alone(tmp_path: Path, error: OSError) -> None:
    with pytest.raises(type(error)) as raised, store.writing(tmp_path):
        raise error
    assert raised.value is error


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


def test_a_pipe_or_a_device_that_is_named_as_output_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "sortie"
    os.mkfifo(pipe)
    with pytest.raises(StoreError, match=r"sortie » ne peut être écrit : ce n'est pas un fichier"):
        store.write_bytes(pipe, b"x")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_lines_are_appended_in_order(tmp_path: Path) -> None:
    store.append_line(tmp_path / "j", b"one")
    store.append_line(tmp_path / "j", b"two")
    assert (tmp_path / "j").read_bytes() == b"one\ntwo\n"


def _hold(path: Path, held: Event, leave: Event) -> None:
    with store.lock(path, "labctl up"):
        held.set()
        leave.wait(60)


def test_a_held_lock_names_its_holder_and_is_free_after_a_kill(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, leave = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "lock", held, leave))
    other.start()
    assert held.wait(60)

    with (
        pytest.raises(Busy, match=f"labctl up .pid {other.pid}."),
        store.lock(tmp_path / "lock", "me"),
    ):
        pass

    other.kill()
    other.join()
    with store.lock(tmp_path / "lock", "me"):
        assert "me" in (tmp_path / "lock").read_text()


def test_folders_are_made_and_a_document_that_cannot_be_written_names_itself(
    tmp_path: Path,
) -> None:
    store.write_json(tmp_path / "one" / "two" / "a.json", {})
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        store.write_json(tmp_path / "file" / "a.json", {})
    why = "un des dossiers du chemin n'en est pas un"
    assert caught.value.message == f"« {tmp_path}/file/a.json » ne peut être écrit : {why}"


def test_a_document_may_be_readable_to_others_when_asked(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store.write_json(tmp_path / "a.json", {}, mode=0o644)
        store.write_bytes(tmp_path / "b", b"", mode=0o644)
        store.append_line(tmp_path / "c", b"x", mode=0o640)
        store.append_line(tmp_path / "d", b"x")
    finally:
        os.umask(old)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"a.json": 0o644, "b": 0o644, "c": 0o640, "d": 0o600}


def test_a_document_is_text_that_a_person_reads(tmp_path: Path) -> None:
    store.write_json(tmp_path / "a.json", {"b": "é", "a": "\udcff"})
    assert (tmp_path / "a.json").read_bytes() == '{\n "a": "\\udcff",\n "b": "é"\n}\n'.encode()


def test_a_document_moves_no_cursor_and_turns_no_text_round(tmp_path: Path) -> None:
    store.write_json(tmp_path / "a.json", "\x9b31m\x7f\u202e\u200b\U000e0041 «\u00a0é\u202f»")
    text = (tmp_path / "a.json").read_text()
    assert text == '"\\u009b31m\\u007f\\u202e\\u200b\\udb40\\udc41 «\u00a0é\u202f»"\n'
    assert store.read_json(tmp_path / "a.json") == (
        "\x9b31m\x7f\u202e\u200b\U000e0041 «\u00a0é\u202f»"
    )


def test_a_document_that_is_a_device_or_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    for name in ("zero", "pipe"):
        with pytest.raises(StoreError, match="ce n'est pas un fichier ordinaire"):
            store.read_bytes(tmp_path / name)


def test_a_document_that_is_absent_or_damaged_names_itself(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as absent:
        store.read_json(tmp_path / "a")
    assert absent.value.message == f"« {tmp_path}/a » ne peut être lu : il n'existe pas"
    (tmp_path / "b").write_text("{")
    with pytest.raises(
        StoreError, match=f"« {tmp_path}/b » n'est pas un document JSON : Expecting"
    ):
        store.read_json(tmp_path / "b")


def test_a_line_is_durable_and_never_written_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    store.append_line(tmp_path / "j", b"one")
    assert len(synced) == 1

    (tmp_path / "link").symlink_to(tmp_path / "victim")
    with pytest.raises(StoreError) as caught:
        store.append_line(tmp_path / "link", b"one")
    assert str(tmp_path / "link") in caught.value.message
    assert not (tmp_path / "victim").exists()


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of what was made durable, in order."""
    names: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda fd: names.append(Path(f"/proc/self/fd/{fd}").readlink().name)
    )
    return names


def test_a_write_is_durable_the_file_then_its_name(tmp_path: Path, synced: list[str]) -> None:
    store.write_bytes(tmp_path / "a", b"x")
    assert synced == [f".a.{os.getpid()}.tmp", tmp_path.name]


def test_the_folders_that_a_document_needs_are_durable_before_it(
    tmp_path: Path, synced: list[str]
) -> None:
    store.write_bytes(tmp_path / "one" / "two" / "a", b"x")
    assert synced[:2] == [tmp_path.name, "one"]


def test_a_line_that_the_disk_takes_in_parts_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, content: write(fd, content[:2]))
    store.append_line(tmp_path / "j", b"a longer line")
    assert (tmp_path / "j").read_bytes() == b"a longer line\n"


def test_whatever_is_at_a_path_is_removed_and_nothing_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    (tmp_path / "file").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "foreign").touch()
    (tmp_path / "link").symlink_to(tmp_path / "other")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for name in ("folder", "file", "link", "nowhere", "absent"):
        store.remove(tmp_path / name)
    assert [path.name for path in tmp_path.rglob("*")] == ["other", "foreign"]


def test_a_lock_whose_name_the_disk_refuses_at_the_end_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close, refused = os.close, []

    def close_late(fd: int) -> None:
        close(fd)
        refused.append(fd)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with store.lock(tmp_path / "lock", "me"):
        monkeypatch.setattr(os, "close", close_late)
    monkeypatch.undo()

    assert len(refused) == 1
    with store.lock(tmp_path / "lock", "you"):
        pass


def test_a_lock_is_never_taken_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "lock").symlink_to(victim)
    with pytest.raises(StoreError, match="lock"), store.lock(tmp_path / "lock", "me"):
        pass
    assert victim.read_text() == "precious"


def test_a_lock_whose_folder_goes_before_it_is_opened_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``down`` of another process removes the folder between its making and the opening."""
    path, opened, names = tmp_path / "01" / "lock", os.open, []

    def open_late(name: Path, flags: int, mode: int = 0o777) -> int:
        names.append(name)
        if len(names) == 1:
            path.parent.rmdir()
        return opened(name, flags, mode)

    monkeypatch.setattr(os, "open", open_late)
    with store.lock(path, "me"):
        assert path.exists()
    assert names == [path, path]


def test_a_lock_where_no_folder_can_be_made_is_said() -> None:
    """The kernel says of each name in /proc that it does not exist, also while it is made."""
    with (
        pytest.raises(StoreError, match="« /proc/labctl/01/lock » ne peut être écrit"),
        store.lock(Path("/proc/labctl/01/lock"), "me"),
    ):
        pass


def test_a_lock_makes_its_folder_and_one_that_cannot_be_is_said(tmp_path: Path) -> None:
    with store.lock(tmp_path / "one" / "two" / "lock", "me"):
        said = (tmp_path / "one" / "two" / "lock").read_text()
    assert said == f"me (pid {os.getpid()})\n"

    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreError, match=f"« {tmp_path}/file/lock » ne peut être écrit"),
        store.lock(tmp_path / "file" / "lock", "me"),
    ):
        pass


def test_a_lock_forgets_its_last_holder(tmp_path: Path) -> None:
    with store.lock(tmp_path / "lock", "a holder with a long name"):
        pass
    with store.lock(tmp_path / "lock", "me"):
        assert (tmp_path / "lock").read_text() == f"me (pid {os.getpid()})\n"


def test_who_takes_a_lock_is_given_the_time_to_write_its_name(tmp_path: Path) -> None:
    """Until then the name of the one before may be there, who is dead."""
    path = tmp_path / "bench-1" / "lock"
    with store.lock(path, "me"):
        path.write_text(f"labctl down (pid {max_pid() + 1})\n")
        late = threading.Timer(0.1, path.write_text, (f"labctl up (pid {os.getpid()})\n",))
        late.start()
        with pytest.raises(Busy) as caught, store.lock(path, "you"):
            pass
    late.join()
    assert caught.value.message == f"banc bench-1 : tenu par labctl up (pid {os.getpid()})"


def test_who_lets_a_lock_go_and_lives_on_is_not_named_any_more(tmp_path: Path) -> None:
    """Whoever takes it next has it for an instant before it has written its own name."""
    path = tmp_path / "bench-1" / "lock"
    with store.lock(path, "labctl up"):
        pass
    with path.open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Busy) as caught, store.lock(path, "labctl down"):
            pass
    assert caught.value.message == "banc bench-1 : tenu par ?"


def test_a_lock_that_is_let_go_meanwhile_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    other = path.open("r+b")
    fcntl.flock(other, fcntl.LOCK_EX)
    late = threading.Timer(0.1, other.close)
    late.start()
    with store.lock(path, "me"):
        assert path.read_text() == f"me (pid {os.getpid()})\n"
    late.join()


def max_pid() -> int:
    return int(Path("/proc/sys/kernel/pid_max").read_text("ascii"))


def test_a_lock_of_nobody_in_particular_is_busy_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "bench-1" / "lock"
    with store.lock(path, "me"):
        os.truncate(path, 0)
        with pytest.raises(Busy) as caught, store.lock(path, "you"):
            pass
    assert caught.value.message == "banc bench-1 : tenu par ?"
    assert caught.value.hint == "attendez sa fin, puis recommencez"


@pytest.mark.parametrize("is_made_again", [True, False])
def test_a_lock_that_was_removed_meanwhile_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_made_again: bool
) -> None:
    """``down`` of another process removes the folder between the opening and the locking."""
    path, flock, taken = tmp_path / "lock", fcntl.flock, []

    def take_late(fd: int, operation: int) -> None:
        taken.append(fd)
        if len(taken) == 1:
            path.rename(tmp_path / "gone")  # kept, so that the new one has another number
            if is_made_again:
                path.touch()
        flock(fd, operation)

    monkeypatch.setattr(fcntl, "flock", take_late)
    with store.lock(path, "me"):
        assert path.read_text() == f"me (pid {os.getpid()})\n"
    assert len(taken) == 2
    assert (tmp_path / "gone").read_text() == ""
