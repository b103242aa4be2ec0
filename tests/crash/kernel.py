"""Kill a program at a system call, or have the kernel refuse one: strace injects it.

The program is run once to list its calls; what follows its look for a marker is what counts.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.crash.acts import MARK
from tests.plans import ROOT

CALLS = (
    "openat", "write", "pwrite64", "fsync", "rename", "unlink", "unlinkat", "mkdir", "ftruncate",
    "link", "linkat", "flock", "vfork", "clone3",
)  # fmt: skip
REFUSALS = {
    "openat": ("EMFILE", "ENOSPC", "EACCES", "ENOMEM"),
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "pwrite64": ("ENOSPC",),
    "fsync": ("EIO", "ENOSPC"),
    "rename": ("ENOSPC", "EIO", "EROFS"),
    "mkdir": ("ENOSPC", "EACCES"),
    "link": ("EIO",),
    "linkat": ("EIO",),
    "ftruncate": ("EIO",),
}
_LINE = re.compile(r"^(\w+)\((.*)")
_SPEAKING = ("1,", "2,")
_LOOK = "access,faccessat,faccessat2"


@dataclass(frozen=True)
class Point:
    """The Nth call of a name, counted from the start of the program."""

    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.call}#{self.number}"


@dataclass(frozen=True)
class Ended:
    """What became of a program."""

    code: int
    claims: tuple[str, ...]
    said: str


def list_points(act: str, folder: Path) -> tuple[Point, ...]:
    """Run an act to its end; return its calls, but for what it says and what it only reads."""
    folder.mkdir(parents=True)
    trace = folder / "trace"
    options = ("-o", str(trace), "-e", f"trace={_LOOK},{','.join(CALLS)}")
    ended = _run(options, act, folder / "work")
    if ended.code != 0:
        raise AssertionError(f"{act}: {ended.code} {ended.said}")
    counts: dict[str, int] = {}
    found: list[Point] | None = None
    for line in trace.read_text("utf-8", "replace").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        call, rest = match.groups()
        if MARK in rest:
            found = []
        counts[call] = counts.get(call, 0) + 1
        if found is not None and call in CALLS and _changes(call, rest):
            found.append(Point(call, counts[call]))
    return tuple(found or ())


def kill(act: str, folder: Path, point: Point) -> Ended:
    """Run an act that is killed when it makes a call."""
    return _inject(act, folder, point, "signal=SIGKILL")


def refuse(act: str, folder: Path, point: Point, error: str) -> Ended:
    """Run an act of which one call is refused."""
    return _inject(act, folder, point, f"error={error}")


def run(act: str, folder: Path) -> Ended:
    """Run an act undisturbed."""
    return _run(("-o", os.devnull, "-e", "trace=none"), act, folder)


def _inject(act: str, folder: Path, point: Point, what: str) -> Ended:
    options = (
        *("-o", os.devnull, "-e", f"trace={point.call}"),
        *("-e", f"inject={point.call}:{what}:when={point.number}"),
    )
    return _run(options, act, folder)


def _changes(call: str, rest: str) -> bool:
    if call in ("write", "pwrite64"):
        return not rest.startswith(_SPEAKING)
    return call != "openat" or any(flag in rest for flag in ("O_WRONLY", "O_RDWR", "O_DIRECTORY"))


def _run(options: tuple[str, ...], act: str, folder: Path) -> Ended:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(  # noqa: TID251  # a test is outside the product
        ("strace", "-qq", *options, sys.executable, "-m", "tests.crash.acts", act, str(folder)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env=environment,
    )
    return Ended(done.returncode, tuple(done.stdout.split()), done.stderr)
