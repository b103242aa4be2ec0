"""The mailbox of a bench by other clients than the reference solution's, and what is refused."""

import json

import pytest

from checks.mail.demand import Mail
from labctl.core.ids import NodeName
from labctl.pipeline.place import load_place
from tests.commands import Command
from tests.other_ways.machines import CABINET, Machines
from tests.other_ways.mail import KNOWN, READ_AND_WRITE, TRY_ALL, with_curl, words_of

pytestmark = pytest.mark.embedded

PLAN = load_place(CABINET, None).plan(1, "titre")
ASKED = PLAN.demand(Mail)
FORGET = f"""
rm -rf /var/vmail/{ASKED.trial.to}
: > /var/log/dovecot.log
"""
"""As it was delivered: nobody logged in, nothing came."""
REFUSED = "SMTPRecipientsRefused"


@pytest.fixture
def machines(cabinet: Command) -> Machines:
    """Give its machines, the mail server as it was delivered."""
    assert ASKED.hosted_on is not None
    found = Machines(cabinet, 1)
    found.script(ASKED.hosted_on, FORGET)
    assert judged(cabinet) == "non conforme"
    return found


def judged(cabinet: Command) -> str:
    verdict: str = cabinet.verdicts(1, "--only", "K-105")["K-105"]["verdict"]
    return verdict


def password_of(machines: Machines) -> str:
    assert ASKED.hosted_on is not None
    return machines.script(ASKED.hosted_on, KNOWN).strip()


def python(machines: Machines, at: NodeName, program: str) -> str:
    words = words_of(PLAN, password_of(machines))
    return machines.room.must("connect", "1", at, "--", "/usr/bin/python3", "-c", program, *words)


def test_by_curl(cabinet: Command, machines: Machines) -> None:
    password = password_of(machines)
    machines.script(ASKED.on[0], f"MAILBOX={password!r}\n{with_curl(PLAN)}")

    assert judged(cabinet) == "conforme"


def test_by_a_program_of_ones_own(cabinet: Command, machines: Machines) -> None:
    python(machines, ASKED.on[0], READ_AND_WRITE)

    assert judged(cabinet) == "conforme"


def test_from_another_network_is_not_from_the_workstation(
    cabinet: Command, machines: Machines
) -> None:
    elsewhere = next(desk.name for desk in PLAN.desks if desk.name not in ASKED.on)
    python(machines, elsewhere, READ_AND_WRITE)

    assert judged(cabinet) == "non conforme"


def test_what_must_be_refused_is(machines: Machines) -> None:
    assert json.loads(python(machines, ASKED.on[0], TRY_ALL)) == {
        "read": "read",
        "wrong password": "error",
        "empty password": "error",
        "another account": "error",
        "imap in the clear": "ConnectionRefusedError",
        "another authority": "SSLCertVerificationError",
        "forged sender": REFUSED,
        "sender from elsewhere": REFUSED,
        "unknown recipient": REFUSED,
        "recipient elsewhere": REFUSED,
        "nobody logged in": REFUSED,
        "wrong password, to send": "SMTPAuthenticationError",
        "send in the clear": "SMTPNotSupportedError",
    }
