"""The daemon of the switch: one event loop, one thread for each terminal."""

import json
import os
import pwd
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from labswitch import accounts, relay
from labswitch.assistance import explain, finish
from labswitch.dataplane import DataPlane, has_vlan_bridge
from labswitch.dataplane_bridge import BridgeDataPlane
from labswitch.dataplane_ovs import OvsDataPlane
from labswitch.device import Device
from labswitch.errors import ToolError
from labswitch.lldp import INTERVAL_S
from labswitch.node import load
from labswitch.paths import NVRAM, READY, RUN, SOCKET
from labswitch.protocol import LINE_CAP, Expect, Reply, encode_reply
from labswitch.session import Origin, Session, authenticate

_NETLINK_LINKS = 1
_MOST_TERMINALS = 32
RELOAD = 0


def main() -> int:
    """Run the switch until it reloads."""
    os.umask(0o022)
    for folder in (RUN, NVRAM, READY.parent):
        folder.mkdir(parents=True, exist_ok=True)
    NVRAM.chmod(0o700)
    device = Device(load(), choose_data_plane())
    events = _open_netlink()
    for line in device.start():
        log(f"startup-config: refused: {line}")
    server = _open_server()
    READY.touch()
    Loop(device, events, server).run()
    device.stop("Reload Command")
    return RELOAD


def log(text: str) -> None:
    """Write a line to the log of the node."""
    sys.stderr.write(f"switchd: {text}\n")
    sys.stderr.flush()


def choose_data_plane() -> DataPlane:
    """Return the data plane that works on this kernel."""
    return BridgeDataPlane() if has_vlan_bridge() else OvsDataPlane()


def _open_netlink() -> socket.socket:
    channel = socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, 0
    )
    channel.bind((0, _NETLINK_LINKS))
    return channel


def _open_server() -> socket.socket:
    SOCKET.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    server.bind(str(SOCKET))
    SOCKET.chmod(0o666)
    server.listen(16)
    return server


class Loop:
    """Wait for links, terminals, DHCP, LLDP and the clock."""

    def __init__(self, device: Device, events: socket.socket, server: socket.socket) -> None:
        self._device = device
        self._events = events
        self._server = server
        self._relay = relay.open_socket()
        self._terminals = threading.BoundedSemaphore(_MOST_TERMINALS)
        self._next_hello = time.monotonic() + INTERVAL_S

    def run(self) -> None:
        """Serve until a reload is wanted."""
        while not self._device.reload_wanted.is_set():
            actions = self._actions()
            try:
                ready, _, _ = select.select(list(actions), [], [], self._pause_s())
            except (OSError, ValueError):
                continue  # a listener was closed meanwhile: look again
            for channel in ready:
                actions[channel]()
            self._tick()

    def _actions(self) -> dict[Any, Callable[[], None]]:
        """Return what to do for each thing that can become readable."""
        device = self._device
        with device.lock:
            actions: dict[Any, Callable[[], None]] = {
                self._events: self._links_changed,
                self._server: self._open_terminal,
                self._relay: self._relay_message,
                device.wake: device.drain_wake,
            }
            for port, channel in device.lldp.sockets():
                actions[channel] = partial(self._discover, channel, port)
            for listener in device.services.sockets():
                actions[listener] = partial(device.services.accept, listener)
        return actions

    def _discover(self, channel: socket.socket, port: int) -> None:
        self._device.lldp.receive(channel, port, time.monotonic())

    def _pause_s(self) -> float:
        return min(5.0, max(0.0, self._next_hello - time.monotonic()))

    def _tick(self) -> None:
        self._device.services.reap()
        if time.monotonic() >= self._next_hello:
            self._device.advertise()
            self._next_hello = time.monotonic() + INTERVAL_S

    def _links_changed(self) -> None:
        try:
            while self._events.recv(65536):
                pass
        except OSError:  # everything read, or more than the buffer holds: look at all links anyway
            pass
        try:
            self._device.follow()
        except ToolError as failure:
            log(f"links: {failure}")

    def _relay_message(self) -> None:
        received = relay.receive(self._relay)
        if received is not None:
            for packet in relay.route(*received, self._device.relays):
                relay.send(self._relay, packet)

    def _open_terminal(self) -> None:
        channel, _ = self._server.accept()
        if not self._terminals.acquire(blocking=False):
            channel.close()
            return
        threading.Thread(target=self._serve, args=(channel,), daemon=True).start()

    def _serve(self, channel: socket.socket) -> None:
        try:
            with channel, channel.makefile("rwb") as stream:
                Terminal(self._device, stream, _peer(channel)).run()
        except (OSError, ValueError, KeyError) as exc:
            log(f"terminal: {exc}")
        finally:
            self._terminals.release()


def _peer(channel: socket.socket) -> int:
    """Return the user id of the process at the other end."""
    credentials = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[1])


class Terminal:
    """The conversation with one terminal program."""

    def __init__(self, device: Device, stream: Any, uid: int) -> None:
        self._device = device
        self._stream = stream
        self._uid = uid

    def run(self) -> None:
        """Answer until the terminal closes."""
        session = self._login()
        if session is None:
            return
        self._send(session.greet())
        while (message := self._receive()) is not None:
            reply = self._answer(session, message)
            self._send(reply)
            if reply.expect is Expect.NOTHING:
                self._device.poke()
                return

    def _login(self) -> Session | None:
        hello = self._receive() or {}
        if hello.get("line") == "telnet" and self._uid == 0:
            return self._login_telnet()
        origin = self._origin(str(hello.get("line", "")))
        return None if origin is None else Session(self._device, origin)

    def _login_telnet(self) -> Session | None:
        """Check the names and secrets that the terminal sends, three at most."""
        for _ in range(3):
            message = self._receive()
            if message is None:
                return None
            origin = authenticate(
                self._device, "telnet", str(message["user"]), str(message["secret"])
            )
            if origin is not None:
                return Session(self._device, origin)
            self._send(Reply("% Login invalid\n\n", expect=Expect.SECRET))
        return None

    def _origin(self, line: str) -> Origin | None:
        if self._uid == 0:
            return Origin("audit", privilege=15) if line == "audit" else Origin("console")
        users = list(self._device.config.users.values())
        position = self._uid - accounts.user_id(0)
        if not 0 <= position < len(users):
            return None
        if pwd.getpwuid(self._uid).pw_name != users[position].name:
            return None
        return Origin("ssh", users[position].name, users[position].privilege)

    def _answer(self, session: Session, message: dict[str, Any]) -> Reply:
        ports = len(self._device.config.ports)
        if "help" in message:
            return Reply(
                explain(session.mode, str(message["help"]), ports=ports), prompt=session.prompt()
            )
        if "finish" in message:
            return Reply(
                finish(session.mode, str(message["finish"]), ports=ports), prompt=session.prompt()
            )
        if "interrupt" in message:
            return session.interrupt()
        return session.take(str(message["line"]))

    def _receive(self) -> dict[str, Any] | None:
        line = self._stream.readline(LINE_CAP)
        if not line.endswith(b"\n"):
            return None
        document = json.loads(line)
        return document if isinstance(document, dict) else None

    def _send(self, reply: Reply) -> None:
        self._stream.write(encode_reply(reply))
        self._stream.flush()
