"""The child program that stands at the door of one bench: ``gate``, a daemon of a few megabytes.

It listens on one port, goes through the way in for each connection (``sshd -i`` there), and gives
a candidate's window to the machine that its socket stands for. One JSON request on stdin; when it
listens it leaves its parent, and is found by its tag. It ends with the way in, and all that came
through it ends with it: windows are its children. Standard library only: ``python -I -S``.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from labctl.providers.doors import children, console, counter, depot, freezer, journal, limits, sshd
from labctl.providers.doors.console import Login
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.processes import Process

_CONTROL_S = 5.0
_PEER = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Child:
    """What serves one line or one window: where it comes from, or the machine it goes to."""

    pid: int
    about: str
    line: socket.socket


@dataclass(slots=True)
class Gate:
    """What the gate of one bench knows while it stands."""

    request: dict[str, Any]
    entrance: Process
    inside: int  # pidfd of the entrance
    selector: selectors.BaseSelector
    frozen: Path | None
    is_paused: bool
    lines: dict[int, Child] = field(default_factory=dict)  # by pidfd
    windows: dict[int, Child] = field(default_factory=dict)
    questions: dict[int, Child] = field(default_factory=dict)
    starts: limits.Starts = field(default_factory=limits.Starts)
    commands: limits.Starts = field(default_factory=limits.Starts)

    @property
    def documents(self) -> Path:
        """Return where what is handed in is kept on this computer."""
        return Path(self.request["documents"])


def main() -> int:
    """Open the door that the request on stdin describes, and leave a daemon behind."""
    request = json.load(sys.stdin)
    entrance = Process(*request["entrance"])
    try:
        gate, port = _open(request, entrance)
    except OSError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    if os.fork():
        return 0
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    _log(gate, "opened", str(port))
    _stand(gate)
    return 0


def _open(request: dict[str, Any], entrance: Process) -> tuple[Gate, int]:
    """Make everything that may be refused."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    frozen = freezer.make(Path(request["cgroup"])) if request["cgroup"] else None
    inside = _hold(entrance)
    selector = selectors.DefaultSelector()
    gate = Gate(request, entrance, inside, selector, frozen, request["is_paused"])
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    control.bind("\0" + request["control"])
    control.listen(8)
    door = socket.create_server((request["listen"], request["port"]), backlog=64)
    children.run_apart(lambda: depot.mount(entrance, request["depot_uid"]))
    depot.restore(gate.documents, entrance, request["depot_uid"])
    _watch(gate, control, lambda: _obey(gate, control))
    _watch(gate, door, lambda: _answer(gate, door))
    for name in request["machines"]:
        window = _bind(gate, f"run/consoles/{name}")
        _watch(gate, window, partial(_open_window, gate, window, name))
    asked = _bind(gate, counter.PLACE)
    _watch(gate, asked, lambda: _answer_menu(gate, asked))
    _watch(gate, inside, lambda: sys.exit(0))
    return gate, int(door.getsockname()[1])


def _hold(entrance: Process) -> int:
    """Return a descriptor of the way in's PID 1; OSError when that is another process by now."""
    pidfd = os.pidfd_open(entrance.pid)
    if not processes.is_alive(entrance):
        raise OSError(f"process {entrance.pid} is not the node {entrance.tag} any more")
    return pidfd


def _bind(gate: Gate, place: str) -> socket.socket:
    """Make a socket inside the way in; nobody there can take it away."""
    path = Path(f"/proc/{gate.entrance.pid}/root/{place}")
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o666)  # who connects is looked at
    listener.listen(8)
    return listener


def _stand(gate: Gate) -> None:
    """Serve until the way in ends."""
    while True:
        for key, _events in gate.selector.select():
            with contextlib.suppress(OSError):  # of one line, or one window: the others go on
                key.data()


def _watch(gate: Gate, what: Any, act: Callable[[], None]) -> None:
    gate.selector.register(what, selectors.EVENT_READ, act)


def _answer(gate: Gate, door: socket.socket) -> None:
    """Let one connection in, or hang up."""
    line, address = door.accept()
    source = str(address[0])
    refusal = _refuse_line(gate, source)
    if refusal:
        line.close()
        _log(gate, "refused", f"{source} ({refusal})")
        return
    pid = children.fork_into(gate.inside, lambda: sshd.become(gate.inside, line))
    _follow(gate, Child(pid, source, line), gate.lines, lambda: _end_line(gate, source))
    _log(gate, "line", source)


def _refuse_line(gate: Gate, source: str) -> str:
    """Return why a connection is not let in, empty when it is."""
    of_source = sum(each.about == source for each in gate.lines.values())
    if gate.is_paused:
        return "pause"
    if len(gate.lines) >= limits.LINES or of_source >= limits.LINES_OF_A_SOURCE:
        return "too many lines"
    return "" if gate.starts.admits(source, time.monotonic()) else "too often"


def _end_line(gate: Gate, source: str) -> None:
    _log(gate, "ended", source)
    with contextlib.suppress(OSError):  # the way in ends at the same moment
        depot.keep(gate.entrance, gate.documents)


