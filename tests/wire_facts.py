"""What packets on the wire give, of a solved bench and of an untouched one."""

from ipaddress import IPv4Address, IPv4Interface

from checks.dhcp.demand import Dhcp
from checks.dhcp.facts.neighbours import Neighbours
from checks.dhcp.facts.offers import DhcpOffers, Offer
from checks.dhcp.facts.reservations import Reservations
from checks.directory.demand import Directory
from checks.dns.facts.names import Names, wanted_names
from checks.internet.facts.internet import CanaryVisit, Internet
from checks.internet.facts.login import Login
from checks.internet.facts.outbound import UNLISTED_PORTS, Outbound, wanted_outbound
from checks.internet.facts.ssdp import UpnpSearch
from checks.internet.facts.wan import WanExposure
from checks.internet.facts.web_admin import WebAdmin
from checks.printing.demand import Printing
from checks.printing.facts.printer import PrinterState
from checks.printing.facts.published import PublishedPrinter, PublishedPrinters
from checks.routing.facts.reach import Attempt, Reach, wanted_attempts
from labctl.core.ids import NodeName
from labctl.facts.wire import Outcome
from labctl.plan.model import Plan
from tests.network import console_of, guests_of, page_of, router_of

WAN_ADDRESS = IPv4Address("203.0.113.100")
PUBLIC_DNS = IPv4Address("198.51.100.53")
OTHERS = (NodeName("nas"), NodeName("commutateur"))
"""Machines that might serve DHCP besides the router, and do not."""


def solved_wire(plan: Plan) -> tuple[object, ...]:
    """Return what is seen from each network, and from outside, when everything asked is done."""
    networks = [segment.name for segment in plan.segments.values() if segment.probe]
    origins = [*networks, "WAN"]
    admin = page_of(plan).sources
    opened = {name: _outcome(is_open=name in admin) for name in origins}
    return (
        Reach(
            tuple(
                Attempt(origin, target, port, _solved_outcome(plan, origin, target, port))
                for origin, target, port in wanted_attempts(plan)
            ),
            frozenset(networks),
        ),
        Outbound(
            Reach(
                tuple(
                    Attempt(origin, target, port, _solved_outcome(plan, origin, target, port))
                    for origin, target, port in wanted_outbound(plan)
                ),
                frozenset(networks),
            )
        ),
        DhcpOffers(
            {scope.segment: (_offer(plan, scope.segment),) for scope in plan.demand(Dhcp).scopes},
            listens={router_of(plan).node: True, **dict.fromkeys(OTHERS, False)},
        ),
        Internet(
            {
                name: CanaryVisit(name, fetched=True, seen_source=WAN_ADDRESS)
                for name in router_of(plan).nat_sources
            },
            WAN_ADDRESS,
        ),
        Names(
            {
                f"{origin} {server} {name} {kind}": _resolved(plan, name, kind, server)
                for origin, server, name, kind in wanted_names(plan)
            }
        ),
        WanExposure(
            WAN_ADDRESS, reachable=True, open_tcp=frozenset(), open_udp=frozenset(), scanned=40
        ),
        WebAdmin(dict.fromkeys(origins, Outcome.REFUSED), opened, dict.fromkeys(origins, False)),
        Login(401, 401, {page_of(plan).password: (200,)}),
        PrinterState(answers=True, state=3, reasons=(), completed_jobs=("essai",)),
        PublishedPrinters((_published(plan),)),
        UpnpSearch(dict.fromkeys(router_of(plan).nat_sources, Outcome.SILENT)),
    )


