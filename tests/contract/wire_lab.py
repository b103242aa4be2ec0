"""A few machines in throw-away network namespaces: a probe, a router, what is behind it."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from labctl.connect import vantage
from labctl.connect.base import Answer, Question, Transport, Vantage
from labctl.connect.wire.session import open_wire
from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.wait import until

ACT_S = 60.0


@dataclass(slots=True)
class WireLab:
    """Namespaces by name, each that of a process that does nothing."""

    stack: ExitStack
    pids: dict[str, int] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Make a namespace."""
        pid = self.start("/usr/bin/unshare", "--net", "/usr/bin/sleep", "infinity")
        own, new = Path("/proc/self/ns/net"), Path(f"/proc/{pid}/ns/net")
        until(lambda: new.readlink() != own.readlink(), Deadline.after(ACT_S))
        self.pids[name] = pid
        self.act(name, "/usr/sbin/ip", "link", "set", "lo", "up")

    def wire(self, one: str, card: str, other: str, far_card: str) -> None:
        """Put a cable between two namespaces."""
        peer = ("peer", "name", far_card, "netns", str(self.pids[other]))
        self.act(one, "/usr/sbin/ip", "link", "add", card, "type", "veth", *peer)
        self.act(one, "/usr/sbin/ip", "link", "set", card, "up")
        self.act(other, "/usr/sbin/ip", "link", "set", far_card, "up")

    def address(self, name: str, card: str, address: str, gateway: str = "") -> None:
        """Give a card an address."""
        self.act(name, "/usr/sbin/ip", "address", "add", address, "dev", card)
        if gateway:
            self.act(name, "/usr/sbin/ip", "route", "add", "default", "via", gateway)

    def act(self, name: str, *argv: str, stdin: str = "") -> str:
        """Run a command in a namespace."""
        return run([*self._inside(name), *argv], Deadline.after(ACT_S), stdin=stdin).stdout

    def serve(self, name: str, *argv: str) -> None:
        """Start a daemon in a namespace."""
        self.start(*self._inside(name), *argv)

    def serve_python(self, name: str, program: str, *arguments: str) -> None:
        """Start a small server written for a test."""
        self.serve(name, sys.executable, "-c", program, *arguments)

    def start(self, *argv: str) -> int:
        """Start a process that ends with the lab; return its pid."""
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL)  # noqa: TID251  # a daemon
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process.pid

    def wait_for_udp(self, name: str, port: int) -> None:
        """Wait until something listens on a UDP port of a namespace."""
        table = Path(f"/proc/{self.pids[name]}/net/udp")
        until(lambda: f":{port:04X} " in table.read_text(), Deadline.after(ACT_S))

    def vantage(self, name: str) -> Vantage:
        """Return the namespace as a place to look from."""
        return vantage.identify(self.pids[name])

    def ask(self, name: str, *trials: dict[str, object]) -> Answer:
        """Try things from a namespace."""
        (answer,) = self.ask_each(name, trials)
        return answer

    def ask_each(self, name: str, *questions: Sequence[dict[str, object]]) -> tuple[Answer, ...]:
        """Ask several questions in one visit."""
        asked = [
            Question(NodeName(name), Transport.WIRE, "essai", {"trials": tuple(trials)}, ACT_S)
            for trials in questions
        ]
        return open_wire(self.vantage(name)).ask(asked, Deadline.after(ACT_S))

    def _inside(self, name: str) -> tuple[str, ...]:
        return ("/usr/bin/nsenter", "-t", str(self.pids[name]), "--net")


@contextmanager
def wire_lab() -> Iterator[WireLab]:
    """Give a lab without machines; what was started is gone at the end."""
    with ExitStack() as stack:
        yield WireLab(stack)
