"""The running configuration as text, in the order of the device it resembles."""

from collections.abc import Iterable, Iterator

from labswitch import passwords, vlanset
from labswitch.acl import Acl, render_entry
from labswitch.config import (
    Config,
    Line,
    Login,
    Port,
    PortMode,
    Route,
    Svi,
    User,
    default_vlan_name,
)
from labswitch.product import VERSION

_PORT_MODES = {PortMode.ACCESS: "access", PortMode.TRUNK: "trunk"}


def render(config: Config) -> str:
    """Return the lines that make this configuration, from ``version`` to ``end``."""
    sections = [
        ["version " + VERSION, *_accepted(config, "service")],
        ["hostname " + config.hostname],
        _accepted(config, "logging"),
        [_secret("enable secret", config.enable_secret)] if config.enable_secret else [],
        [_render_user(user) for user in config.users.values()],
        ["no aaa new-model", *_accepted(config, "clock")],
        _render_names(config),
        ["spanning-tree mode " + config.spanning_tree_mode, *_accepted(config, "spanning-tree")],
        *(
            [f"vlan {vlan}", *_render_vlan_name(vlan, name)]
            for vlan, name in sorted(config.vlans.items())
            if vlan != 1
        ),
        ["lldp run"] if config.lldp else [],
        *(_render_port(port) for port in config.ports.values()),
        *(_render_svi(svi) for _, svi in sorted(config.svis.items())),
        _render_ip(config),
        *(_render_named_acl(acl) for acl in config.acls.values() if not acl.is_numbered),
        [
            line
            for acl in config.acls.values()
            if acl.is_numbered
            for line in _render_numbered_acl(acl)
        ],
        [f"banner {kind} ^C{text}^C" for kind, text in sorted(config.banners.items())],
        list(_render_lines(config)),
        [f"ntp server {server}" for server in config.ntp_servers],
    ]
    return "\n!\n".join("\n".join(section) for section in sections if section) + "\n!\nend\n"


def render_interface(config: Config, name: str) -> str:
    """Return the lines of one interface, or nothing when it has none."""
    blocks = [*map(_render_port, config.ports.values()), *map(_render_svi, config.svis.values())]
    return next(
        ("\n".join([*block, "end\n"]) for block in blocks if block[0] == f"interface {name}"), ""
    )


def _accepted(config: Config, first_word: str) -> list[str]:
    return [line for line in config.accepted if line.split()[0].lower() == first_word]


def _secret(words: str, hashed: str) -> str:
    return f"{words} {passwords.hash_type(hashed)} {hashed}"


def _render_user(user: User) -> str:
    words = f"username {user.name}" + (
        f" privilege {user.privilege}" if user.privilege != 1 else ""
    )
    return _secret(f"{words} secret", user.secret) if user.secret else words


def _render_names(config: Config) -> list[str]:
    lookup = [] if config.domain_lookup else ["no ip domain-lookup"]
    domain = [f"ip domain-name {config.domain_name}"] if config.domain_name else []
    return [*(["ip routing"] if config.ip_routing else []), *lookup, *domain]


def _render_vlan_name(vlan: int, name: str) -> list[str]:
    return [] if name == default_vlan_name(vlan) else [f" name {name}"]


def _render_port(port: Port) -> list[str]:
    lines = [f"interface GigabitEthernet1/0/{port.number}"]
    if port.description:
        lines.append(f" description {port.description}")
    lines += [f" speed {port.speed}"] * (port.speed != "auto")
    lines += [f" duplex {port.duplex}"] * (port.duplex != "auto")
    if port.access_vlan != 1:
        lines.append(f" switchport access vlan {port.access_vlan}")
    if port.encapsulation:
        lines.append(" switchport trunk encapsulation dot1q")
    if port.native_vlan != 1:
        lines.append(f" switchport trunk native vlan {port.native_vlan}")
    if port.allowed != vlanset.ALL:
        lines.append(f" switchport trunk allowed vlan {vlanset.render(port.allowed) or 'none'}")
    if port.mode is not PortMode.AUTO:
        lines.append(f" switchport mode {_PORT_MODES[port.mode]}")
    lines += [" switchport nonegotiate"] * port.nonegotiate + [" shutdown"] * port.shutdown
    return lines + [f" {line}" for line in port.accepted]


def _render_svi(svi: Svi) -> list[str]:
    address = f"{svi.address.ip} {svi.address.netmask}" if svi.address else ""
    return [
        f"interface Vlan{svi.vlan}",
        *([f" description {svi.description}"] if svi.description else []),
        f" ip address {address}" if address else " no ip address",
        *([f" ip access-group {svi.acl_in} in"] if svi.acl_in else []),
        *([f" ip access-group {svi.acl_out} out"] if svi.acl_out else []),
        *(f" ip helper-address {helper}" for helper in svi.helpers),
        *([" shutdown"] if svi.shutdown else []),
    ]


def _render_ip(config: Config) -> list[str]:
    gateway = [f"ip default-gateway {config.default_gateway}"] if config.default_gateway else []
    ssh = [f"ip ssh time-out {config.ssh_timeout_s}"] if config.ssh_timeout_s != 120 else []
    ssh += (
        [f"ip ssh authentication-retries {config.ssh_retries}"] if config.ssh_retries != 3 else []
    )
    ssh += [f"ip ssh version {config.ssh_version}"] if config.ssh_version else []
    return [
        *gateway,
        "no ip http server",
        "no ip http secure-server",
        *ssh,
        *map(_render_route, config.routes),
    ]


def _render_route(route: Route) -> str:
    network = route.network
    distance = f" {route.distance}" if route.distance != 1 else ""
    return (
        f"ip route {network.network_address} {network.netmask} {route.gateway or 'Null0'}{distance}"
    )


def _render_named_acl(acl: Acl) -> list[str]:
    kind = "extended" if acl.extended else "standard"
    entries = (f" {render_entry(entry, extended=acl.extended)}" for entry in acl.entries)
    return [f"ip access-list {kind} {acl.name}", *entries]


def _render_numbered_acl(acl: Acl) -> list[str]:
    return [
        f"access-list {acl.name} {render_entry(entry, extended=acl.extended)}"
        for entry in acl.entries
    ]


def _render_lines(config: Config) -> Iterator[str]:
    yield "line con 0"
    yield from _render_line(config.console, default_login=Login.NONE)
    for first, last in _vty_groups(config.vty):
        yield f"line vty {first}" + (f" {last}" if last != first else "")
        yield from _render_line(config.vty[first], default_login=None)
        if not config.vty[first].transport:
            yield " transport input none"


def _vty_groups(lines: tuple[Line, ...]) -> Iterable[tuple[int, int]]:
    """Group equal neighbours; the device keeps 0 to 4 apart from the others."""
    first = 0
    for number in range(1, len(lines) + 1):
        if number in (5, len(lines)) or lines[number] != lines[first]:
            yield first, number - 1
            first = number


def _render_line(line: Line, *, default_login: Login | None) -> Iterator[str]:
    if line.access_class:
        yield f" access-class {line.access_class} in"
    if line.exec_timeout is not None:
        yield f" exec-timeout {line.exec_timeout[0]} {line.exec_timeout[1]}"
    if line.password:
        yield f" password {line.password}"
    yield from (f" {text}" for text in line.accepted)
    if line.login is not default_login:
        yield f" {line.login}"
    if line.transport:
        yield " transport input " + " ".join(sorted(line.transport, reverse=True))
