"""The kernel's part: ports up or down, addresses and routes of the SVIs, forwarding."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface
from pathlib import Path

from labswitch.config import Config, Route
from labswitch.dataplane import svi_name
from labswitch.links import Link
from labswitch.process import run
from labswitch.state import State, connected

_SYSCTL = Path("/proc/sys/net/ipv4")
_MANAGEMENT_TABLE = 100
_IP = ["ip", "-force", "-batch", "-"]
"""Goes on after a line that fails: what is to be deleted may be gone with its interface."""


@dataclass(frozen=True, slots=True)
class L3:
    """What the kernel routes: SVIs that exist (None: down or without address), static routes."""

    svis: Mapping[int, IPv4Interface | None]
    routes: tuple[Route, ...]
    forwarding: bool


NOTHING = L3({}, (), forwarding=False)


def plan(config: Config, state: State) -> L3:
    """Return what a configuration asks of the kernel."""
    up = {svi.vlan: svi.address for svi in connected(config, state.svis_up)}
    existing = sorted(config.svis.keys() & config.vlans.keys())
    return L3({vlan: up.get(vlan) for vlan in existing}, state.routes, config.ip_routing)


def commands(old: L3, new: L3) -> list[str]:
    """Return the lines for ``ip -force -batch`` that lead from one state to another."""
    changed = [
        vlan
        for vlan, address in new.svis.items()
        if old.svis.get(vlan) != address or vlan not in old.svis
    ]
    lines = [f"route del {_render(route)}" for route in old.routes if route not in new.routes]
    for vlan in changed:
        lines += _svi(vlan, new.svis[vlan])
    # A change of an SVI takes the routes behind it along: give them again.
    again = (
        new.routes if changed else tuple(route for route in new.routes if route not in old.routes)
    )
    return lines + [f"route replace {_render(route)}" for route in again]


def _svi(vlan: int, address: IPv4Interface | None) -> Iterator[str]:
    name = svi_name(vlan)
    yield f"addr flush dev {name}"
    if address is None:
        yield f"link set dev {name} down"
        return
    yield f"addr add {address} broadcast {address.network.broadcast_address} dev {name}"
    yield f"link set dev {name} up"


def _render(route: Route) -> str:
    if route.gateway is None:
        return f"blackhole {route.network} proto static metric {route.distance}"
    return f"{route.network} via {route.gateway} proto static metric {route.distance}"


def apply(old: L3, new: L3) -> None:
    """Give the kernel the differences; what is already gone is no error."""
    lines = commands(old, new)
    if lines:
        run(_IP, stdin="\n".join(lines) + "\n", check=False)
    for vlan in new.svis:
        if old.forwarding != new.forwarding or vlan not in old.svis:
            _set_svi(svi_name(vlan), forwarding=new.forwarding)


def _set_svi(name: str, *, forwarding: bool) -> None:
    _write(f"conf/{name}/forwarding", int(forwarding))
    _write(f"conf/{name}/send_redirects", 0)
    _write(f"conf/{name}/arp_ignore", 1)
    _write(f"conf/{name}/arp_announce", 2)


def _write(key: str, value: int) -> None:
    try:
        (_SYSCTL / key).write_text(f"{value}\n", encoding="ascii")
    except FileNotFoundError:
        return


def set_ports(names: Mapping[int, str], links: Mapping[int, Link], config: Config) -> bool:
    """Bring ports up or down as configured; tell whether one was changed."""
    lines = []
    for number, link in links.items():
        wanted_up = not config.ports[number].shutdown
        if link.up is not wanted_up:
            lines.append(f"link set dev {names[number]} {'up' if wanted_up else 'down'}")
            # The bridge answers for the port, never the kernel's own stack.
            _write(f"conf/{names[number]}/arp_ignore", 8)
            _write(f"conf/{names[number]}/forwarding", 0)
    if lines:
        run(_IP, stdin="\n".join(lines) + "\n", check=False)
    return bool(lines)


def take_down(names: Iterable[str]) -> None:
    """Bring interfaces down: their neighbours see the link go."""
    lines = [f"link set dev {name} down" for name in names]
    if lines:
        run(_IP, stdin="\n".join(lines) + "\n", check=False)


def isolate_management(interface: str, address: IPv4Interface) -> None:
    """Keep the management interface out of forwarding, its answers on its own table."""
    _write(f"conf/{interface}/forwarding", 0)
    _write(f"conf/{interface}/arp_ignore", 1)
    _write("ip_nonlocal_bind", 1)
    rule = f"from {address.ip} lookup {_MANAGEMENT_TABLE}"
    lines = [
        f"rule del {rule}",
        f"rule add {rule} priority 10",
        f"route replace {address.network} dev {interface} src {address.ip}"
        f" table {_MANAGEMENT_TABLE}",
    ]
    run(_IP, stdin="\n".join(lines) + "\n", check=False)
