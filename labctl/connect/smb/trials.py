"""What to try on the shares of a file server, for several people in one visit.

Two questions, both answered with JSON; a status is the NT status by name (``STATUS_SUCCESS``,
``STATUS_ACCESS_DENIED``, ``STATUS_BAD_NETWORK_NAME``, ``STATUS_LOGON_FAILURE``…), or empty when the
step was not tried because an earlier one failed:

``{"try": "share", "principal": login, "share": name}`` →
    ``{"missing": bool, "logon": status, "connect": status, "list": status, "read": status,
    "write": status}``. *write* creates, writes, renames and deletes a file of labctl's; *read*
    reads one that another principal just left there, or else its own; ``STATUS_NO_SUCH_FILE`` when
    nobody could leave one, and only then *list* is tried, on the folder.
``{"try": "visible", "principal": login}`` →
    ``{"missing": bool, "logon": status, "list": status, "shares": [names]}``, as listed to it.

*missing*: the principal has no account, so that nothing was tried.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labctl.connect.base import Answer, Endpoint, Question
from labctl.connect.smb.login import Login
from labctl.connect.smb.session import SUCCESS, SmbServer, open_server
from labctl.connect.trouble import Stopwatch, explain
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError

MARK = ".labctl-"
"""How the name of a file of labctl's starts."""
NO_FILE = "STATUS_NO_SUCH_FILE"
_CLEANING_S = 3.0


def open_smb(
    endpoint: Endpoint, logins: Mapping[str, Login | None], deadline: Deadline
) -> "SmbSession":
    """Open the one connection of a visit; ``logins`` says who to be for each principal."""
    return SmbSession(open_server(endpoint, deadline), logins)


@dataclass(slots=True)
class _Trial:
    """What one account came to on one share; its file is open until the visit ends."""

    account: str
    share: str
    logon: str
    tree: Any = None
    file: Any = None
    name: str = ""
    connect: str = ""
    list: str = ""
    read: str = ""
    write: str = ""
    is_done: bool = False

    def render(self) -> dict[str, object]:
        """Return the answer."""
        steps = {"connect": self.connect, "list": self.list, "read": self.read, "write": self.write}
        return {"missing": False, "logon": self.logon, **steps}


@dataclass(slots=True)
class _Asked:
    """A question under way."""

    question: Question
    watch: Stopwatch = field(default_factory=Stopwatch)
    elapsed_s: float = 0.0
    trial: _Trial | None = None
    result: dict[str, object] | None = None


class SmbSession:
    """One visit to a file server: everybody tries everything, and nothing is left behind."""

    def __init__(self, server: SmbServer, logins: Mapping[str, Login | None]) -> None:
        self._server = server
        self._logins = logins
        self._nonce = secrets.token_hex(8)
        self._logons: dict[str, tuple[str, Any]] = {}
        self._trials: dict[tuple[str, str], _Trial] = {}

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Have everybody write where they can, then read what the others wrote, then clean up."""
        asked = [_Asked(question) for question in questions]
        error: ConnectError | None = None
        try:
            for one in asked:
                self._server.allow(deadline.within(one.question.timeout_s))
                one.watch = Stopwatch()
                self._begin(one)
                one.elapsed_s = one.watch.elapsed_s()
            for one in asked:
                self._server.allow(deadline.within(one.question.timeout_s))
                self._finish(one)
            self._server.allow(deadline.within(_CLEANING_S))
            self._clean()
        except ConnectError as exc:
            error = exc
        return tuple(_answer(one, error) for one in asked)

    def close(self) -> None:
        """Cut the connection; the server then deletes what is left of ours."""
        self._server.close()

    def _begin(self, one: _Asked) -> None:
        """Log on, connect and write; all that a listing of shares needs."""
        login = self._logins.get(str(one.question.body["principal"]))
        if login is None:
            one.result = {"missing": True}
            return
        if login.account not in self._logons:
            self._logons[login.account] = self._server.log_on(login)
        logon, session = self._logons[login.account]
        if one.question.body["try"] == "visible":
            status, names = self._server.list_shares(session) if session else ("", ())
            one.result = {"missing": False, "logon": logon, "list": status, "shares": names}
            return
        key = (login.account, str(one.question.body["share"]))
        if key not in self._trials:
            self._trials[key] = _Trial(*key, logon)
            self._write(self._trials[key], session)
        one.trial = self._trials[key]

    def _write(self, trial: _Trial, session: Any) -> None:
        if session is not None:
            trial.connect, trial.tree = self._server.connect_share(session, trial.share)
        if trial.tree is None:
            trial.is_done = True
            return
        name = f"{MARK}{self._nonce}-{len(self._trials)}"
        trial.write, trial.file = self._server.leave_file(trial.tree, name)
        trial.name = name if trial.write == SUCCESS else ""

    def _finish(self, one: _Asked) -> None:
        """Read what somebody left on the share, else list it: messages are what takes time."""
        trial = one.trial
        if trial is None or trial.is_done:
            return
        name = self._find_file(trial)
        if name:
            trial.read = self._server.read_file(trial.tree, name)
        else:
            trial.list, trial.read = self._server.list_folder(trial.tree), NO_FILE
        trial.is_done = True

    def _find_file(self, trial: _Trial) -> str:
        """Return the name of a file on the share, another's rather than one's own."""
        there = [t for t in self._trials.values() if t.share == trial.share and t.name]
        there.sort(key=lambda other: other is trial)
        return there[0].name if there else ""

    def _clean(self) -> None:
        """Close, and so delete, every file; a refusal then counts against the writing."""
        for trial in self._trials.values():
            if trial.file is not None:
                status = self._server.close_file(trial.file)
                trial.file = None
                if status != SUCCESS and trial.write == SUCCESS:
                    trial.write = status


def _answer(one: _Asked, error: ConnectError | None) -> Answer:
    result = one.result
    if one.trial is not None and one.trial.is_done:
        result = one.trial.render()
    output = b"" if result is None else json.dumps(result, sort_keys=True).encode()
    trouble = None
    if result is None and error is not None:
        trouble = explain(error)
    return Answer(one.question, output, None, trouble, one.watch.started_at, one.elapsed_s)
