"""An SSH server in the hands of an attacker: right key and login, then whatever a script says."""

import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import paramiko  # noqa: TID251  # the other side of the conversation
from paramiko.common import (  # noqa: TID251
    AUTH_FAILED,
    AUTH_PARTIALLY_SUCCESSFUL,
    AUTH_SUCCESSFUL,
    OPEN_SUCCEEDED,
)

from tests.attacks.hostile import Player

Exec = Callable[[paramiko.Channel, str], None]


@dataclass
class Manners:
    """How the server behaves; by default it lets in whoever has the key, and runs nothing."""

    host_key: paramiko.PKey
    user_key: paramiko.PKey
    on_exec: Exec | None = None
    on_shell: Callable[[paramiko.Channel], None] | None = None
    refuses: bool = False
    wants_more: bool = False
    banner: str = ""
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hangs_at: str = ""  # auth, channel, exec
    offered_keys: list[str] = field(default_factory=list)


def play_ssh(manners: Manners) -> Player:
    """Return a player that speaks SSH."""

    def player(sock: socket.socket) -> None:
        transport = paramiko.Transport(sock)
        transport.set_log_channel("labctl.attack")
        transport.add_server_key(manners.host_key)
        for kind, names in manners.offers.items():
            setattr(transport.get_security_options(), kind, names)
        with suppress(paramiko.SSHException):  # the victim wants none of it
            transport.start_server(server=_Server(manners))
        transport.join()

    return player


class _Server(paramiko.ServerInterface):
    def __init__(self, manners: Manners) -> None:
        self._manners = manners

    def get_allowed_auths(self, _username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self._manners.offered_keys.append(username)
        self._hang("auth")
        is_known = key.get_base64() == self._manners.user_key.get_base64()
        if self._manners.refuses or not is_known:
            return AUTH_FAILED
        return AUTH_PARTIALLY_SUCCESSFUL if self._manners.wants_more else AUTH_SUCCESSFUL

    def get_banner(self) -> tuple[str, str]:
        return self._manners.banner, "fr"

    def check_channel_request(self, _kind: str, _chanid: int) -> int:
        self._hang("channel")
        return OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self._hang("exec")
        play = self._manners.on_exec or _say_nothing
        _start(play, channel, command.decode())
        return True

    def check_channel_pty_request(self, *_request: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        if self._manners.on_shell is not None:
            _start(self._manners.on_shell, channel)
        return True

    def _hang(self, where: str) -> None:
        if self._manners.hangs_at == where:
            threading.Event().wait(30)


def _say_nothing(_channel: paramiko.Channel, _command: str) -> None:
    threading.Event().wait(30)


def _start(play: Callable[..., None], channel: paramiko.Channel, *arguments: object) -> None:
    def act() -> None:
        threading.Event().wait(0.05)  # the request is answered first
        try:
            play(channel, *arguments)
        except (OSError, EOFError, paramiko.SSHException):  # the victim left
            return
        with suppress(OSError, EOFError):
            channel.close()

    threading.Thread(target=act, daemon=True).start()


def run_honestly(channel: paramiko.Channel, command: str) -> bytes:
    """Run what was asked for real and return all it said, told to nobody yet."""
    nonce = channel.recv(1024)
    done = subprocess.run(  # noqa: TID251  # the far side's own shell
        ["/bin/sh", "-c", command], input=nonce, capture_output=True, check=False
    )
    return done.stdout


def send(channel: paramiko.Channel, kind: int, content: bytes) -> None:
    """Send a message as it is, also one that the library would never send."""
    message = paramiko.Message()
    message.add_bytes(bytes((kind,)) + content)
    channel.get_transport()._send_user_message(message)  # type: ignore[attr-defined]


def send_in(channel: paramiko.Channel, kind: int, content: bytes) -> None:
    """Send a message of the channel."""
    send(channel, kind, channel.remote_chanid.to_bytes(4, "big") + content)


def string(content: bytes) -> bytes:
    """Return a string as messages hold it (RFC 4251, 5)."""
    return len(content).to_bytes(4, "big") + content


def make_key(path: Path) -> paramiko.PKey:
    """Return a new ed25519 key, its private half written to a file as labctl wants it."""
    subprocess.run(  # noqa: TID251  # paramiko cannot make ed25519 keys
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True
    )
    return paramiko.Ed25519Key.from_private_key_file(str(path))


def trust_of(key: paramiko.PKey) -> str:
    """Return a host key as an endpoint pins it."""
    return f"{key.get_name()} {key.get_base64()}"
