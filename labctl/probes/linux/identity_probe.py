"""Probe of what a Linux workstation is called."""

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.answers import read_file, read_text
from labctl.probes.base import Probe
from labctl.probes.questions import run_on
from labctl.probes.workstation.identity import Identity


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


PROBE = Probe(Identity, ask, parse)
