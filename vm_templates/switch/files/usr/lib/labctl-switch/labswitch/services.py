"""SSH and Telnet on the addresses of the switch: there when the configuration asks for them."""

import socket
import subprocess
from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path

from labswitch import keys
from labswitch.accounts import SHELL
from labswitch.config import VTY_COUNT, Config, Login
from labswitch.paths import RUN
from labswitch.process import serve
from labswitch.state import State, connected

SSH, TELNET = 22, 23
_SSHD_CONFIG = RUN / "sshd_config"
_BANNER = RUN / "banner_login"
_FREEBIND = 15

Listener = tuple[IPv4Address, int]


def plan(config: Config, state: State, *, has_key: bool) -> frozenset[Listener]:
    """Return the addresses and ports that must answer."""
    transports = frozenset(name for line in config.vty for name in line.transport)
    ports = [TELNET] * ("telnet" in transports) + [SSH] * (
        "ssh" in transports and has_key and bool(config.users)
    )
    addresses = [svi.address.ip for svi in connected(config, state.svis_up) if svi.address]
    return frozenset((address, port) for address in addresses for port in ports)


def render_sshd(config: Config) -> str:
    """Return the configuration of the SSH server for one connection."""
    local = any(line.login is Login.LOCAL and "ssh" in line.transport for line in config.vty)
    return "\n".join(
        [
            f"HostKey {keys.KEY}",
            "UsePAM no",
            "UseDNS no",
            "PidFile none",
            "PermitRootLogin no",
            "AllowGroups labctl-switch",
            "AuthenticationMethods password",
            f"PasswordAuthentication {'yes' if local else 'no'}",
            "PubkeyAuthentication no",
            "KbdInteractiveAuthentication no",
            f"LoginGraceTime {config.ssh_timeout_s}",
            f"MaxAuthTries {config.ssh_retries + 1}",
            "MaxSessions 1",
            "PermitUserEnvironment no",
            "DisableForwarding yes",
            "PermitUserRC no",
            "PrintMotd no",
            "PrintLastLog no",
            "PerSourcePenalties no",
            f"Banner {_BANNER if 'login' in config.banners else 'none'}",
            "",
        ]
    )


class Services:
    """The listening sockets and the programs that serve the connections."""

    def __init__(self) -> None:
        self._listeners: dict[Listener, socket.socket] = {}
        self._children: list[subprocess.Popen[bytes]] = []
        self._sshd = ""

    def update(self, wanted: frozenset[Listener], config: Config) -> None:
        """Listen where it is wanted and nowhere else."""
        for listener in self._listeners.keys() - wanted:
            self._listeners.pop(listener).close()
        text = render_sshd(config)
        if text != self._sshd:
            _write(_SSHD_CONFIG, text)
            self._sshd = text
        _write(_BANNER, config.banners.get("login", "") + "\n")
        for address, port in wanted - self._listeners.keys():
            self._listeners[address, port] = _listen(address, port)

    def sockets(self) -> Iterable[socket.socket]:
        """Return the sockets to watch."""
        return tuple(self._listeners.values())

    def accept(self, listener: socket.socket) -> None:
        """Serve one connection, unless every terminal is taken."""
        self.reap()
        try:
            channel, _peer = listener.accept()
        except OSError:
            return
        with channel:
            if len(self._children) < VTY_COUNT:
                channel.settimeout(None)
                is_ssh = channel.getsockname()[1] == SSH
                argv = (
                    ["/usr/sbin/sshd", "-i", "-f", str(_SSHD_CONFIG)]
                    if is_ssh
                    else [SHELL, "--telnet"]
                )
                self._children.append(serve(argv, channel.fileno()))

    def reap(self) -> None:
        """Forget the programs that have ended."""
        self._children = [child for child in self._children if child.poll() is None]

    def stop(self) -> None:
        """Close everything."""
        for listener in self._listeners.values():
            listener.close()
        self._listeners = {}
        for child in self._children:
            child.kill()


def _listen(address: IPv4Address, port: int) -> socket.socket:
    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    )
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IP, _FREEBIND, 1)
    listener.bind((str(address), port))
    listener.listen(16)
    return listener


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
