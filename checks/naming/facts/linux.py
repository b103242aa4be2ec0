"""Probe of what a Linux workstation is called."""

from checks.naming.facts.identity import Identity
from labctl.api import Answer, Plan, Probe, Question, read_file, read_text, run_on


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the name in force, and for the one that the next start will read."""
    node = plan.workstation.node
    return (run_on(node, "/usr/bin/uname", "-n"), run_on(node, "/usr/bin/cat", "/etc/hostname"))


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Identity:
    """Read both names."""
    running, static = answers
    return Identity(read_text(running).strip(), _first_line(read_file(static)))


def _first_line(text: str) -> str:
    """Return what hostname(5) reads: the first line that is no comment."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")


PROBE = Probe(Identity, ask, parse, face="linux")
