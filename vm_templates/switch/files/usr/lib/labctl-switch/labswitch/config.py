"""The configuration of the switch: plain values; a command makes a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from labswitch import vlanset
from labswitch.acl import Acl


class PortMode(StrEnum):
    """How a port treats tags, in the words of ``show interfaces switchport``."""

    AUTO = "dynamic auto"
    ACCESS = "static access"
    TRUNK = "trunk"


@dataclass(frozen=True, slots=True)
class Port:
    """A physical port."""

    number: int
    description: str = ""
    speed: str = "auto"
    duplex: str = "auto"
    shutdown: bool = False
    mode: PortMode = PortMode.AUTO
    access_vlan: int = 1
    native_vlan: int = 1
    allowed: frozenset[int] = vlanset.ALL
    nonegotiate: bool = False
    encapsulation: bool = False
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Svi:
    """The routed interface of a VLAN."""

    vlan: int
    description: str = ""
    shutdown: bool = False
    address: IPv4Interface | None = None
    helpers: tuple[IPv4Address, ...] = ()
    acl_in: str = ""
    acl_out: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """A static route; without a gateway it leads nowhere (Null0)."""

    network: IPv4Network
    gateway: IPv4Address | None
    distance: int = 1


@dataclass(frozen=True, slots=True)
class User:
    """A local account, with the hash of its secret."""

    name: str
    privilege: int = 1
    secret: str = ""


class Login(StrEnum):
    """How a line authenticates."""

    NONE = "no login"
    LINE = "login"
    LOCAL = "login local"


@dataclass(frozen=True, slots=True)
class Line:
    """The console or one virtual terminal; ``transport`` is what lets people in by the network."""

    transport: frozenset[str] = frozenset()
    login: Login = Login.LINE
    password: str = ""
    access_class: str = ""
    exec_timeout: tuple[int, int] | None = None
    accepted: tuple[str, ...] = ()


VTY_COUNT = 16


@dataclass(frozen=True, slots=True)
class Config:
    """All that ``show running-config`` prints."""

    ports: Mapping[int, Port]
    hostname: str = "Switch"
    enable_secret: str = ""
    users: Mapping[str, User] = field(default_factory=dict)
    ip_routing: bool = False
    domain_name: str = ""
    domain_lookup: bool = True
    vlans: Mapping[int, str] = field(default_factory=lambda: {1: "default"})
    svis: Mapping[int, Svi] = field(default_factory=lambda: {1: Svi(1)})
    acls: Mapping[str, Acl] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    default_gateway: IPv4Address | None = None
    banners: Mapping[str, str] = field(default_factory=dict)
    ssh_version: int | None = None
    ssh_timeout_s: int = 120
    ssh_retries: int = 3
    ntp_servers: tuple[str, ...] = ()
    lldp: bool = False
    spanning_tree_mode: str = "pvst"
    console: Line = Line(login=Login.NONE)
    vty: tuple[Line, ...] = (Line(),) * VTY_COUNT
    accepted: tuple[str, ...] = ()


def factory(ports: int) -> Config:
    """Return the configuration of a switch just unpacked: every port up in VLAN 1."""
    return Config(ports={number: Port(number) for number in range(1, ports + 1)})


def default_vlan_name(vlan: int) -> str:
    """Return the name that a VLAN has before it is given one."""
    return "default" if vlan == 1 else f"VLAN{vlan:04d}"


def carried(config: Config, port: Port) -> frozenset[int]:
    """Return the existing VLANs that the port belongs to, whatever the state of its link."""
    wanted = port.allowed if port.mode is PortMode.TRUNK else frozenset({port.access_vlan})
    return wanted & config.vlans.keys()
