"""The log of the machine: what services say goes to syslogd, which keeps /var/log/syslog."""

import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

FILE = "/var/log/syslog"
_DEVICE = "/dev/log"
_DAEMON = 3 << 3
INFO, ERROR = 6, 3
_CAP = 2000
_LINE = re.compile(
    r"(?P<when>\w{3} [ \d]\d [\d:]{8}) (?P<host>\S+) (?:(?P<level>\w+\.\w+) )?"
    r"(?P<who>[^\s:\[]+)(?:\[(?P<pid>\d+)\])?: (?P<text>.*)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    when: str
    host: str
    who: str
    pid: str
    level: str
    text: str

    def show(self) -> str:
        """Return the line as journalctl prints it."""
        pid = f"[{self.pid}]" if self.pid else ""
        return f"{self.when} {self.host} {self.who}{pid}: {self.text}"


def send(who: str, pid: int, text: str, level: int = INFO) -> None:
    """Log a line; lost when nobody keeps a log."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.settimeout(0)
        try:
            line = f"<{_DAEMON | level}>{who}[{pid}]: {text[:_CAP]}"
            link.sendto(line.encode("utf-8", "replace"), _DEVICE)
        except OSError:
            return


def read() -> Iterator[Entry]:
    """Yield the lines of the log, the oldest first."""
    for path in (f"{FILE}.0", FILE):
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                yield from filter(None, map(parse, file))


def parse(line: str) -> Entry | None:
    """Return an entry; None for what is no line of syslogd."""
    found = _LINE.match(line.rstrip("\n"))
    if found is None:
        return None
    got = {name: value or "" for name, value in found.groupdict().items()}
    level = got["level"].rpartition(".")[2]
    return Entry(got["when"], got["host"], got["who"], got["pid"], level, got["text"])


def is_of(entry: Entry, name: str, programs: tuple[str, ...]) -> bool:
    """Tell whether a line is of a unit: said by one of its programs, or about it."""
    who = os.path.basename(entry.who)
    own = any(who == program or who.startswith(f"{program}-") for program in programs)
    return own or (who == "systemctl" and name in entry.text)
