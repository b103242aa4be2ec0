"""Another way to type what the subject asks of the switch: short words, ranges, numbered lists."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from itertools import groupby

from checks.dhcp.demand import Dhcp
from checks.routing.demand import Routing
from checks.switching.demand import PortMode, WantedPort, list_ports
from labctl.plan.model import Plan
from tests.network import console_of, guests_of

ADMINISTRATORS, GUESTS = 10, 110


def lines(plan: Plan) -> tuple[str, ...]:
    """Return what is typed at the console."""
    return (
        *("en", "conf t"),
        *_names(plan),
        *_lists(plan),
        *_ports(plan),
        *_interfaces(plan),
        *_doors(plan),
        *("end", "copy run start", "", "exit"),
    )


def _names(plan: Plan) -> Iterator[str]:
    segments = plan.segments.values()
    yield f"host {plan.nodes[console_of(plan).on].hostname}"
    yield f"ip domain-name {plan.domain}"
    yield "vlan " + ",".join(str(segment.vid) for segment in segments)
    for segment in segments:
        yield from (f"vlan {segment.vid}", f"name {segment.name}")
    yield from (
        "exit",
        "ip routing",
        f"ip route 0.0.0.0 0.0.0.0 {plan.demand(Routing).default_route} 5",
    )
    yield f"ntp server {console_of(plan).ntp}"


def _lists(plan: Plan) -> Iterator[str]:
    for name in sorted(console_of(plan).sources):
        yield f"access-list {ADMINISTRATORS} permit {_wildcard(plan.network_of(name))}"
    guest = guests_of(plan).segment
    inside = _wildcard(plan.network_of(guest))
    yield f"access-list {GUESTS} permit udp any eq 68 any eq 67"
    yield f"access-list {GUESTS} permit icmp {inside} host {plan.segments[guest].gateway}"
    for segment in plan.segments.values():
        if segment.network and segment.name != guest:
            yield f"access-list {GUESTS} deny ip any {_wildcard(segment.network)}"
    yield f"access-list {GUESTS} deny tcp any host {plan.segments[guest].gateway} eq 22"
    yield f"access-list {GUESTS} permit ip {inside} any"


def _wildcard(network: IPv4Network) -> str:
    return f"{network.network_address} {network.hostmask}"


def _ports(plan: Plan) -> Iterator[str]:
    unused = [port for port in list_ports(plan) if not port.key]
    for run in _runs(unused):
        vid = run[0].access_vid
        yield f"int range gi1/0/{run[0].number}-{run[-1].number}"
        yield from ("sw mode acc", f"sw acc vlan {vid}", "shut")
    for port in (port for port in list_ports(plan) if port.key):
        yield from (f"int gi1/0/{port.number}", f"desc {port.description}")
        yield from _trunk(port) if port.mode is PortMode.TRUNK else _access(port)
        yield "no shut"


def _runs(ports: Sequence[WantedPort]) -> Iterator[list[WantedPort]]:
    """Yield the ports whose numbers follow each other."""
    ranked = enumerate(sorted(ports, key=lambda port: port.number))
    for _key, run in groupby(ranked, key=lambda pair: pair[1].number - pair[0]):
        yield [port for _rank, port in run]


def _access(port: WantedPort) -> Iterator[str]:
    yield from ("sw mode access", f"sw access vlan {port.access_vid}", "spanning-tree portfast")


def _trunk(port: WantedPort) -> Iterator[str]:
    first, *others = sorted(port.trunk_vids)
    yield from (f"sw trunk allowed vlan {first}", f"sw trunk native vlan {port.access_vid}")
    yield from (f"sw trunk allowed vlan add {vid}" for vid in others)
    yield "sw mode trunk"


def _interfaces(plan: Plan) -> Iterator[str]:
    for name, address in plan.demand(Routing).svis.items():
        yield f"int vlan{plan.segments[name].vid}"
        yield f"ip addr {address.ip} {address.netmask}"
        relay = plan.demand(Dhcp).relay
        if relay and name in relay.sources:
            yield f"ip helper-address {relay.to}"
        if name == guests_of(plan).segment:
            yield f"ip access-group {GUESTS} in"
        yield "no shut"


def _doors(plan: Plan) -> Iterator[str]:
    yield from ("username technicien privilege 15 secret Essai-1", "crypto key gen rsa mod 2048")
    yield "ip ssh version 2"
    yield f"banner motd #{console_of(plan).banner}#"
    yield from ("line vty 0 15", "login local", "transport input ssh")
    yield from (f"access-class {ADMINISTRATORS} in", "exit")
