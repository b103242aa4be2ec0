"""Errands of topics: begun when every machine has answered, their traces taken away at the end."""

from collections.abc import Iterable, Sequence
from typing import cast

from labctl.collect.needs import Door
from labctl.collect.visit import Visits
from labctl.connect.base import Answer, Question, Shell, Transport
from labctl.connect.ldap.entries import DirectorySession
from labctl.connect.trouble import refuse
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.errand import Errand, Hampered, Lent
from labctl.plan.model import Plan

Indexed = Sequence[tuple[int, Question]]


class VisitedDoors:
    """The ways into machines, through the visits of a collection."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def enter_directory(self, node: NodeName, deadline: Deadline) -> DirectorySession:
        """Return the connection to a directory; Hampered with the reason when there is none."""
        visit = self._visits.at(Door(node, Transport.LDAP))
        visit.open_late(deadline)
        if visit.session is None:
            silent = Unobserved(Reason.UNREACHABLE, _("l’annuaire ne répond pas"))
            raise Hampered(visit.trouble or silent)
        return cast("DirectorySession", visit.session)

    def find_shell(self, node: NodeName) -> Shell:
        """Return what runs commands on a machine."""
        return self._visits.at(Door(node, Transport.SSH))


def run_errand(
    errand: Errand, plan: Plan, visits: Visits, questions: Indexed, deadline: Deadline
) -> dict[int, Answer]:
    """Ask the questions of an errand; what stands in its way is the trouble of each answer."""
    own = deadline.before(errand.cleaning_s)
    asked = [question for _at, question in questions]
    try:
        with errand.run(VisitedDoors(visits), plan, asked, own) as lent:
            return _ask(lent, visits, questions, own)
    except Hampered as exc:
        return _refuse(questions, exc.trouble)


def sweep(errand: Errand, plan: Plan, visits: Visits, deadline: Deadline) -> bool:
    """Remove what a killed collection left; tell whether there was any, False when unknown."""
    try:
        return errand.sweep(VisitedDoors(visits), plan, deadline)
    except (ConnectError, Hampered):
        return False


def _ask(lent: Lent, visits: Visits, questions: Indexed, deadline: Deadline) -> dict[int, Answer]:
    troubles = {at: lent.find_trouble(question) for at, question in questions}
    askable = [(at, one) for at, one in questions if troubles[at] is None]
    doors = dict.fromkeys(Door(one.node, one.transport) for _at, one in askable)
    servers = [visits.replace(door, lent.opener) for door in doors]
    answers = visits.ask(askable, deadline)
    for server in servers:
        server.close()  # before what it was lent goes: it then deletes what was left open
    for at, question in questions:
        trouble = troubles[at]
        if trouble is not None:
            answers |= _refuse([(at, question)], trouble)
    return answers


def _refuse(questions: Iterable[tuple[int, Question]], trouble: Unobserved) -> dict[int, Answer]:
    pairs = list(questions)
    answers = refuse([one for _at, one in pairs], trouble)
    return {at: answer for (at, _one), answer in zip(pairs, answers, strict=True)}
