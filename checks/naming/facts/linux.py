"""Probe of what a Linux workstation is called."""

from checks.naming.facts.identity import Identity
from labctl.api import NodeName, Plan, Reading, ask, fact, read_file, read_text, run_on


@fact(Identity, kind="linux")
def from_linux(_plan: Plan, at: NodeName) -> Reading[Identity]:
    """Read the name in force, and the one that the next start will read (hostname(5))."""
    running, static = yield from ask(
        run_on(at, "/usr/bin/uname", "-n"), run_on(at, "/usr/bin/cat", "/etc/hostname")
    )
    return Identity(read_text(running).strip(), _first_line(read_file(static)))


def _first_line(text: str) -> str:
    """Return what hostname(5) reads: the first line that is no comment."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")
