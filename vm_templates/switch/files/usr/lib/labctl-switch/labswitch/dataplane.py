"""What a data plane is asked: a small protocol with two implementations, chosen by trying."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from labswitch.config import Config, Port, PortMode
from labswitch.errors import ToolError
from labswitch.links import Link
from labswitch.names import vlan as vlan_interface
from labswitch.process import run

BRIDGE = "br0"


@dataclass(frozen=True, slots=True)
class L2Port:
    """A port of the bridge: at most one VLAN without a tag, any number with one."""

    name: str
    index: int
    number: int
    untagged: int | None
    tagged: frozenset[int]


@dataclass(frozen=True, slots=True)
class L2:
    """The whole bridge; ``svis`` are the VLANs where the switch itself is, with its MAC there."""

    ports: tuple[L2Port, ...]
    svis: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class MacEntry:
    """An address that was learned: on a port (its number), or None for the switch itself."""

    vlan: int
    mac: str
    port: int | None


class DataPlane(Protocol):
    """Frames really forwarded."""

    name: str

    def start(self) -> None:
        """Bring up an empty bridge, whatever was left by a previous life."""

    def apply(self, wanted: L2) -> None:
        """Make the bridge what is wanted."""

    def read_macs(self) -> tuple[MacEntry, ...]:
        """Return the addresses learned."""

    def forget_macs(self) -> None:
        """Forget the addresses learned."""


def plan(
    config: Config, links: Mapping[int, Link], port_names: Mapping[int, str], base_mac: int
) -> L2:
    """Return the bridge that a configuration asks for; what carries no VLAN is left out of it."""
    ports = (
        _plan_port(config, port, links[number], port_names[number])
        for number, port in config.ports.items()
        if number in links
    )
    svis = sorted(config.svis.keys() & config.vlans.keys())
    return L2(
        tuple(port for port in ports if port.untagged is not None or port.tagged),
        {vlan: mac_text(base_mac + 64 + vlan) for vlan in svis},
    )


def _plan_port(config: Config, port: Port, link: Link, name: str) -> L2Port:
    if port.mode is not PortMode.TRUNK:
        untagged = port.access_vlan if port.access_vlan in config.vlans else None
        return L2Port(name, link.index, port.number, untagged, frozenset())
    vlans = port.allowed & config.vlans.keys()
    # A native VLAN that the trunk does not allow: untagged frames are lost, as on the device.
    untagged = port.native_vlan if port.native_vlan in vlans else None
    return L2Port(name, link.index, port.number, untagged, vlans - {port.native_vlan})


def mac_text(mac: int) -> str:
    """Return a MAC address as the tools of the system write it."""
    return mac.to_bytes(6, "big").hex(":")


def svi_name(vlan: int) -> str:
    """Return the name of the kernel interface of a VLAN's SVI."""
    return vlan_interface(vlan).long.lower()


_PROBE = """\
link add name probe type bridge vlan_filtering 1
link add link probe name probe.2 type vlan id 2
"""


def has_vlan_bridge() -> bool:
    """Tell whether this kernel bridges VLANs: try, in a network namespace that ends at once."""
    try:
        run(["unshare", "--net", "ip", "-batch", "-"], stdin=_PROBE)
    except ToolError:
        return False
    return True
