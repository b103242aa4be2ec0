"""The counter of a way in: what the menu asks of the gate, one line in, one JSON value out.

Each question is answered by a child of the gate, so a menu that stalls keeps nobody waiting.
Standard library only: the gate imports it.
"""

import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from labctl.core.untrusted import inert

PLACE = "run/counter"
"""The socket inside the way in."""
MOST_TICKETS, MOST_OF_A_TICKET = 20, 20_000
_ASK_S = 5.0
_LONGEST_QUESTION = 100


def answer(line: socket.socket, request: dict[str, Any]) -> None:
    """Answer the one question of a line; nothing to one that is none."""
    line.settimeout(_ASK_S)
    if line.recv(_LONGEST_QUESTION) == b"news\n":
        news = {"tickets": list_tickets(Path(request["tickets"]))}
        line.sendall(json.dumps(news).encode())


def list_tickets(folder: Path) -> list[dict[str, str]]:
    """Return the tickets that labctl has put in a folder (``*.txt``), by name: title and text."""
    return [
        {"title": path.stem, "text": inert(text, MOST_OF_A_TICKET)}
        for path in sorted(folder.glob("*.txt"))[:MOST_TICKETS]
        for text in _read(path)
    ]


def _read(path: Path) -> list[str]:
    """Return the text of a ticket in a list, which is empty when it was taken away meanwhile."""
    with suppress(OSError):
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(fd, encoding="utf-8", errors="replace") as file:
            return [file.read(MOST_OF_A_TICKET + 1)]
    return []
