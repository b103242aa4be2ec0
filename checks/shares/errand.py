"""Every principal tries every share, as a twin of theirs: the accounts exist only meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from checks.directory import twins
from checks.directory.demand import Directory
from labctl.api import (
    ConnectError,
    Deadline,
    Doors,
    Errand,
    Hampered,
    Lent,
    Plan,
    Question,
    Reason,
    Transport,
    Unobserved,
    _,
    explain,
    mark,
    trying_as,
)

CLEANING_S = 2.0
"""Time kept, before the deadline, to remove the twins."""


@contextmanager
def run(
    doors: Doors, plan: Plan, questions: Sequence[Question], deadline: Deadline
) -> Iterator[Lent]:
    """Make the twins, and lend their identities; they are removed at the end."""
    asked = plan.demand(Directory)
    logins = {str(question.body["principal"]) for question in questions}
    try:
        session, shell = doors.enter_directory(asked.on, deadline), doors.find_shell(asked.on)
        with twins.lend_identities(asked, session, shell, logins, deadline) as lent:
            known = frozenset(lent)
            yield Lent(trying_as(lent), lambda one: _find_trouble(one, known))
    except Hampered as exc:
        raise Hampered(_through(exc.trouble)) from exc
    except ConnectError as exc:
        raise Hampered(_through(explain(exc))) from exc


def sweep(doors: Doors, plan: Plan, deadline: Deadline) -> bool:
    """Remove the twins that a killed collection left; tell whether there were any."""
    asked = plan.find(Directory)
    if asked is None:
        return False
    return twins.sweep(asked, doors.enter_directory(asked.on, deadline), deadline)


def _find_trouble(question: Question, known: frozenset[str]) -> Unobserved | None:
    if question.body["principal"] in known:
        return None
    return Unobserved(Reason.PROTOCOL, _("l’identité de ce compte n’a pas pu être empruntée"))


def _through(trouble: Unobserved) -> Unobserved:
    return replace(trouble, detail=_("par l’annuaire : %s") % trouble.detail)


ACT = mark("essaie les partages")
ERRAND = Errand(ACT, Transport.SMB, run, twins.are_in, sweep, CLEANING_S)
