"""The kit that reads a sealed disk, for real: in a root of its own, on a disk that is hostile.

No container is around it: what Incus adds is seen by ``tests/incus``.
"""

import os
import socket
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError
from labctl.providers.incus import disks, reader
from labctl.seal.tree import Root
from tests.small_bench import small_plan

pytestmark = pytest.mark.embedded
NAME = ".labctl-0011223344556677"
ENTER = 'mount --bind "$1" "$1"; cd "$1"; shift; exec chroot . "$@"'
MARK = "evil was here"


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Give the disk of a candidate who wants the reader to run, or to read, something else."""
    root = tmp_path / "disk"
    for folder in ("etc", "bin", "lib/x86_64-linux-gnu", "proc", "code", "py", "root/deep"):
        (root / folder).mkdir(parents=True)
    (root / "etc/ld.so.preload").write_text("/lib/evil.so\n")
    (root / "etc/nsswitch.conf").write_text("passwd: evil\ngroup: evil\n")
    for program in ("bin/sh", "bin/busybox", "bin/mount"):
        (root / program).write_text(f"#!/bin/echo {MARK}\n")
        (root / program).chmod(0o4755)
    (root / "proc/hidden").write_text("below what is mounted there")
    (root / "root/link").symlink_to("/etc/shadow")
    Path(os.fsdecode(bytes(root) + b'/root/\xff\n["x"]')).write_text("a name")
    (root / "root/hollow").write_bytes(b"begin")
    os.truncate(root / "root/hollow", 8 << 40)
    os.mkfifo(root / "root/fifo")
    os.mknod(root / "root/null", 0o020666, os.makedev(1, 3))
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(root / "root/socket"))
    os.setxattr(root / "root/deep", "user.note", b"\0\xff")
    os.chown(root / "root/deep", 3000001, 100)
    return root


def lay_kit(root: Path, kit: bytes) -> None:
    place = root / NAME
    (place / "tree").mkdir(parents=True)
    program = disks._find_busybox(small_plan(), Deadline.after(600))
    (place / "busybox").write_bytes(program)
    (place / "busybox").chmod(0o700)
    (place / "kit").write_bytes(kit)


def list_disk(root: Path, seconds: float = 60) -> command.Completed:
    """Run what is run in the container."""
    argv = ("unshare", "--mount", "--pid", "--fork", "sh", "-ec", ENTER, "sh", str(root))
    environment = {**reader.ENVIRONMENT, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    whole = (*argv, *disks.name_command(NAME, seconds))
    return command.run(whole, Deadline.after(60), env=environment)


def test_a_disk_is_listed_as_this_machine_would_and_nothing_of_it_runs(disk: Path) -> None:
    expected = Root(disk).list_entries(Deadline.after(60))
    lay_kit(disk, reader.pack_kit())

    said = list_disk(disk)

    assert (said.stderr, MARK in said.stdout) == ("", False)
    assert reader.parse(said.stdout.splitlines()) == expected
    assert expected["proc/hidden"].size > 0
    assert expected["root/hollow"].content.startswith("filled:")
    assert {each.kind for each in expected.values()} >= {"fifo", "socket", "character device"}


def test_a_disk_that_takes_too_long_is_told_in_a_sentence(disk: Path) -> None:
    lay_kit(disk, reader.pack_kit())

    with pytest.raises(CommandError, match="pas lu en entier avant l'échéance"):
        list_disk(disk, seconds=0)
