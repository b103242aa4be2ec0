"""What the mail server of the bench saw: who read the mailbox, and what it was sent."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from labctl.api import Answer, NotUnderstood, Plan, Probe, Question, _, read_json, run_on

SERVER = "mail"
"""The face of machines that tell what their mail server saw."""
SEEN = "/usr/lib/labctl/mailseen"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody logged in for the mailbox."""

    client: IPv4Address
    is_encrypted: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the mailbox of the jury; client and account are what the server itself wrote."""

    client: IPv4Address | None  # None: the server did not take it from a client
    account: str  # that logged in to send it
    is_encrypted: bool
    sender: str  # of the envelope
    subject: str
    program: str  # as the message names it, empty when it does not
    has_code: bool  # the code that waits in the mailbox is in it


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Logins of the owner of the mailbox, and the newest messages that came to the jury."""

    logins: tuple[Login, ...]
    letters: tuple[Letter, ...]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask the server of the bench what it saw, where there is one."""
    asked = plan.demand(Mail)
    if asked.hosted_on is None:
        return ()
    owner = plan.demand(Directory).person(asked.owner).login
    return (run_on(asked.hosted_on, SEEN, owner, asked.trial.to),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Correspondence:
    """Read what it says; a server that does not run proves nothing against anybody."""
    if not answers:
        return Correspondence((), ())
    (answer,) = answers
    seen: Any = read_json(answer)
    try:
        if seen["running"] is not True:
            raise NotUnderstood(_("le serveur de messagerie ne fonctionne plus"))
        return Correspondence(
            tuple(Login(IPv4Address(client), tls is True) for client, tls in seen["logins"]),
            tuple(_read_letter(one) for one in seen["messages"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        said = _("%(what)s : ce n'est pas ce qu'un serveur de messagerie du banc répond")
        raise NotUnderstood(said % {"what": answer.question.text}) from exc


def _read_letter(told: Any) -> Letter:
    return Letter(
        client=IPv4Address(told["client"]) if told["client"] else None,
        account=str(told["account"]),
        is_encrypted=told["tls"] is True,
        sender=str(told["sender"]),
        subject=str(told["subject"]),
        program=str(told["program"]),
        has_code=told["has_code"] is True,
    )


PROBE = Probe(Correspondence, ask, parse)
