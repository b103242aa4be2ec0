"""What a candidate reads on the papers of their bench, and knows nothing else of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.printing import read_pdf

_ROW = re.compile(r"^ *(\S.*?) {2,}(\S+) {2,}(\S+)$", re.MULTILINE)
_WAY_IN = re.compile(r"(ssh -p|sftp -P) (\d+) (\w+)@([\w.-]+)")


@dataclass(frozen=True)
class Account:
    """A line of the confidential annexe."""

    name: str
    password: str


@dataclass(frozen=True)
class Pack:
    """The subject, and the annexe: where the way in is, and the accounts by what they open."""

    subject: str
    host: str
    port: int
    menu: Account
    depot: Account
    accounts: dict[str, Account]

    def find(self, words: str) -> Account:
        """Return the account whose line holds these words; AssertionError for none, or several."""
        found = [one for what, one in self.accounts.items() if words in what]
        assert len(found) == 1, f"{words!r}: {sorted(self.accounts)}"
        return found[0]

    def read(self, pattern: str) -> str:
        """Return what the subject says where a pattern has its group."""
        found = re.search(pattern, self.subject)
        assert found, pattern
        return found[1]


def read_pack(folder: Path, bench: int) -> Pack:
    """Read the subject and the annexe of a bench, as text, from the PDFs that were printed."""
    subject, annexe = (
        read_pdf((folder / f"banc-{bench:02d}-{name}.pdf").read_bytes())
        for name in ("cahier", "annexe")
    )
    rows = {what: Account(name, password) for what, name, password in _ROW.findall(annexe)}
    ways = {
        program: (int(port), name, host) for program, port, name, host in _WAY_IN.findall(annexe)
    }
    (port, menu, host), (depot_port, depot, depot_host) = ways["ssh -p"], ways["sftp -P"]
    assert (port, host) == (depot_port, depot_host)
    (code,) = {one.password for one in rows.values() if one.name in (menu, depot)}
    return Pack(subject, host, port, Account(menu, code), Account(depot, code), rows)
