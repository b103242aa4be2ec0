"""How late the probe itself is: when it was late, a silence proves nothing."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any, Self, cast

from labctl.connect.base import Answer
from labctl.core.verdict import Reason

TICK_S = 0.05


class Lag:
    """Measure the longest delay of the event loop while trials run, in ``worst_s``.

    A loaded computer delays the machines of a bench as much as the probe.
    """

    def __init__(self) -> None:
        self.worst_s = 0.0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._task.cancel()

    async def _follow(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(TICK_S)
            self.worst_s = max(self.worst_s, time.monotonic() - before - TICK_S)


def list_silent(answer: Answer) -> list[int]:
    """Return the indexes of the trials whose result rests on a silence."""
    if answer.trouble is not None:
        every = range(len(cast("Sequence[object]", answer.question.body["trials"])))
        return list(every) if answer.trouble.reason is Reason.TIMEOUT else []
    return [at for at, result in enumerate(_read(answer)) if _is_silent(result)]


def list_briefly_silent(answer: Answer) -> list[int]:
    """Return the indexes of the trials that heard nothing at all, within a second or two.

    On a loaded computer a switch may stand still for that long and silence a whole network. A
    DISCOVER lasts longer, and a reply that is not HTTP is still a reply: neither is listed.
    """
    if answer.trouble is not None:
        return []
    return [
        at
        for at, result in enumerate(_read(answer))
        if _is_silent(result)
        and "offers" not in result
        and not result.get("hosts")
        and not result.get("payload")
    ]


def _read(answer: Answer) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = json.loads(answer.output)["results"]
    return results


def _is_silent(result: dict[str, Any]) -> bool:
    if result.get("outcome") == "silent" or result.get("status") == 0:
        return True
    if result.get("offers") == []:
        return not result.get("waited")  # far longer than a probe can be late
    if any(not seen for seen in result.get("macs", {}).values()) or result.get("hosts") == {}:
        return True
    return any(
        "silent" in (*host["tcp"].values(), *host["udp"].values())
        for host in result.get("hosts", {}).values()
    )
