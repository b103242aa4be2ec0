"""Probe of the secure channel of a Linux workstation: the tools' own tests of the join."""

from dataclasses import replace

from checks.joining.facts.membership import SecureChannel
from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    _,
    read_text,
    run_on,
)

CHANNEL_TIMEOUT_S = 8.0
MISSING_PROGRAM = 127
DETAIL_CAP = 300


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask the tools that may have joined the workstation to try their channel."""
    node = plan.workstation.node
    return (
        _loud(run_on(node, "/usr/sbin/adcli", "testjoin", timeout_s=CHANNEL_TIMEOUT_S)),
        _loud(run_on(node, "/usr/bin/net", "ads", "testjoin", timeout_s=CHANNEL_TIMEOUT_S)),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> SecureChannel:
    """Tell whether one of the tools got through, and what the last that ran said."""
    ran = [test for test in answers if test.exit_code != MISSING_PROGRAM]
    if not ran:
        raise NotUnderstood(_("ni adcli ni net ne sont sur le poste"))
    good = next((test for test in ran if test.exit_code == 0), None)
    said = " ".join(read_text(good or ran[-1]).split())
    return SecureChannel(good is not None, said[:DETAIL_CAP])


def _loud(question: Question) -> Question:
    return replace(question, body=question.body | {"stderr": True})


PROBE = Probe(SecureChannel, ask, parse, face="linux")
