"""What the host may ask of a machine over its control port: one JSON object a line, one reply each.

``{"do": "status"}``, ``{"do": "rehearse"}``, ``{"do": "start", "clock": 1764100000.5}``,
``{"do": "clock", "clock": …}``, ``{"do": "run", "argv": […], "seconds": 10}`` and
``{"do": "stop"}``. Every reply has ``state``, ``clock`` and the ``id`` of its request, when it had
one; ``error`` says why nothing was done, ``code`` and ``output`` what a command did.

A machine that rehearsed has started with the seed of nobody: told to start, it takes its own and
renews what stands on secrets, and nothing else.
"""

import json
import os
import time
from typing import Any

from labguest import cards, processes, seed, system
from labguest.button import Button
from labguest.port import Port

_SPEC, _READY = "/etc/labctl/node.json", "/run/labctl/ready"
_START = "/usr/lib/labctl-guest/start"
"""Link to the role's start program, laid down when the image was made."""
_RENEW = "/usr/lib/labctl-guest/renew"


class Machine:
    """A machine: what it was asked, and what it is at."""

    def __init__(self, port: Port | None) -> None:
        self._port = port
        self._button = Button()
        self._start: int | None = None
        self._renewal: int | None = None
        self._is_rehearsal = False
        self._asked: processes.Task | None = None
        self._number: object = None  # of the request that is run
        self._state = "waiting"
        if port is None:
            self._begin()

    def is_over(self) -> bool:
        """Tell whether the machine is to be switched off."""
        return self._state == "ended"

    def look(self) -> None:
        """See what has happened, answer what was asked."""
        ended = processes.reap()
        if self._start in ended or ended.get(self._renewal or 0, 0):
            self._state = "ended"
        elif self._renewal in ended:
            os.sync()  # what was renewed outlives a power cut
        if self._asked is not None:
            self._follow(self._asked, ended)
        if self._button.was_pressed():
            self._end()
        if self._port is not None:
            for line in self._port.read_lines():
                self._answer(self._port, line)

    def _answer(self, port: Port, line: bytes) -> None:
        number = None
        try:
            request = json.loads(line)
            number = request.get("id")
            reply = self._serve(request)
        except (AttributeError, OSError, ValueError, KeyError, TypeError) as exc:
            reply = {"error": f"{type(exc).__name__}: {exc}"}
        if reply is None:
            self._number = number
        else:
            self._reply(port, number, reply)

    def _reply(self, port: Port, number: object, reply: dict[str, Any]) -> None:
        """Reply with the number of the request: the host may have left and be back with another."""
        state = "ready" if self._state == "started" and os.path.exists(_READY) else self._state
        document = {"id": number, "state": state, "clock": time.time(), **reply}
        port.send(json.dumps(document).encode())

    def _serve(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Do what is asked; None when the reply comes later."""
        do = request["do"]
        if "clock" in request:
            time.clock_settime(time.CLOCK_REALTIME, float(request["clock"]))
        if do in ("start", "rehearse") and self._state == "waiting":
            self._is_rehearsal = do == "rehearse"
            self._begin()
        elif do == "start" and self._is_rehearsal:
            self._is_rehearsal = False
            self._renew()
        elif do == "stop":
            self._end()
        elif do == "run":
            return self._run(request)
        elif do not in ("status", "clock", "start", "rehearse"):
            return {"error": f"unknown: {do}"}
        return {}

    def _begin(self) -> None:
        seed.unpack()
        with open(_SPEC, encoding="utf-8") as file:
            cards.configure(json.load(file))
        self._start = processes.start((os.path.realpath(_START),))
        self._state = "started"

    def _renew(self) -> None:
        """Take the seed of this start in the place of the rehearsal's; the role does the rest."""
        os.unlink(_READY)
        seed.unpack(again=True)
        system.stir()
        self._renewal = processes.launch((_RENEW,))

    def _end(self) -> None:
        processes.end_all()
        self._state = "ended"

    def _run(self, request: dict[str, Any]) -> dict[str, Any] | None:
        if self._asked is not None:
            return {"error": "busy: another command runs"}
        self._asked = processes.Task(tuple(request["argv"]), float(request["seconds"]))
        return None

    def _follow(self, task: processes.Task, ended: dict[int, int]) -> None:
        task.look(ended)
        if task.code is not None:
            self._asked = None
            if self._port is not None:
                self._reply(
                    self._port, self._number, {"code": task.code, "output": task.read_output()}
                )
