"""The network in which libvirtd keeps the bridges: found, and set where libvirt cannot."""

import socket
import struct
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from labctl.connect.vantage import identify
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _
from labctl.providers.namespaces import runtime
from labctl.providers.namespaces.processes import Process

_SOCKET = "/run/libvirt/libvirt-sock"
_FORWARD_LLDP = "0x4000"
"""Group address 01-80-C2-00-00-0E: a bridge drops it unless told, a cable does not."""


def find_place(uri: str) -> Process:
    """Return a process in the network of the hypervisor's daemon.

    Raises ProviderError for a remote host, or when nothing listens.
    """
    path = socket_path(uri)
    try:
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as link:
            link.settimeout(5)
            link.connect(path)
            size = struct.calcsize("3i")
            peer = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    except OSError as exc:
        said = _("libvirtd n’écoute pas sur %(path)s : %(why)s")
        hint = _("libvirtd tourne-t-il ? voir docs/install.md, « libvirt »")
        raise ProviderError(said % {"path": path, "why": exc.strerror}, hint=hint) from exc
    vantage = identify(struct.unpack("3i", peer)[0])
    return Process(vantage.pid, vantage.started, "", "", "libvirtd", "")


def socket_path(uri: str) -> str:
    """Return the local socket of the daemon of a URI; ProviderError when it is another machine's.

    A daemon that is spoken to over TLS has its socket too: the usual one.
    """
    parts = urlsplit(uri)
    if parts.scheme == "qemu+tls":
        return _SOCKET
    if parts.hostname or parts.scheme not in ("qemu", "qemu+unix"):
        raise _elsewhere(uri)
    return parse_qs(parts.query).get("socket", [_SOCKET])[0]


def require_here(uri: str, hostname: str) -> None:
    """Refuse a daemon of another machine: ``hostname`` is where it says that it runs."""
    own = socket.gethostname().partition(".")[0]
    if urlsplit(uri).scheme == "qemu+tls" and hostname.partition(".")[0] != own:
        raise _elsewhere(uri)


def _elsewhere(uri: str) -> ProviderError:
    said = _("%(uri)s est une autre machine : les bancs se construisent sur leur hôte")
    hint = _("« acces: ssh://compte@hote » dans la salle : voir docs/install.md")
    return ProviderError(said % {"uri": uri}, hint=hint)


def root_of(place: Process) -> Path:
    """Return the root of the daemon's file system, as seen from here."""
    return Path(f"/proc/{place.pid}/root")


def forward_everything(place: Process, bridges: Iterable[str], deadline: Deadline) -> None:
    """Make bridges pass what a cable passes."""
    for bridge in bridges:
        argv = ("ip", "link", "set", bridge, "type", "bridge", "group_fwd_mask", _FORWARD_LLDP)
        try:
            runtime.run_beside(place, argv, deadline)
        except CommandError as exc:
            said = _("le pont %(bridge)s n’est pas là : %(why)s")
            raise ProviderError(said % {"bridge": bridge, "why": exc.message}) from exc


def read_masters(place: Process, deadline: Deadline) -> dict[str, str]:
    """Return the bridge each network device of the host is in."""
    done = runtime.run_beside(place, ("ip", "-o", "link", "show"), deadline)
    found = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if "master" in words:
            device = words[1].rstrip(":").partition("@")[0]
            found[device] = words[words.index("master") + 1]
    return found


def unplug(place: Process, device: str, deadline: Deadline) -> None:
    """Take a network device of the host out of its bridge."""
    runtime.run_beside(place, ("ip", "link", "set", device, "nomaster"), deadline)


def plug(place: Process, device: str, bridge: str, deadline: Deadline) -> None:
    """Put a network device of the host back in its bridge."""
    runtime.run_beside(place, ("ip", "link", "set", device, "master", bridge, "up"), deadline)
