"""Have documents read by the program that is apart: one for all benches of a command."""

import atexit
import base64
import json
import socket
import sys
from collections.abc import Mapping, Sequence
from functools import cache

from labctl.connect.depot.formats import name_library
from labctl.core import command
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import CommandError, CommandTimeout
from labctl.core.handed import Document
from labctl.core.i18n import _

MOST_BYTES = 4 << 20
_READER = ("-I", "-m", "labctl.connect.depot.reader")


@cache
def open_reader() -> socket.socket:
    """Start the program, once; return the socket that connections are handed over through.

    Who is forked afterwards uses the same. It ends when the last of them has.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command.leave((sys.executable, *_READER), theirs.fileno())
    atexit.register(ours.close)
    return ours


def read(documents: Sequence[Document], deadline: Deadline) -> Mapping[str, object]:
    """Return what was read of each document, by name; one that is too large is not sent.

    Raises CommandTimeout, or CommandError when there is no answer.
    """
    small = [one for one in documents if len(one.content) < MOST_BYTES]
    if not small:
        return {}
    request = {
        "patience": deadline.patience,
        "seconds": deadline.remaining_s(),
        "documents": {one.name: base64.b64encode(one.content).decode() for one in small},
    }
    libraries = sorted({name_library(one.content) for one in small})
    ours, theirs = socket.socketpair()
    try:
        with ours:
            with theirs:
                names = " ".join(libraries).encode() or b" "
                socket.send_fds(open_reader(), [names], [theirs.fileno()])
            return _converse(ours, json.dumps(request).encode(), deadline)
    except TimeoutError as exc:
        raise CommandTimeout(_("les documents remis n'ont pas pu être lus")) from exc
    except (OSError, ValueError) as exc:  # it ended; or more was read than one answer holds
        open_reader().close()
        open_reader.cache_clear()
        raise CommandError(_("les documents remis n'ont pas pu être lus")) from exc


def _converse(peer: socket.socket, request: bytes, deadline: Deadline) -> Mapping[str, object]:
    peer.settimeout(deadline.remaining_s())
    peer.sendall(request)
    peer.shutdown(socket.SHUT_WR)
    said = b""
    while len(said) <= OUTPUT_CAP_BYTES:
        peer.settimeout(max(deadline.remaining_s(), 0.001))
        chunk = peer.recv(1 << 16)
        if not chunk:
            break
        said += chunk
    found = json.loads(said)
    return found if isinstance(found, dict) else {}
