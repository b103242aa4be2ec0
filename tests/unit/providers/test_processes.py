"""Processes of ours: what the kernel would not show is not taken for gone."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.wait import until
from labctl.providers.namespaces import processes

INSTANCE = "0badcafe"


@pytest.fixture
def child() -> Iterator[int]:
    """Give a child program of a bench, as far as its tag tells."""
    tag = processes.tag(INSTANCE, "01", processes.SPAWNER)
    argv = (sys.executable, "-I", "-S", "-c", "input()")
    with subprocess.Popen(argv, env={"LABCTL_TAG": tag}, stdin=subprocess.PIPE) as process:  # noqa: TID251
        assert until(lambda: processes.scan(INSTANCE), Deadline.after(60))
        yield process.pid
        process.kill()


def refuse(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """Have the kernel refuse to open a file of /proc, as it does when a table is full."""
    opened = os.open

    def open_(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(name):
            raise OSError(number, os.strerror(number), str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", open_)


@pytest.mark.parametrize("number", [errno.ENFILE, errno.EMFILE, errno.ENOMEM])
def test_a_look_that_is_refused_finds_no_absence(
    child: int, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """``down`` would call a bench gone whose machines run, and remove their files."""
    refuse(monkeypatch, f"/{child}/environ", number)

    with pytest.raises(OSError, match=os.strerror(number)):
        processes.scan(INSTANCE)


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ESRCH, errno.EACCES])
def test_what_ended_or_is_of_another_user_is_not_ours(
    child: int, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refuse(monkeypatch, f"/{child}/environ", number)

    assert processes.scan(INSTANCE) == ()


def test_a_process_that_cannot_be_held_is_not_called_dead(
    child: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = processes.scan(INSTANCE)
    assert [process.pid for process in found] == [child]

    def refused(_pid: int) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "pidfd_open", refused)
    with pytest.raises(OSError, match=os.strerror(errno.EMFILE)):
        processes.kill(found, Deadline.after(1))
