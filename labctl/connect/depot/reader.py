"""The program that reads documents of a stranger: without network, each in a child with limits.

It serves the benches of one command, so that libraries are imported once. At its socket, stdin, it
is handed a connection and told which libraries will be needed; it forks for each of them, and ends
when nobody holds the other end of its socket. On a connection: one JSON request, ``{"documents":
{key: base64}, "patience": times, "seconds": until it is given up}``, one JSON answer: by key
``{"kind", "pages", "rows", "counts"}`` or ``{"reason", "detail"}``. It sees no network at all, and
a child can neither write a file nor start anything; what a document does to a library costs that
document alone.
"""

import base64
import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module

from labctl.connect.depot import formats
from labctl.connect.depot.refusal import Refused
from labctl.core.i18n import _
from labctl.core.verdict import Reason

MEMORY_BYTES, CPU_S, WALL_S, ANSWER_BYTES = 768 << 20, 6, 12.0, 100_000
"""What one document may take, and how much of it is handed on."""
NAMES_BYTES = 200
_CLONE_NEWUSER, _CLONE_NEWNET, _PR_SET_NO_NEW_PRIVS, _PR_SET_PDEATHSIG = (
    0x10000000,
    0x40000000,
    38,
    1,
)


def main() -> int:
    """Serve whoever hands a connection over, until nobody can any more."""
    if not _leave_network():
        sys.stderr.write("no network namespace\n")
        return 1
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who serve
    with socket.socket(fileno=0) as gate:
        while True:
            names, handed, _flags, _from = socket.recv_fds(gate, NAMES_BYTES, 1)
            if not handed:
                return 0
            for name in names.decode().split():
                import_module(name)  # once, and not in the child of each
            gc.freeze()
            if not os.fork():
                gate.close()
                _serve(handed[0])
            os.close(handed[0])


def _serve(connection: int) -> None:
    """Read the documents of one request, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        with os.fdopen(connection, "r+b", buffering=0) as peer:
            request = json.loads(b"".join(iter(lambda: peer.read(1 << 20), b"")))
            signal.setitimer(signal.ITIMER_REAL, request["seconds"])
            found = {
                name: _read_apart(base64.b64decode(text), WALL_S * request["patience"])
                for name, text in request["documents"].items()
            }
            with os.fdopen(os.dup(connection), "wb") as answer:
                answer.write(json.dumps(found).encode())
    finally:
        os._exit(0)


def _leave_network() -> bool:
    """Go to a network of our own in which nothing is, not even a loopback that is up."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        return False
    return not libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _read_apart(content: bytes, wall_s: float) -> dict[str, object]:
    """Read a document in a child, and wait for it no longer than a document may take."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        _become_reader(content, theirs)
    os.close(theirs)
    try:
        return _hear(ours, child, time.monotonic() + wall_s)
    finally:
        os.close(ours)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def _become_reader(content: bytes, pipe: int) -> None:
    """Read, say what was read, and end; whatever a library raises is a document not read."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _limit()
        with os.fdopen(pipe, "wb") as out:
            out.write(json.dumps(_try(content)).encode())
    finally:
        os._exit(0)


def _limit() -> None:
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        resource.setrlimit(what, (most, most))
    sys.setrecursionlimit(400)


def _try(content: bytes) -> dict[str, object]:
    try:
        return asdict(formats.read(content))
    except Refused as exc:
        return _refuse(exc.reason, exc.words)
    except MemoryError:
        return _refuse(Reason.OUTPUT_LIMIT, _("le document demande trop de mémoire"))
    except Exception as exc:  # noqa: BLE001  # a stranger's file: libraries raise what they like
        said = _("le document n'a pas pu être lu (%(why)s)")
        return _refuse(Reason.PROTOCOL, said % {"why": type(exc).__name__})


def _hear(pipe: int, child: int, until: float) -> dict[str, object]:
    """Return what a child says until it ends: nothing when it was ended by a limit."""
    said = b""
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return _refuse(Reason.TIMEOUT, _("le document est trop long à lire"))
        chunk = os.read(pipe, 1 << 16)
        said += chunk
        if len(said) > ANSWER_BYTES:
            return _refuse(Reason.OUTPUT_LIMIT, _("le document est trop long"))
        if not chunk:
            break
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        return _refuse(Reason.TIMEOUT, _("le document est trop long à lire"))
    try:
        found = json.loads(said)
    except ValueError:
        return _refuse(Reason.OUTPUT_LIMIT, _("le document demande trop de mémoire"))
    return found if isinstance(found, dict) else _refuse(Reason.PROTOCOL, "")


def _refuse(reason: Reason, detail: str) -> dict[str, object]:
    return {"reason": reason.value, "detail": detail}


if __name__ == "__main__":
    sys.exit(main())
