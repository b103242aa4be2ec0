"""Probe of the shares as their users find them: every principal on every share."""

from collections.abc import Mapping
from typing import Any

from checks.directory.demand import Directory
from checks.shares.demand import Shares
from checks.shares.facts.shares import Access, ShareAccess, Trial
from checks.shares.principals import list_principals
from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    Transport,
    _,
    not_understood,
    read_json,
)

SUCCESS, NO_FILE = "STATUS_SUCCESS", "STATUS_NO_SUCH_FILE"
ACCESS = {
    SUCCESS: Access.ALLOWED,
    "STATUS_ACCESS_DENIED": Access.DENIED,
    "STATUS_NETWORK_ACCESS_DENIED": Access.DENIED,
    "STATUS_MEDIA_WRITE_PROTECTED": Access.DENIED,  # a share that is read only
    "STATUS_BAD_NETWORK_NAME": Access.ABSENT,
    "": Access.UNTRIED,
}


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for every cell of the matrix."""
    asked, directory = plan.demand(Shares), plan.demand(Directory)
    return tuple(_cell(asked, login, share) for login, share in _matrix(asked, directory))


def parse(plan: Plan, answers: tuple[Answer, ...]) -> ShareAccess:
    """Read the statuses; a twin that cannot log on proves nothing and is not understood."""
    cells = _matrix(plan.demand(Shares), plan.demand(Directory))
    trials: list[Trial] = []
    missing: set[str] = set()
    for (login, share), answer in zip(cells, answers, strict=True):
        result = read_trial(answer)
        if result["missing"] is True:
            missing.add(login)
        else:
            trials.append(_trial(login, share, result))
    return ShareAccess(tuple(trials), frozenset(missing))


def _matrix(asked: Shares, directory: Directory) -> tuple[tuple[str, str], ...]:
    return tuple((login, share) for login in list_principals(directory) for share in asked.names)


def _cell(asked: Shares, login: str, share: str) -> Question:
    body: dict[str, object] = {"try": "share", "principal": login, "share": share}
    return Question(asked.on, Transport.SMB, f"{login} : \\\\{share}", body)


def read_trial(answer: Answer) -> Mapping[str, Any]:
    """Return what a trial came to; NotUnderstood when it is no trial, or nobody could log on."""
    result = read_json(answer)
    if not isinstance(result, dict) or not isinstance(result.get("missing"), bool):
        raise NotUnderstood(
            _("%(what)s : ce n'est pas le résultat d'un essai") % {"what": answer.question.text}
        )
    logon = result.get("logon", "")
    if not result["missing"] and logon != SUCCESS:
        raise NotUnderstood(
            _("%(what)s : son compte jumeau ne peut s'ouvrir (%(code)s)")
            % {"what": answer.question.text, "code": logon}
        )
    return result


def _trial(login: str, share: str, result: Mapping[str, Any]) -> Trial:
    read = result.get("read")
    if read == NO_FILE and result.get("list") == SUCCESS:
        read = SUCCESS  # nobody could leave a file there, and the folder was read
    return Trial(
        principal=login,
        share=share,
        connect=_access(login, share, result.get("connect")),
        read=_access(login, share, read),
        write=_access(login, share, result.get("write")),
    )


def _access(login: str, share: str, status: object) -> Access:
    try:
        return ACCESS[str(status)]
    except KeyError:
        raise not_understood(f"{login}, {share}", status) from None


PROBE = Probe(ShareAccess, ask, parse)
