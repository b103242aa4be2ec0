"""The visit to the file server: it needs the directory first, for the twins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from labctl.collect.needs import Door
from labctl.collect.twins import lend_identities, sweep
from labctl.collect.visit import Visits
from labctl.connect.base import Answer, Endpoint, Question, Session, Transport
from labctl.connect.ldap.session import LdapSession
from labctl.connect.smb.session import Login
from labctl.connect.smb.trials import open_smb
from labctl.connect.trouble import explain, refuse
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved
from labctl.plan.model import Plan

CLEANING_S = 2.0
"""Time kept, before the deadline, to remove the twins."""
Indexed = Sequence[tuple[int, Question]]


def ask_shares(
    plan: Plan, visits: Visits, questions: Indexed, deadline: Deadline
) -> dict[int, Answer]:
    """Try the shares as every principal; what stands in the way is the trouble of each answer."""
    own = deadline.before(CLEANING_S)
    directory = visits.at(Door(plan.directory.node, Transport.LDAP))
    directory.open_late(own)
    if directory.session is None:
        return _refuse(questions, _through(directory.trouble))
    shell = visits.at(Door(plan.directory.node, Transport.SSH))
    logins = {str(question.body["principal"]) for _at, question in questions}
    try:
        session = cast("LdapSession", directory.session)
        with lend_identities(plan, session, shell, logins, own) as lent:
            return _try(visits, questions, lent, own)
    except ConnectError as exc:
        return _refuse(questions, _through(explain(exc)))


def sweep_twins(plan: Plan, visits: Visits, deadline: Deadline) -> bool:
    """Remove the twins that a killed collection left; tell whether there were any."""
    directory = visits.at(Door(plan.directory.node, Transport.LDAP))
    directory.open(deadline)
    if directory.session is None:
        return False
    try:
        return sweep(plan, cast("LdapSession", directory.session), deadline)
    except ConnectError:
        return False


def _try(
    visits: Visits, questions: Indexed, lent: Mapping[str, Login | None], deadline: Deadline
) -> dict[int, Answer]:
    askable = [(at, one) for at, one in questions if one.body["principal"] in lent]
    closed = [(at, one) for at, one in questions if one.body["principal"] not in lent]

    def open_lent(endpoint: Endpoint, until: Deadline) -> Session:
        return open_smb(endpoint, lent, until)

    doors = {Door(one.node, one.transport) for _at, one in askable}
    servers = [visits.replace(door, open_lent) for door in doors]
    answers = visits.ask(askable, deadline)
    for server in servers:
        server.close()  # before the twins go: the server then deletes what was left open
    trouble = Unobserved(Reason.PROTOCOL, _("l’identité de ce compte n’a pas pu être empruntée"))
    return answers | _refuse(closed, trouble)


def _through(trouble: Unobserved | None) -> Unobserved:
    if trouble is None:
        return Unobserved(Reason.UNREACHABLE, _("l’annuaire ne répond pas"))
    return replace(trouble, detail=_("par l’annuaire : %s") % trouble.detail)


def _refuse(questions: Iterable[tuple[int, Question]], trouble: Unobserved) -> dict[int, Answer]:
    pairs = list(questions)
    answers = refuse([one for _at, one in pairs], trouble)
    return {at: answer for (at, _one), answer in zip(pairs, answers, strict=True)}
