"""A candidate at their computer: windows of machines, real keystrokes, documents handed in."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.candidate import HOST, Candidate, Terminal
from tests.day.pack import Pack
from tests.other_ways.machines import REFUSED

MENU = r"Votre choix : $"
SHELL = r"[#$] $"
SWITCH = r"[>#] ?$|\]\? ?$|: $"
END = "FIN-DE-SAISIE"
LEAVE = "\x1d"
"""Ctrl-]: back to the menu, the window stays."""


@dataclass(frozen=True)
class Desk:
    """What a candidate has before them: the papers, and a computer of the room."""

    folder: Path
    bench: int
    pack: Pack

    @property
    def candidate(self) -> Candidate:
        """Return OpenSSH, with what the annexe says."""
        own = Candidate(self.folder, self.bench, self.pack.port, self.pack.menu.password)
        assert (self.pack.host, self.pack.menu.name, self.pack.depot.name) == (
            *(HOST, own.account, own.depot),
        )
        return own

    def read_subject(self) -> str:
        """Read the first page of the subject at the menu."""
        with self.candidate.terminal() as terminal:
            terminal.read_until(MENU)
            terminal.type("s\n")
            return terminal.read_until("q : le menu")

    @contextmanager
    def window(self, hostname: str) -> Iterator[Terminal]:
        """Open a window of a machine that the menu lists, by its name on paper."""
        with self.candidate.terminal() as terminal:
            menu = terminal.read_until(MENU)
            listed = re.search(rf"^\s*(\d+)\s+{re.escape(hostname)}\b", menu, re.MULTILINE)
            assert listed, menu
            terminal.type(f"{listed[1]}\n")
            yield terminal

    def type_script(self, hostname: str, script: str) -> str:
        """Type a shell script in a window, line after line; it must come to its end."""
        with self.window(hostname) as terminal:
            terminal.read_until(SHELL)
            terminal.type(f"set +H; bash -euo pipefail <<'{END}'\n")
            terminal.type(script.strip("\n") + f"\n{END}\n")
            terminal.type("echo code=$?; exit\n")
            said = terminal.read_until(r"code=\d+", seconds=120.0)
        assert re.search(r"code=0\b", said), said[-3000:]
        return said

    def type_console(self, hostname: str, lines: Sequence[str]) -> str:
        """Type commands at a console, each once the one before was answered."""
        said = ""
        with self.window(hostname) as terminal:
            terminal.type("\n")
            said += terminal.read_until(SWITCH)
            for line in lines:
                terminal.type(f"{line}\n")
                said += terminal.read_until(SWITCH, seconds=60.0)
            terminal.type(LEAVE)
            terminal.read_until(MENU)
        assert not REFUSED.search(said), said[-3000:]
        return said

    def hand_in(self, name: str, content: bytes) -> str:
        """Put a document into the deposit; return what sftp said."""
        path = self.folder / name
        path.write_bytes(content)
        return self.candidate.sftp(f"put {path} {name}", "ls -1")
