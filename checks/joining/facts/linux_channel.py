"""Probe of the secure channel of a Linux workstation: the tools' own tests of the join."""

from dataclasses import replace

from checks.joining.facts.membership import SecureChannel
from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reading,
    _,
    ask,
    fact,
    read_text,
    run_on,
)

CHANNEL_TIMEOUT_S = 8.0
MISSING_PROGRAM = 127
DETAIL_CAP = 300


@fact(SecureChannel, kind="linux")
def from_linux(_plan: Plan, at: NodeName) -> Reading[SecureChannel]:
    """Have the tools that may have joined the machine try their channel: one must get through."""
    answers = yield from ask(
        _loud(run_on(at, "/usr/sbin/adcli", "testjoin", timeout_s=CHANNEL_TIMEOUT_S)),
        _loud(run_on(at, "/usr/bin/net", "ads", "testjoin", timeout_s=CHANNEL_TIMEOUT_S)),
    )
    ran = [test for test in answers if test.exit_code != MISSING_PROGRAM]
    if not ran:
        raise NotUnderstood(_("ni adcli ni net ne sont sur le poste"))
    good = next((test for test in ran if test.exit_code == 0), None)
    said = " ".join(read_text(good or ran[-1]).split())
    return SecureChannel(good is not None, said[:DETAIL_CAP])


def _loud(question: Question) -> Question:
    return replace(question, body=question.body | {"stderr": True})