def _open_window(gate: Gate, listener: socket.socket, name: str) -> None:
    """Give one window to a machine, unless there are enough or the machine does not run."""
    line, _address = listener.accept()
    serve = _find_console(gate, name, line)
    of_machine = sum(each.about == name for each in gate.windows.values())
    is_full = len(gate.windows) >= limits.CONSOLES or of_machine >= limits.CONSOLES_OF_A_MACHINE
    if serve is None or is_full or _is_stranger(gate, line):
        line.close()
        return
    pid = children.fork_bound(serve)
    _follow(gate, Child(pid, name, line), gate.windows, lambda: None)
    _log(gate, "window", name)


def _find_console(gate: Gate, name: str, line: socket.socket) -> Callable[[], None] | None:
    """Return what joins a line to a machine, None for one of here that does not run.

    One that is elsewhere is asked by the command that leads to it, which costs this computer more:
    None as well when a candidate has had many of them begun.
    """
    said = gate.request["machines"][name]
    if said["command"]:
        if not gate.commands.admits("window", time.monotonic()):
            return None
        environment = gate.request["environment"]
        return lambda: console.serve_command(line, said["command"], environment)
    machine = _find_machine(gate, name)
    if machine is None:
        return None
    login = Login(tuple(said["argv"]), said["account"], gate.request["language"])
    return lambda: console.serve(line, machine, login, gate.frozen)


def _answer_menu(gate: Gate, listener: socket.socket) -> None:
    """Answer one question of a menu, unless there are too many at once."""
    line, _address = listener.accept()
    if len(gate.questions) >= limits.LINES or _is_stranger(gate, line):
        line.close()
        return
    pid = children.fork_bound(lambda: counter.answer(line, gate.request))
    _follow(gate, Child(pid, "counter", line), gate.questions, lambda: None)


def _is_stranger(gate: Gate, line: socket.socket) -> bool:
    """Tell whether this is no menu of a candidate's, or one that is in a pause."""
    return gate.is_paused or _peer_of(line) != gate.request["menu_uid"]


def _peer_of(line: socket.socket) -> int:
    """Return the account at the other end of a socket (unix(7), ``SO_PEERCRED``)."""
    peer = _PEER.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(peer[1])


def _find_machine(gate: Gate, name: str) -> Process | None:
    instance, bench = gate.entrance.instance, gate.entrance.bench
    found = [each for each in processes.scan(instance, bench) if each.node == name]
    return found[0] if found else None


def _follow(gate: Gate, child: Child, children: dict[int, Child], end: Callable[[], None]) -> None:
    """Take note of a child, and of its end: then its line is cut, whoever else holds it."""
    pidfd = os.pidfd_open(child.pid)

    def bury() -> None:
        gate.selector.unregister(pidfd)
        os.close(pidfd)
        children.pop(pidfd)
        os.waitpid(child.pid, 0)
        _cut(child)
        end()

    children[pidfd] = child
    _watch(gate, pidfd, bury)


def _cut(child: Child) -> None:
    """End a connection: sshd has children that hold it too, and would outlive their parent."""
    with contextlib.suppress(OSError):  # it ended by itself
        child.line.shutdown(socket.SHUT_RDWR)
    child.line.close()


def _obey(gate: Gate, control: socket.socket) -> None:
    """Do what labctl asks, one word: look, pause, resume."""
    asked, _address = control.accept()
    with asked:
        if _peer_of(asked) != 0:  # any account of this computer may connect here
            return
        asked.settimeout(_CONTROL_S)
        with contextlib.suppress(OSError):
            act = asked.recv(64).decode("ascii", "replace").strip()
            trouble = _ACTS[act](gate) if act in _ACTS else "?"
            asked.sendall(json.dumps(_describe(gate, trouble)).encode())


def _describe(gate: Gate, trouble: str) -> dict[str, object]:
    return {
        "provider": gate.request["provider"],
        "digest": gate.request["digest"],
        "listen": gate.request["listen"],
        "port": gate.request["port"],
        "is_paused": gate.is_paused,
        "lines": len(gate.lines),
        "windows": len(gate.windows),
        "trouble": trouble,
    }


def _look(gate: Gate) -> str:
    depot.keep(gate.entrance, gate.documents)
    return ""


def _pause(gate: Gate) -> str:
    """Cut every line and freeze what runs in windows; return what does not freeze."""
    gate.is_paused = True
    for child in gate.lines.values():
        _cut(child)
    _log(gate, "paused", "")
    depot.keep(gate.entrance, gate.documents)
    if gate.request["cgroup"] is None:
        return ""  # the provider stops the machines themselves
    if gate.frozen is None:
        return "no cgroup v2"
    return "" if freezer.freeze(gate.frozen) else "still running"


def _resume(gate: Gate) -> str:
    if gate.frozen is not None:
        freezer.thaw(gate.frozen)
    gate.is_paused = False
    _log(gate, "resumed", "")
    return ""


_ACTS: dict[str, Callable[[Gate], str]] = {"look": _look, "pause": _pause, "resume": _resume}


def _log(gate: Gate, event: str, about: str) -> None:
    journal.note(gate.request["log"], event, about)
