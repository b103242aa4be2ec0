"""Probe of the secure channel of a Windows workstation: only a script can try it."""

from checks.joining.facts.membership import SecureChannel
from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    _,
    ask_facts,
    read_told,
)


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask the one script of the visit."""
    return (ask_facts(plan),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> SecureChannel:
    """Read what Test-ComputerSecureChannel returned, or why it failed."""
    (answer,) = answers
    told = read_told(answer, "channel")
    if told.problem:
        return SecureChannel(works=False, detail=told.problem)
    if len(told.found) != 1 or not isinstance(told.found[0], bool):
        raise NotUnderstood(_("Test-ComputerSecureChannel n'a répondu ni oui ni non"))
    return SecureChannel(works=told.found[0], detail="")


PROBE = Probe(SecureChannel, ask, parse, face="windows")
