"""A command in a machine of a cluster: what is typed here goes in, what it says comes out.

``python -m labctl.providers.incus.console BENCH MACHINE PROGRAM ARGUMENT...`` is what a console is.
Incus gives each stream of a command a WebSocket, and one more to end it and to tell the size of the
terminal; a message of text marks the end of a stream ("Instance exec", REST API, in its
documentation).

A command that ends just then must not be asked for a stream: Incus ends itself, with all that it
does on that member (seen with 6.0: ``Operation.Connect`` calls what ``done`` has cleared). So the
connections are there before the command is begun; the control, which a short command does not wait
for, comes first; and who was too slow asks no more.
"""

import json
import os
import signal
import socket
import sys
import termios
import tty
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.untrusted import one_line
from labctl.plan.model import Plan
from labctl.providers.incus import clusters, layout, link, outfit, seat
from labctl.providers.incus.client import Client
from labctl.providers.incus.clusters import Cluster
from labctl.providers.incus.works import Works
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, instance

_START_S, _END_S = 30.0, 15.0
_JOIN_S = 4.0
"""How long a command may be asked for its streams: Incus, fast or slow, gives it up after five."""
_BLOCK_BYTES = 32 << 10
_INTERRUPTED, _UNREAD = 128 + signal.SIGINT, 128 + signal.SIGPIPE
_IN, _OUT, _ERRORS, _CONTROL = "0", "1", "2", "control"
_TERMINAL = {_IN: 1}
"""Where what comes from a stream goes, with a terminal: it has one stream for both ways."""
_PIPES = {_OUT: 1, _ERRORS: 2}


@dataclass(frozen=True, slots=True)
class Begun:
    """A command that Incus began: its operation, and the word that opens each of its streams."""

    operation: str
    secrets: Mapping[str, str]


def main() -> int:
    """Run the command of the arguments in a machine; its exit code is ours."""
    number, name, *argv = sys.argv[1:]
    try:
        plan = benches.read_plan(Bench(BenchId(int(number))))
        return enter(plan, NodeName(name), argv)
    except KeyboardInterrupt:  # the command ends with its streams
        return _INTERRUPTED
    except BrokenPipeError:
        return _UNREAD
    except OSError as exc:
        return _tell(store.unwritable(Path("/dev/stdout"), exc))
    except LabctlError as exc:
        return _tell(exc)


def _tell(error: LabctlError) -> int:
    sys.stderr.write("".join(f"{line}\n" for line in (error.message, error.hint) if line))
    return error.exit_code


def enter(plan: Plan, node: NodeName, argv: Sequence[str]) -> int:
    """Run a command in a machine, on this terminal or these pipes; return its exit code."""
    term = os.environ.get("TERM")
    body = {"command": list(argv), "environment": {"TERM": term} if term else {}}
    operation = converse(plan, node, body)
    ended = Deadline.after(_END_S, patience=plan.patience)
    with clusters.open_cluster(clusters.find_way(plan), ended) as client:
        return _read_code(client.end(operation, argv[0]), argv[0])


def converse(plan: Plan, node: NodeName, body: Mapping[str, Any]) -> str:
    """Run a command in a machine until it has said all; return its operation.

    ``body`` is what Incus is asked to run, and as whom; the streams are this terminal or these
    pipes. ProviderError when the command could not be begun.
    """
    cluster = clusters.find_way(plan)
    limit = Deadline.after(_START_S, patience=plan.patience)
    has_terminal = os.isatty(0) and os.isatty(1)
    names = (_CONTROL, _IN, *(() if has_terminal else _PIPES))
    with ExitStack() as opened:
        with clusters.open_cluster(cluster, limit) as client:
            path, asked = _prepare(client, plan, node, body, has_terminal=has_terminal)
            lines = [
                opened.enter_context(
                    closing(link.open_socket(cluster.server, cluster.identity, limit))
                )
                for _name in names
            ]
            begun = _begin(client, path, asked, names)
        joined = Deadline.after(_JOIN_S)
        streams = {
            name: opened.enter_context(_open_stream(line, cluster, begun, name, joined))
            for name, line in zip(names, lines, strict=True)
        }
        if has_terminal:
            opened.enter_context(_own_terminal(streams[_CONTROL]))
        _carry(streams, _TERMINAL if has_terminal else _PIPES)
    return begun.operation


