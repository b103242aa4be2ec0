"""Whether a Windows workstation notes who opens a session, as its audit policy is in force."""

from dataclasses import dataclass

from labctl.api import Answer, NotUnderstood, Plan, Probe, Question, _, ask_facts, read_told

SUCCESS, FAILURE = 1, 2
"""Bits of a setting of auditpol, the same in every language."""


@dataclass(frozen=True, slots=True)
class LogonAudit:
    """What is noted of logons; ``problem`` says why it is not known."""

    success: bool = False
    failure: bool = False
    problem: str = ""


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask the one script of the visit: no class of Windows holds it."""
    return (ask_facts(plan),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> LogonAudit:
    """Read the bits of the subcategory of logons."""
    (answer,) = answers
    told = read_told(answer, "audit")
    if told.problem:
        return LogonAudit(problem=told.problem)
    if len(told.found) != 1 or type(told.found[0]) is not int:
        raise NotUnderstood(_("auditpol : aucun réglage des ouvertures de session"))
    (bits,) = told.found
    return LogonAudit(bool(bits & SUCCESS), bool(bits & FAILURE))


PROBE = Probe(LogonAudit, ask, parse, takes_trouble=True)
