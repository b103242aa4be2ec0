"""The machine that stands for a Windows: its files, and what its programs say."""

import json
import os
import subprocess
from collections.abc import Hashable, Sequence
from glob import glob
from pathlib import Path
from typing import Protocol

from labwindows.paths import NODE

MAX_BYTES = 1024 * 1024
_PATIENCE_S = 5.0
_NETWORK_S = 8.0
"""For what asks a controller: an emulated machine that is looked at took more than five."""
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


class Machine(Protocol):
    """Where real facts come from."""

    def read(self, path: str) -> str:
        """Return the text of a file, empty when there is none."""
        ...

    def read_bytes(self, path: str) -> bytes:
        """Return what a file holds, nothing when there is none."""
        ...

    def find(self, pattern: str) -> tuple[str, ...]:
        """Return the paths that match, in their order."""
        ...

    def space(self, path: str) -> tuple[int, int]:
        """Return how many bytes a file system holds, and how many are left; 0 when unknown."""
        ...

    def link(self, path: str) -> str:
        """Return where a symbolic link leads, empty when it is none."""
        ...

    def run(self, *argv: str) -> str:
        """Return what a program prints, empty when it fails."""
        ...

    def recall(self, stamp: Hashable, *argv: str) -> str:
        """Return what a program printed when the stamp was this one: run again once it changed."""
        ...

    def succeeds(self, *argv: str) -> bool | None:
        """Tell whether a program ends well, None when it does not end in time."""
        ...


class Local:
    """This machine."""

    def __init__(self, told: str = NODE) -> None:
        """Start on a host as slow as a file says."""
        self._recalled: dict[Sequence[str], tuple[Hashable, str]] = {}
        self._patience = _read_patience(told)

    def read(self, path: str) -> str:
        """Return the text of a file, a megabyte at most."""
        return self.read_bytes(path).decode("utf-8", "replace")

    def read_bytes(self, path: str) -> bytes:
        """Return what a regular file holds, a megabyte at most."""
        try:
            with open(path, "rb", opener=_open_file) as file:
                return file.read(MAX_BYTES)
        except OSError:
            return b""

    def find(self, pattern: str) -> tuple[str, ...]:
        """Return the paths that match, in their order."""
        return tuple(sorted(glob(pattern)))

    def space(self, path: str) -> tuple[int, int]:
        """Return the size of a file system and what is left of it.

        By a program, which can be left behind: a share that is gone makes who asks wait.
        """
        if path == "/":
            seen = os.statvfs(path)
            return seen.f_frsize * seen.f_blocks, seen.f_frsize * seen.f_bavail
        said = self.run("stat", "--file-system", "--format=%S %b %a", path).split()
        if len(said) != 3 or not all(word.isdecimal() for word in said):
            return 0, 0
        block, blocks, left = map(int, said)
        return block * blocks, block * left

    def link(self, path: str) -> str:
        """Return where a symbolic link leads."""
        try:
            return str(Path(path).readlink())
        except OSError:
            return ""

    def run(self, *argv: str) -> str:
        """Return what a program prints within five seconds, more on a slow host."""
        try:
            done = _run(argv, _PATIENCE_S * self._patience)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        if done.returncode != 0:
            return ""
        return done.stdout[:MAX_BYTES].decode("utf-8", "replace")

    def recall(self, stamp: Hashable, *argv: str) -> str:
        """Return what a program printed; its silence is not remembered."""
        known = self._recalled.get(argv)
        if known is not None and known[0] == stamp:
            return known[1]
        said = self.run(*argv)
        if said:
            self._recalled[argv] = (stamp, said)
        return said

    def succeeds(self, *argv: str) -> bool | None:
        """Tell whether a program ends well, None when it does not end in eight seconds, or more."""
        try:
            return _run(argv, _NETWORK_S * self._patience).returncode == 0
        except subprocess.TimeoutExpired:
            return None
        except OSError:
            return False


def _read_patience(path: str) -> float:
    """Return how many times its usual time something may take: 1 where nobody says."""
    try:
        return float(json.loads(Path(path).read_text(encoding="utf-8"))["patience"])
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return 1.0


def _run(argv: Sequence[str], patience_s: float) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=patience_s,
        check=False,
        env=_ENVIRONMENT,
    )


def _open_file(path: str, flags: int) -> int:
    """Open without waiting: the candidate may have put a pipe there."""
    return os.open(path, flags | os.O_NONBLOCK)
