"""Commands of a stand-in for Incus, run on this computer; each stream of theirs is a WebSocket."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.connection import Connection

from tests.incus_server import Answer, operation

OPERATION = "/1.0/operations/shell"
_BLOCK = 4096


@dataclass
class Shell:
    """One command: what was asked, what it reads and says, and what its control was told."""

    asked: dict[str, Any]
    reads: int
    says: Mapping[str, int]
    process: "subprocess.Popen[bytes]"
    operation: str = OPERATION
    told: list[dict[str, Any]] = field(default_factory=list)

    def answer(self) -> Answer:
        """Return what Incus says of a command that it began."""
        names = ("control", "0", *(name for name in self.says if name != "0"))
        fds = {name: f"open-{name}" for name in names}
        said = {"description": "Executing command", "metadata": {"fds": fds}}
        return {"type": "async", "operation": f"{self.operation}?project=p", "metadata": said}

    def end(self) -> Answer:
        """Wait for the command, and return what its operation came to."""
        return operation(200, metadata={"return": self.process.wait(20)})

    def carry(self, path: str, stream: Connection) -> None:
        """Carry one stream until it ends."""
        name = parse_qs(urlsplit(path).query)["secret"][0].removeprefix("open-")
        if name == "control":
            with suppress(ConnectionClosed):
                self.told.extend(self._obey(json.loads(each)) for each in stream)
            self.process.kill()  # as Incus does with what nobody controls
            return
        threads = [Thread(target=self._say, args=(stream, name))] if name in self.says else []
        for thread in threads:
            thread.start()
        if name == "0":
            self._read(stream)
        for thread in threads:
            thread.join()

    def _obey(self, order: dict[str, Any]) -> dict[str, Any]:
        set_size(self.reads, int(order["args"]["width"]), int(order["args"]["height"]))
        return order

    def _read(self, stream: Connection) -> None:
        with suppress(ConnectionClosed):
            for typed in stream:
                if isinstance(typed, str):
                    os.close(self.reads)
                    return
                os.write(self.reads, typed)

    def _say(self, stream: Connection, name: str) -> None:
        with suppress(OSError, ConnectionClosed):  # a terminal whose command ended: EIO
            while said := os.read(self.says[name], _BLOCK):
                stream.send(said)
        with suppress(ConnectionClosed):
            stream.send("")
            stream.close()


def begin(asked: dict[str, Any], operation_name: str = OPERATION) -> Shell:
    """Begin the command that was asked for, on a terminal or on pipes.

    One for which an account is asked has the environment that is asked, and no other.
    """
    argv, environment = asked["command"], {**os.environ, **asked["environment"]}
    who: dict[str, Any] = {}
    if "user" in asked:
        environment = asked["environment"]
        who = {"user": asked["user"], "group": asked["group"], "extra_groups": []}
        who["cwd"] = asked["cwd"]
    if asked["interactive"]:
        ours, theirs = pty.openpty()
        set_size(ours, asked["width"], asked["height"])
        process = subprocess.Popen(
            ("/usr/bin/setsid", "--ctty", *argv),
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            **who,
        )
        os.close(theirs)
        return Shell(asked, ours, {"0": ours}, process, operation_name)
    (its_in, reads), (out, its_out), (errors, its_errors) = os.pipe(), os.pipe(), os.pipe()
    process = subprocess.Popen(
        argv, env=environment, stdin=its_in, stdout=its_out, stderr=its_errors, **who
    )
    for each in (its_in, its_out, its_errors):
        os.close(each)
    return Shell(asked, reads, {"1": out, "2": errors}, process, operation_name)


def set_size(terminal: int, width: int, height: int) -> None:
    """Set the size of a terminal, in characters."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
