"""A bench that is only files, sealed through the same code as a real one."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId
from labctl.core.progress import Report, silent
from labctl.pipeline.seal import Sealed, Work, keys_dir, seal_bench, verify_bench
from labctl.seal import signature
from labctl.seal.manifest import Subject
from labctl.seal.tree import Root

FACTS = {"isolation": "namespace", "plan": "ab" * 32, "poste": "debian-base-1"}


@dataclass
class PaperSealer:
    """A sealer whose machines are folders and never run."""

    folder: Path
    facts: dict[str, str] = field(default_factory=lambda: dict(FACTS))

    def close(self, bench: BenchId, report: Report, deadline: Deadline) -> None:
        """Do nothing: nothing runs."""

    def subject(self, bench: BenchId) -> Subject:  # noqa: ARG002
        """Return the two trees."""
        roots = {"banc": Root(self.folder / "bench"), "image a": Root(self.folder / "image")}
        return Subject(self.facts, roots)

    def open(self, bench: BenchId, report: Report, deadline: Deadline) -> str:  # noqa: ARG002
        """Have nothing to say."""
        return ""


def grow(folder: Path) -> None:
    """Make the trees of a small machine: every kind of file an overlay may hold."""
    etc = folder / "bench/nodes/poste/upper/etc"
    etc.mkdir(parents=True)
    (folder / "image/bin").mkdir(parents=True)
    for name in ("hosts", "hostname", "fstab", "é", "passwd"):
        (etc / name).write_bytes(os.urandom(64) + name.encode())
    (etc / "empty").touch()
    (etc / "folder").mkdir()
    (etc / "link").symlink_to("hosts")
    (etc / "folder/inner").write_text("inner")
    Path(os.fsdecode(bytes(etc) + b"/\xff\xfe")).write_text("not UTF-8")
    os.mknod(etc / "whiteout", 0o020000, os.makedev(0, 0))
    os.mkfifo(etc / "fifo")
    os.setxattr(etc / "passwd", "user.note", b"candidate")
    (folder / "image/bin/sh").write_bytes(os.urandom(300))


def work_on(folder: Path, bench: int = 7) -> Work:
    """Return the work on the seal of a paper bench."""
    return Work(bench, "paper", PaperSealer(folder), silent, Deadline.after(60))


def seal(folder: Path, bench: int = 7) -> Sealed:
    """Seal a paper bench."""
    return seal_bench(work_on(folder, bench), signature.ensure_key(keys_dir()))


def verify(folder: Path, bench: int = 7) -> Sealed:
    """Verify the seal of a paper bench."""
    return verify_bench(work_on(folder, bench), keys_dir() / signature.SIGNERS)


def copy(source: Path, target: Path) -> None:
    """Copy trees to the last attribute."""
    shutil.rmtree(target, ignore_errors=True)
    command.run(("cp", "-a", str(source), str(target)), Deadline.after(20))