def _prepare(
    client: Client, plan: Plan, node: NodeName, body: Mapping[str, Any], *, has_terminal: bool
) -> tuple[str, dict[str, Any]]:
    """Return where a command is begun, and what is asked; all that it needs is there then."""
    bench = Works(client, plan, layout.Tag(instance(), plan.bench), "")
    place, asked = node, dict(body)
    if node in layout.list_seated(plan):
        place = plan.management.vantage
        asked["command"] = list(seat.enter_argv(plan, node, body["command"]))
        asked["environment"] = body["environment"] | outfit.environment()
        seat.bring_code(bench)
    asked |= {"wait-for-websocket": True, "interactive": has_terminal}
    asked |= _read_size() if has_terminal else {}
    return bench.locate(place, "exec"), asked


def _begin(client: Client, path: str, asked: Mapping[str, Any], names: Collection[str]) -> Begun:
    operation, said = client.begin(path, asked)
    secrets = said.get("fds") if isinstance(said, dict) else None
    if not isinstance(secrets, dict) or set(secrets) != set(names):
        raise ProviderError(_("Incus ne dit pas comment parler à la commande"))
    return Begun(operation, {name: str(word) for name, word in secrets.items()})


@contextmanager
def _open_stream(
    sock: socket.socket, cluster: Cluster, begun: Begun, name: str, limit: Deadline
) -> Iterator[ClientConnection]:
    path = begun.operation.partition("?")[0]
    uri = f"ws://{cluster.server.where}{path}/websocket?secret={begun.secrets[name]}"
    if limit.is_over():
        said = _("Incus n'ouvre pas la console : il n'attend ses flux que cinq secondes")
        raise ProviderError(said, hint=_("recommencez quand le membre est moins occupé"))
    try:
        # TLS is spoken already: its key is pinned
        stream = connect(
            uri, sock=sock, compression=None, proxy=None, open_timeout=limit.remaining_s()
        )
    except (OSError, WebSocketException) as exc:
        said = _("Incus n'ouvre pas la console : %(why)s")
        raise ProviderError(said % {"why": one_line(str(exc))}) from exc
    with stream:
        yield stream


def _carry(streams: Mapping[str, ClientConnection], out: Mapping[str, int]) -> None:
    """Carry what is typed and what is said, until the command has said all.

    OSError when what it says cannot be written here: nobody reads it, or a disk is full.
    """
    lost: list[OSError] = []
    Thread(target=_give, args=(streams[_IN],), daemon=True).start()
    readers = [
        Thread(target=_take, args=(streams[name], target, streams[_CONTROL], lost), daemon=True)
        for name, target in out.items()
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if lost:
        raise lost[0]


def _give(stream: ClientConnection) -> None:
    with suppress(ConnectionClosed, OSError):
        while typed := os.read(0, _BLOCK_BYTES):
            stream.send(typed)
        stream.send("")


def _take(
    stream: ClientConnection, target: int, control: ClientConnection, lost: list[OSError]
) -> None:
    try:
        for said in stream:
            if isinstance(said, str):
                return
            rest = memoryview(said)
            while rest:
                rest = rest[os.write(target, rest) :]
    except ConnectionClosed:
        return
    except OSError as exc:
        lost.append(exc)
        control.close()  # Incus ends the command, which would wait for a reader


@contextmanager
def _own_terminal(control: ClientConnection) -> Iterator[None]:
    """Hand the keys of this terminal on as they are, and tell its size when it changes."""
    before = termios.tcgetattr(0)
    signal.signal(signal.SIGWINCH, partial(_tell_size, control))
    try:
        tty.setraw(0, termios.TCSADRAIN)  # what was typed before is not thrown away
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)


def _tell_size(control: ClientConnection, *_signal: object) -> None:
    size = {name: str(number) for name, number in _read_size().items()}
    with suppress(ConnectionClosed):
        control.send(json.dumps({"command": "window-resize", "args": size}))


def _read_size() -> dict[str, int]:
    width, height = os.get_terminal_size(0)
    return {"width": width, "height": height}


def _read_code(ended: object, program: str) -> int:
    code = ended.get("return") if isinstance(ended, dict) else None
    if type(code) is not int:
        said = _("Incus ne dit pas ce qu'est devenue la commande « %(program)s »")
        raise ProviderError(said % {"program": program})
    return code


if __name__ == "__main__":
    sys.exit(main())