def untouched_wire(plan: Plan) -> tuple[object, ...]:
    """Return what is seen through a router and a switch as delivered."""
    networks = [segment.name for segment in plan.segments.values() if segment.probe]
    origins = [*networks, "WAN"]
    outside = {name: _outcome(is_open=name == "WAN") for name in origins}
    none: frozenset[int] = frozenset()
    return (
        Reach(
            tuple(
                Attempt(origin, target, port, Outcome.SILENT)
                for origin, target, port in wanted_attempts(plan)
            ),
            frozenset(networks),
        ),
        Outbound(
            Reach(
                tuple(
                    Attempt(origin, target, port, Outcome.SILENT)
                    for origin, target, port in wanted_outbound(plan)
                ),
                frozenset(networks),
            )
        ),
        DhcpOffers(
            {scope.segment: () for scope in plan.demand(Dhcp).scopes},
            listens={router_of(plan).node: False, **dict.fromkeys(OTHERS, False)},
        ),
        Internet(
            {
                name: CanaryVisit(name, fetched=False, seen_source=None)
                for name in router_of(plan).nat_sources
            },
            WAN_ADDRESS,
        ),
        Names({}),
        WanExposure(
            WAN_ADDRESS, reachable=True, open_tcp=frozenset({80}), open_udp=none, scanned=40
        ),
        WebAdmin(outside, dict.fromkeys(origins, Outcome.SILENT), dict.fromkeys(origins, False)),
        Login(0, 0, {page_of(plan).password: (0,)}),
        PrinterState(answers=False, state=0, reasons=(), completed_jobs=()),
        PublishedPrinters(()),
        UpnpSearch(dict.fromkeys(router_of(plan).nat_sources, Outcome.SILENT)),
        Reservations({}, {}),
        Neighbours(
            {
                f"{segment.name} {entry.address}": ""
                for entry in plan.demand(Dhcp).reservations
                for segment in plan.segments.values()
                if segment.network and entry.address in segment.network
            }
        ),
    )


def _published(plan: Plan) -> PublishedPrinter:
    printing = plan.demand(Printing)
    server = f"{plan.nodes[printing.on].hostname}.{plan.domain}".casefold()
    return PublishedPrinter(frozenset({printing.queue.casefold()}), frozenset({server}))


def lease_of_workstation(plan: Plan) -> IPv4Interface:
    """Return the address that the workstation of a solved bench got."""
    segment = plan.desks[0].interfaces[0].segment
    scope = plan.demand(Dhcp).scope_of(segment)
    network = plan.network_of(segment)
    return IPv4Interface(f"{scope.first + 3}/{network.prefixlen}")


def solved_router(plan: Plan) -> tuple[object, ...]:
    """Return the addresses that the router keeps, and who answers at them."""
    reservations = plan.demand(Dhcp).reservations
    held = {entry.mac: entry.address for entry in reservations}
    workstation = plan.desks[0].interfaces[0].mac
    return (
        Reservations(dict(held), held | {workstation: lease_of_workstation(plan).ip}),
        Neighbours(
            {
                f"{segment.name} {entry.address}": entry.mac
                for entry in reservations
                for segment in plan.segments.values()
                if segment.network and entry.address in segment.network
            }
        ),
    )


def _solved_outcome(plan: Plan, origin: str, target: str, port: int) -> Outcome:
    guest = guests_of(plan).segment
    if target == "canari":
        return _outcome(is_open=port not in UNLISTED_PORTS)
    if target == "commutateur" or target.startswith("passerelle:"):
        return _outcome(is_open=origin in console_of(plan).sources and port == 22)
    return _outcome(is_open=origin != guest)


def _outcome(*, is_open: bool) -> Outcome:
    return Outcome.OPEN if is_open else Outcome.SILENT


def _offer(plan: Plan, segment: str) -> Offer:
    scope = plan.demand(Dhcp).scope_of(segment)
    return Offer(
        server=router_of(plan).lan.ip,
        address=scope.first + 1,
        mask=str(plan.network_of(segment).netmask),
        router=plan.segments[segment].gateway,
        dns=(scope.options.dns or PUBLIC_DNS,),
        domain=scope.options.domain or "",
        lease_s=scope.lease_s or 3600,
        ntp=(scope.options.ntp,) if scope.options.ntp else (),
    )


def _resolved(plan: Plan, name: str, kind: str, server: IPv4Address) -> tuple[str, ...]:
    domain = plan.domain
    if name == plan.internet.canary_name:
        return (str(plan.internet.canary),)
    if server == plan.internet.dns or name.startswith("absent."):
        return ()
    if kind == "SRV":
        return (f"0 100 389 {plan.nodes[plan.demand(Directory).on].hostname.lower()}.{domain}.",)
    return (str(router_of(plan).dns_to),)
