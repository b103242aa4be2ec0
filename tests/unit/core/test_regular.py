"""core.regular: what anybody may have put in the place of a file is never waited for."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.regular import (
    NotRegular,
    TooLong,
    explain_os,
    find_refusal,
    read_end,
    read_regular,
)


def make_nothing(_path: Path) -> None:
    pass


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def link_to_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_hollow(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (make_nothing, "il n'existe pas"),
        (Path.mkdir, "c'est un dossier"),
        (make_pipe, "ce n'est pas un fichier ordinaire"),
        (link_to_zeros, "ce n'est pas un fichier ordinaire"),
        (make_loop, "ses liens tournent en rond"),
        (make_hollow, "il dépasse 1 Kio"),
    ],
)
def test_what_is_no_document_is_refused_at_once(
    make: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "x"
    make(path)

    with pytest.raises(OSError) as raised:  # noqa: PT011  # the words are looked at
        read_regular(path, 1024)

    assert explain_os(raised.value) == said


def test_a_socket_is_no_file(tmp_path: Path) -> None:
    make_socket(tmp_path / "x")

    with pytest.raises(OSError):  # noqa: PT011  # opening it is refused by the kernel
        read_regular(tmp_path / "x", 1024)


def test_a_file_is_read_to_its_last_byte(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a" * 1024)

    assert read_regular(tmp_path / "x", 1024) == b"a" * 1024
    with pytest.raises(TooLong):
        read_regular(tmp_path / "x", 1023)


def test_an_unusual_reason_is_in_the_words_of_the_system() -> None:
    assert explain_os(OSError(71, os.strerror(71))) == os.strerror(71)
    assert issubclass(NotRegular, OSError)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "x"), "cette machine refuse : le disque est plein"),
        (OSError(errno.EBUSY, "x", "/p"), "cette machine refuse : il est utilisé (/p)"),
        (OSError(errno.ENOENT, "x", "/p"), ""),
        (OSError(errno.ENOTDIR, "x"), ""),
        (TimeoutError("x"), ""),
        (MemoryError(), "cette machine refuse : la mémoire manque"),
        (
            RuntimeError("can't start new thread"),
            "cette machine refuse : trop de processus, ou la mémoire manque",
        ),
        (RuntimeError("x"), ""),
    ],
)  # fmt: skip
def test_a_refusal_of_the_machine_is_no_mistake_of_who_asks(error: Exception, said: str) -> None:
    assert find_refusal(error) == said


def test_the_end_of_a_log_is_read_however_long_it_is(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        file.truncate(8 << 30)  # it holds nothing on the disk
        file.seek(0, 2)
        file.write("début \xff… la fin\n".encode())
    assert read_end(log, 6) == "la fin"
    assert read_end(tmp_path / "none", 6) == ""
