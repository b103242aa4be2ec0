"""A chain of records: what is in it holds, and what was done to it is named."""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labctl.core.chain import (
    FIRST,
    TORN,
    ChainBroken,
    History,
    create_chain,
    parse_chain,
    read_chain,
    reopen_chain,
)
from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, StoreError

AT = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)


def add(path: Path, *numbers: int) -> None:
    """Append a record for each number, each by a reopening of its own."""
    for number in numbers:
        with reopen_chain(path, Deadline.after(20)) as (chain, _history):
            chain.append([("act", {"number": number})], AT)


def numbers(history: History) -> list[object]:
    return [record.get("number") for record in history.records]


def chain_of(folder: Path, count: int = 4) -> Path:
    path = folder / "journal.jsonl"
    add(path, *range(count))
    return path


def test_what_was_appended_is_read_in_order(tmp_path: Path) -> None:
    history = read_chain(chain_of(tmp_path))

    last = (tmp_path / "journal.jsonl").read_bytes().splitlines()[-1]
    assert numbers(history) == [0, 1, 2, 3]
    assert history.records[0]["prev"] == FIRST
    assert history.records[3]["at"] == "2026-12-01T17:00:00.000Z"
    assert history.head == hashlib.sha256(last).hexdigest()


def test_several_records_are_appended_in_one_go(tmp_path: Path) -> None:
    with reopen_chain(tmp_path / "j", Deadline.after(1)) as (chain, history):
        chain.append([("a", {}), ("b", {})])

    assert history == History()
    assert [record["kind"] for record in read_chain(tmp_path / "j").records] == ["a", "b"]
    assert (chain.count, chain.head) == (2, read_chain(tmp_path / "j").head)


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = chain_of(tmp_path / "new")

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


EDITS: dict[str, tuple[int, Callable[[list[bytes]], list[bytes]]]] = {
    "changed": (
        1,
        lambda lines: [lines[0], lines[1].replace(b'er":1', b'er":7'), *lines[2:]],
    ),
    "removed": (1, lambda lines: [lines[0], *lines[2:]]),
    "swapped": (1, lambda lines: [lines[0], lines[2], lines[1], lines[3]]),
    "first": (0, lambda lines: [lines[0].replace(b"act", b"end"), *lines[1:]]),
    "added": (4, lambda lines: [*lines, lines[3]]),
    "no json": (1, lambda lines: [lines[0], b"[[", *lines[2:]]),
    "no record": (1, lambda lines: [lines[0], b"3", *lines[2:]]),
    "renumbered": (3, lambda lines: [*lines[:3], lines[3].replace(b'"seq":3', b'"seq":4')]),
}


@pytest.mark.parametrize(("number", "edit"), EDITS.values(), ids=EDITS)
def test_a_record_that_was_edited_is_named_by_its_number(
    tmp_path: Path, number: int, edit: Callable[[list[bytes]], list[bytes]]
) -> None:
    path = chain_of(tmp_path)
    path.write_bytes(b"\n".join(edit(path.read_bytes().splitlines())) + b"\n")

    with pytest.raises(ChainBroken, match=f"l'enregistrement {number} "):
        read_chain(path)


def test_nothing_is_appended_to_a_broken_chain(tmp_path: Path) -> None:
    path = chain_of(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"number":0', b'"number":9'))
    before = path.read_bytes()

    with pytest.raises(ChainBroken):
        add(path, 5)

    assert path.read_bytes() == before


def test_a_torn_last_line_is_cut_and_recorded(tmp_path: Path) -> None:
    path = chain_of(tmp_path)
    torn = path.read_bytes()[-40:-1] + b"\xff"
    path.write_bytes(path.read_bytes() + torn)

    assert read_chain(path).torn == torn
    add(path, 7)

    cut = read_chain(path).records[4]
    assert (cut["kind"], cut["bytes"]) == (TORN, len(torn))
    assert cut["sha256"] == hashlib.sha256(torn).hexdigest()
    assert cut["text"] == torn.decode("utf-8", "replace")
    assert numbers(read_chain(path)) == [0, 1, 2, 3, None, 7]


def test_a_chain_torn_in_its_first_line_begins_with_that(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"at":"2026')

    add(path, 1)

    assert [record["kind"] for record in read_chain(path).records] == [TORN, "act"]


def test_a_cut_that_the_disk_refuses_leaves_the_chain_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = chain_of(tmp_path)
    path.write_bytes(path.read_bytes() + b"half")
    before = path.read_bytes()

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreError, match="disque est plein"):
            add(path, 9)

    assert path.read_bytes() == before


def refuse(_fd: int) -> None:
    raise OSError(28, "No space left on device")


def write_half(fd: int, content: bytes) -> int:
    if len(content) < 60:
        raise OSError(28, "No space left on device")
    return real_write(fd, bytes(content[:50]))


real_write = os.write


def test_a_full_disk_is_told_and_what_it_took_is_cut_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = chain_of(tmp_path)
    with reopen_chain(path, Deadline.after(1)) as (chain, _history):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", write_half)
            with pytest.raises(StoreError, match="disque est plein"):
                chain.append([("act", {"number": 8})])
        with pytest.raises(StoreError, match="n'a pas pu être écrit"):
            chain.append([("act", {"number": 9})])

    add(path, 10)

    assert numbers(read_chain(path)) == [0, 1, 2, 3, None, 10]


def test_a_new_chain_takes_no_file_that_is_there(tmp_path: Path) -> None:
    chain_of(tmp_path)

    with pytest.raises(StoreError, match="un fichier porte ce nom"):
        create_chain(tmp_path / "journal.jsonl", place=tmp_path, hide=str)


def test_secrets_are_hidden_before_they_are_hashed(tmp_path: Path) -> None:
    path = tmp_path / "j"
    chain = create_chain(path, place=tmp_path, hide=lambda text: text.replace("nacre", "***"))
    chain.append([("act", {"said": "nacre"})])
    chain.close()

    assert read_chain(path).records[0]["said"] == "***"


def test_two_processes_at_once_keep_the_chain_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=add, args=(path, *[number] * 20)) for number in (1, 2)]
    for process in both:
        process.start()
    for process in both:
        process.join()

    found = numbers(read_chain(path))

    assert sorted(map(str, found)) == ["1"] * 20 + ["2"] * 20


def test_a_chain_that_another_holds_is_busy(tmp_path: Path) -> None:
    path = chain_of(tmp_path)

    with reopen_chain(path, Deadline.after(1)), pytest.raises(Busy, match="y écrit"):
        add_at_once(path)


def add_at_once(path: Path) -> None:
    with reopen_chain(path, Deadline.after(0.05)):
        pass


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="ne peut être écrit"):
        add(tmp_path / "file" / "journal.jsonl", 1)


def test_a_chain_is_no_link(tmp_path: Path) -> None:
    path = chain_of(tmp_path)
    path.rename(tmp_path / "other")
    path.symlink_to(tmp_path / "other")

    with pytest.raises(StoreError, match="ne peut être écrit"):
        add(path, 1)


def test_deep_json_is_no_record() -> None:
    assert parse_chain(b"[" * 100_000 + b"\n").broken == 0


def test_records_are_plain_json(tmp_path: Path) -> None:
    line = chain_of(tmp_path).read_bytes().splitlines()[1]

    assert set(json.loads(line)) == {"seq", "prev", "kind", "at", "monotonic", "number"}
