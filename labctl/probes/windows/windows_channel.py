"""Probe of the secure channel of a Windows workstation: only a script can try it."""

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.windows.reading import flag_of, read_result, text_of
from labctl.probes.windows.script import ask_facts
from labctl.probes.workstation.membership import SecureChannel


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask the one script of the visit."""
    return (ask_facts(plan),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> SecureChannel:
    """Read what Test-ComputerSecureChannel returned, or why it failed."""
    (answer,) = answers
    result = read_result(answer)
    return SecureChannel(flag_of(result, "channel"), text_of(result, "channel_error"))


PROBE = Probe(SecureChannel, ask, parse)
