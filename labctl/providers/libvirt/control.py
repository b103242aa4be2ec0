"""The control port of a guest: its console, whatever its network is (vm_templates/README.md)."""

import json
import secrets
import socket
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _

_TRY_S = 10.0
"""One question: a machine that is busy answers late, and must not be asked again meanwhile."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a guest answers: what it is at, its clock, how a command ended."""

    state: str
    clock: float
    code: int | None = None
    output: str = ""


def ask(port: Path, request: dict[str, object], deadline: Deadline) -> Reply:
    """Ask a guest something and return its answer; ProviderError when there is none in time."""
    node = port.parent.name
    try:
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as link:
            link.settimeout(max(deadline.remaining_s(), 0.05))
            link.connect(str(port))
            number = secrets.token_hex(4)  # the reply to somebody before us may still come
            link.sendall(json.dumps({**request, "id": number}).encode() + b"\n")
            reply = _parse(_read_reply(link, number, deadline))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        said = _("la machine %(node)s ne répond pas sur sa console : %(why)s")
        raise ProviderError(said % {"node": node, "why": exc}, hint="labctl status") from exc
    return reply


def look(port: Path, deadline: Deadline) -> str:
    """Return what a guest is at, empty when it does not say."""
    try:
        return ask(port, {"do": "status"}, deadline.within(_TRY_S)).state
    except ProviderError:
        return ""


def rehearse(port: Path, deadline: Deadline) -> None:
    """Tell a guest that waits to start with the files of nobody; it is told to start later."""
    ask(port, {"do": "rehearse"}, deadline)


def start(port: Path, deadline: Deadline) -> None:
    """Set the clock of a guest and tell it to start."""
    ask(port, {"do": "start", "clock": time.time()}, deadline)


def run(port: Path, argv: Sequence[str], seconds: float, deadline: Deadline) -> Reply:
    """Run a command in a guest."""
    request: dict[str, object] = {"do": "run", "argv": list(argv), "seconds": seconds}
    return ask(port, request, deadline)


def _read_reply(link: socket.socket, number: str, deadline: Deadline) -> dict[str, Any]:
    """Return the reply to a request; bounded in time and size."""
    said, size = b"", 0
    while size <= OUTPUT_CAP_BYTES:
        link.settimeout(max(deadline.remaining_s(), 0.05))
        part = link.recv(65_536)
        if not part:
            break
        size += len(part)
        *lines, said = (said + part).split(b"\n")
        for line in lines:
            document: dict[str, Any] = json.loads(line)
            if document["id"] == number:
                return document
    raise ValueError("cut")


def _parse(document: dict[str, Any]) -> Reply:
    if "error" in document:
        raise ValueError(str(document["error"])[:500])
    return Reply(
        state=str(document["state"]),
        clock=float(document["clock"]),
        code=int(document["code"]) if "code" in document else None,
        output=str(document.get("output", "")),
    )
