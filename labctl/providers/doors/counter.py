"""The counter of a way in: what the menu asks of the gate, one line in, one JSON value out.

Each question is answered by a child of the gate, so a menu that stalls keeps nobody waiting. What
is asked chooses among what the gate was told when it opened: ``news``, or ``restart`` and the
number of a machine. Standard library only: the gate imports it.
"""

import json
import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, UsageError
from labctl.core.untrusted import inert, one_line
from labctl.providers.doors import journal

PLACE = "run/counter"
"""The socket inside the way in."""
MOST_TICKETS, MOST_OF_A_TICKET = 20, 20_000
_ASK_S = 5.0
_LONGEST_QUESTION = 100


def answer(line: socket.socket, request: Mapping[str, Any]) -> None:
    """Answer the one question of a line; nothing to one that is none."""
    line.settimeout(_ASK_S)
    words = line.recv(_LONGEST_QUESTION).decode("ascii", "replace")
    act, _space, number = words.removesuffix("\n").partition(" ")
    if words == "news\n":
        line.sendall(json.dumps(tell_news(request, time.time())).encode())
    elif act == "restart" and request["restart"]:
        names = list(request["restart"]["machines"])
        if number.isascii() and number.isdecimal() and 0 < int(number) <= len(names):
            trouble, is_stale = restart(request, names[int(number) - 1])
            line.sendall(json.dumps({"trouble": trouble, "stale": is_stale}).encode())


def tell_news(request: Mapping[str, Any], now: float) -> dict[str, object]:
    """Return what is announced to the candidate at a time: tickets, and the time of the phase."""
    clock = _read_clock(Path(request["clock"]), now)
    return {"tickets": list_tickets(Path(request["tickets"])), "clock": clock}


def list_tickets(folder: Path) -> list[dict[str, str]]:
    """Return the tickets that labctl has put in a folder (``*.txt``), by name: title and text."""
    return [
        {"title": path.stem, "text": inert(text, MOST_OF_A_TICKET)}
        for path in sorted(folder.glob("*.txt"))[:MOST_TICKETS]
        for text in _read(path)
    ]


def restart(request: Mapping[str, Any], name: str) -> tuple[str, bool]:
    """Cut the power of a machine and start it again; return what went wrong, empty for nothing.

    And whether that is the order itself: labctl is no more the one that opened this way in.
    """
    wanted = request["restart"]
    order = json.loads(wanted["order"])
    order["options"]["nodes"] = [name]
    parts: list[str] = []
    is_stale = False
    journal.note(request["log"], "restart", name)
    try:
        command.follow(
            wanted["argv"],
            Deadline.after(wanted["limit_s"]),
            lambda line: parts.append(json.loads(line).get("part", "")),
            stdin=json.dumps(order) + "\n",
            env=wanted["environment"],
        )
        said = json.loads("".join(parts))
        trouble = str(said["failed"]["message"] if "failed" in said else said["value"])
        is_stale = "failed" in said and said["failed"].get("code") == UsageError.exit_code
    except (LabctlError, ValueError, LookupError, AttributeError, TypeError) as exc:
        trouble = str(exc) or "?"
    journal.note(request["log"], "restarted", name + (f" ({trouble})" if trouble else ""))
    return one_line(trouble), is_stale


def _read(path: Path) -> list[str]:
    """Return the text of a ticket in a list, which is empty when it was taken away meanwhile."""
    with suppress(OSError):
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(fd, encoding="utf-8", errors="replace") as file:
            return [file.read(MOST_OF_A_TICKET + 1)]
    return []


def _read_clock(path: Path, now: float) -> dict[str, object] | None:
    """Return what is spent and left of the phase at a time, None when no phase goes on."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        told = json.loads(path.read_bytes())
        since_s = max(0.0, now - told["at"]) if told["runs"] else 0.0
        return {
            "spent_s": int(told["spent_s"] + since_s),
            "left_s": int(told["left_s"] - since_s),
            "runs": bool(told["runs"]),
        }
    return None
