"""What a mail server of a bench saw: everything asked done, or nothing."""

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from checks.mail.facts import Correspondence, Letter, Login
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from tests.wire_facts import lease_of_workstation

SERVER = NodeName("courrier")
UNTOUCHED = Correspondence((), ())


def letter_of(plan: Plan) -> Letter:
    """Return the message that the subject asks for, sent from the workstation."""
    asked = plan.demand(Mail)
    person = plan.demand(Directory).person(asked.owner)
    return Letter(
        client=lease_of_workstation(plan).ip,
        account=person.login,
        is_encrypted=True,
        sender=person.upn,
        subject=asked.trial.subject,
        program="s-nail",
        has_code=True,
    )


def solved_mail(plan: Plan) -> Correspondence:
    """Return what the server saw once the mailbox was read, and the message sent."""
    login = Login(lease_of_workstation(plan).ip, is_encrypted=True)
    return Correspondence((login,), (letter_of(plan),))
