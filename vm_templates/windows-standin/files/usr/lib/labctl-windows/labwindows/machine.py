"""The machine that stands for a Windows: its files, and what its programs say."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

MAX_BYTES = 1024 * 1024
_PATIENCE_S = 5.0
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


class Machine(Protocol):
    """Where real facts come from."""

    def read(self, path: str) -> str:
        """Return the text of a file, empty when there is none."""
        ...

    def link(self, path: str) -> str:
        """Return where a symbolic link leads, empty when it is none."""
        ...

    def run(self, *argv: str) -> str:
        """Return what a program prints, empty when it fails."""
        ...

    def succeeds(self, *argv: str) -> bool:
        """Tell whether a program ends well."""
        ...


class Local:
    """This machine."""

    def read(self, path: str) -> str:
        """Return the text of a file, a megabyte at most."""
        try:
            with Path(path).open("rb") as file:
                return file.read(MAX_BYTES).decode("utf-8", "replace")
        except OSError:
            return ""

    def link(self, path: str) -> str:
        """Return where a symbolic link leads."""
        try:
            return str(Path(path).readlink())
        except OSError:
            return ""

    def run(self, *argv: str) -> str:
        """Return what a program prints within five seconds."""
        done = self._run(argv)
        if done is None or done.returncode != 0:
            return ""
        return done.stdout[:MAX_BYTES].decode("utf-8", "replace")

    def succeeds(self, *argv: str) -> bool:
        """Tell whether a program ends well within five seconds."""
        done = self._run(argv)
        return done is not None and done.returncode == 0

    def _run(self, argv: Sequence[str]) -> subprocess.CompletedProcess[bytes] | None:
        try:
            return subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE_S,
                check=False,
                env=_ENVIRONMENT,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
