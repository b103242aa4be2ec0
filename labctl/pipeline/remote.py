"""Benches on another machine: its own labctl, asked over ssh, does there what is done here.

It says that it is there, the order goes in as one line, progress and result come back as lines of
JSON (``serving`` writes them). The connection is the leash: when it ends, so does what was
ordered, and the same command converges. Only OpenSSH speaks to the host, so its keys, agents,
jumps and known hosts are those of the person who runs labctl.
"""

import base64
import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

from labctl.core import command, store
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import CommandTimeout, InfrastructureError, LabctlError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.core.untrusted import one_line
from labctl.pipeline import elsewhere
from labctl.pipeline.acts import find_act, result_type
from labctl.pipeline.order import Order, to_line
from labctl.pipeline.place import new_run
from labctl.plan.model import Hosting
from labctl.providers import parts

GRACE_S = 15.0
MOST_BYTES = 256 << 20
"""What is taken of one result: evidence is a few MiB."""
_OPTIONS = (
    *("-o", "BatchMode=yes", "-o", "ConnectTimeout=10"),
    *("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"),
)
_SSH_FAILED = 255
_NOT_FOUND = 127


class Refused(LabctlError):
    """What was ordered was not done, for the reason that the host gives."""

    def __init__(self, message: str, hint: str, exit_code: int) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code


def place_work(order: Order) -> Callable[[Report], Any]:
    """Return the job that does what is ordered where the bench is.

    What it needs here is imported at once: not again by each of the processes forked for benches.
    """
    hosting = order.plans[0].hosting if order.plans else None
    if hosting is None or not hosting.access:
        for plan in order.plans:
            parts.preload(plan.provider)
        return partial(find_act(order.act), order)
    return partial(ask, hosting, order)


def ask(host: Hosting, order: Order, report: Report) -> Any:
    """Have an act done on the host of a bench; return what it returned there.

    Evidence is brought here and its folder returned. Raises Refused with the host's own words,
    InfrastructureError when the host cannot be reached or its answer is none, Busy when another
    command makes something of this bench there.
    """
    answer = _Answer(report)
    if order.act not in elsewhere.MAKERS:
        return _converse(host, order, answer)
    with elsewhere.held(order.bench, order.act):
        is_new = elsewhere.remember(order.bench, host)
        try:
            return _converse(host, order, answer)
        finally:
            if is_new and not answer.has_begun:  # nothing was ordered
                elsewhere.forget(order.bench, host)


def ask_beside(argv: Sequence[str], order: Order, report: Report, run: Path | None = None) -> Any:
    """Have an act done by the labctl beside a bench, which a command of its provider reaches.

    Evidence goes to ``run``, a new one of the bench for None. Raises as ``ask`` does. Nothing is
    remembered: what is done there makes nothing.
    """
    answer = _Answer(report)
    deadline = Deadline.after(order.limit_s + GRACE_S)
    try:
        done = command.follow(argv, deadline, answer.take, stdin=to_line(order))
    except CommandTimeout as exc:
        raise InfrastructureError(_("pas fini avant l'échéance")) from exc
    if answer.is_whole:
        return answer.value(order, run)
    raise InfrastructureError(_find_last_words(done.stderr))


def _converse(host: Hosting, order: Order, answer: "_Answer") -> Any:
    argv = (*ssh_argv(host, "-T"), shlex.join((*shlex.split(host.command), "serve")))
    deadline = Deadline.after(order.limit_s + GRACE_S)
    try:
        done = command.follow(argv, deadline, answer.take, stdin=to_line(order))
    except CommandTimeout as exc:
        raise _trouble(host, _("pas fini avant l'échéance"), "") from exc
    if answer.is_whole:
        return answer.value(order)
    hint = ""
    if done.exit_code == _SSH_FAILED:
        hint = _("essayez : %(line)s") % {"line": command.paste((*ssh_argv(host, "-T"), "true"))}
    elif done.exit_code == _NOT_FOUND:
        hint = _("labctl y est-il installé ? « commande » de l'hôte, dans la salle, dit où")
    raise _trouble(host, _find_last_words(done.stderr), hint)


def _find_last_words(errors: str) -> str:
    said = errors.strip().splitlines()
    return one_line(said[-1]) if said else _("la connexion s'est coupée")


def ssh_argv(host: Hosting, *flags: str) -> tuple[str, ...]:
    """Return the OpenSSH command that reaches a host, but for what is run there."""
    access = urlsplit(host.access)
    query = parse_qs(access.query)
    options = [*_OPTIONS, *flags]
    if "keyfile" in query:
        options += ["-i", query["keyfile"][0], "-o", "IdentitiesOnly=yes"]
    if "known_hosts" in query:
        options += ["-o", f"UserKnownHostsFile={query['known_hosts'][0]}"]
    return ("ssh", *options, f"ssh://{access.netloc}")


class _Answer:
    """What a host says, while it comes in: it may say anything, as long as it likes."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._parts: list[str] = []
        self._size = 0
        self.has_begun = False
        self.is_whole = False

    def take(self, line: str) -> None:
        """Take one line; what is not of the conversation is left alone."""
        self.has_begun = True
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            return  # a greeting of the host's
        if not isinstance(said, dict):
            return
        if isinstance(said.get("step"), str):
            self._report(said["step"])
        if isinstance(said.get("part"), str):
            self._size += len(said["part"])
            if self._size > MOST_BYTES:
                raise InfrastructureError(_("l'hôte répond sans fin"))
            self._parts.append(said["part"])
        self.is_whole = self.is_whole or said.get("end") is True

    def value(self, order: Order, run: Path | None = None) -> Any:
        """Return the result, evidence in a folder; Refused when it is a refusal."""
        from pydantic import TypeAdapter, ValidationError

        try:
            said = json.loads("".join(self._parts))
            failed = said.get("failed")
            if failed is not None:
                raise Refused(str(failed["message"]), str(failed["hint"]), int(failed["code"]))
            if "files" in said:
                return _keep(run or new_run(order.bench), said["files"])
            return TypeAdapter(result_type(order.act)).validate_python(said["value"])
        except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as exc:
            raise InfrastructureError(_("la réponse de l'hôte n'est pas comprise")) from exc


def _keep(folder: Path, files: Mapping[str, str]) -> Path:
    """Lay a run down here, its journal last: a run that has one is whole."""
    for path in sorted(files, key=lambda each: (each.endswith("journal.jsonl"), each)):
        inside = PurePosixPath(path)
        if inside.is_absolute() or ".." in inside.parts:
            raise ValueError(path)
        store.write_bytes(folder / inside, base64.b64decode(files[path], validate=True))
    return folder


def _trouble(host: Hosting, why: str, hint: str) -> InfrastructureError:
    said = _("hôte « %(host)s » (%(access)s) : %(why)s")
    values = {"host": host.name, "access": host.access.partition("?")[0], "why": why}
    return InfrastructureError(said % values, hint=hint)


PART = OUTPUT_CAP_BYTES // 4
"""Characters of one line of a result."""
