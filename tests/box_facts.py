"""The bench of the subject with a box, and its facts: everything done, or nothing."""

from functools import cache
from ipaddress import IPv4Address

from checks.dhcp.demand import Dhcp
from checks.dhcp.facts.neighbours import Neighbours
from checks.dhcp.facts.offers import DhcpOffers, Offer
from checks.dhcp.facts.reservations import Reservations
from checks.dns.facts.names import Names, own_names, wanted_names
from checks.internet.facts.internet import CanaryVisit, Internet
from checks.internet.facts.isolation import Isolation, wanted_isolation
from checks.internet.facts.login import Login
from checks.internet.facts.outbound import Outbound, listed_ports, wanted_outbound
from checks.internet.facts.page import PagesShown
from checks.internet.facts.ssdp import UpnpSearch
from checks.internet.facts.wan import WanExposure
from checks.internet.facts.web_admin import WebAdmin
from checks.routing.facts.reach import Attempt, Reach
from labctl.api import NodeName, Outcome, Plan
from labctl.facts.evidence import Evidence
from labctl.facts.registry import is_per_machine, name_of
from labctl.pipeline.place import load_place
from tests.facts import Facts, machines
from tests.network import page_of
from tests.radio_facts import UNTOUCHED, solved_radio

WAN_ADDRESS = IPv4Address("203.0.113.147")
NONE: frozenset[int] = frozenset()


@cache
def box_plan(bench: int = 1) -> Plan:
    """Return the plan of a bench of its demonstration room."""
    return load_place("demo-ccp2", None).plan(bench)


def box_evidence(plan: Plan, facts: Facts) -> Evidence:
    """Return facts as collected: those of one machine are of the box."""
    found = {
        (one, "box" if name_of(one) != "Machines" and is_per_machine(one) else ""): fact
        for one, fact in facts.items()
    }
    return Evidence(plan, "namespace", "2026-01-01T00:00:00Z", "f" * 64, found, {})


def box_solved(bench: int = 1) -> Facts:
    """Return the facts of a bench where everything asked is done."""
    plan = box_plan(bench)
    segments = ("BUREAU", "VISITEURS")
    seen = dict.fromkeys((*segments, "WAN"), Outcome.REFUSED)
    reserved = plan.demand(Dhcp).reservations[0]
    facts = (
        machines(plan),
        solved_radio(plan),
        Login(401, 401, {page_of(plan).password: (200,)}),
        UpnpSearch(dict.fromkeys(segments, Outcome.REFUSED)),
        PagesShown({desk.name: 200 for desk in plan.desks}),
        Isolation(_reach(wanted_isolation(plan), lambda target, _port: target == "canari")),
        Outbound(
            Reach(
                tuple(
                    Attempt(a, b, port, _word(is_open=port in listed_ports(plan, a)))
                    for a, b, port in wanted_outbound(plan)
                ),
                frozenset(segments),
            )
        ),
        DhcpOffers({name: (_offer(plan, name),) for name in segments}, listens={}),
        Reservations({reserved.mac: reserved.address}, {}),
        Neighbours(
            {
                f"BUREAU {plan.segments['BUREAU'].gateway}": "02:00:00:00:00:01",
                f"BUREAU {reserved.address}": reserved.mac,
            }
        ),
        Internet(
            {name: CanaryVisit(name, fetched=True, seen_source=WAN_ADDRESS) for name in segments},
            WAN_ADDRESS,
        ),
        WanExposure(WAN_ADDRESS, reachable=True, open_tcp=NONE, open_udp=NONE, scanned=40),
        WebAdmin(seen, {**seen, "BUREAU": Outcome.OPEN}, dict.fromkeys(seen, False)),
        Names(
            {
                f"{origin} {server} {name} {kind}": values
                for origin, server, name, kind in wanted_names(plan)
                if (values := _resolve(plan, origin, server, name)) is not None
            }
        ),
    )
    return {type(fact): fact for fact in facts}


def box_untouched(bench: int = 1) -> Facts:
    """Return the facts of a bench as delivered."""
    plan = box_plan(bench)
    segments = ("BUREAU", "VISITEURS")
    silent = dict.fromkeys((*segments, "WAN"), Outcome.SILENT)
    facts = (
        machines(plan),
        UNTOUCHED,
        Login(0, 0, {page_of(plan).password: (0,)}),
        UpnpSearch(dict.fromkeys(("BUREAU", "VISITEURS"), Outcome.SILENT)),
        PagesShown({desk.name: 0 for desk in plan.desks}),
        Isolation(_reach(wanted_isolation(plan), lambda _target, _port: False)),
        Outbound(_reach(wanted_outbound(plan), lambda _target, _port: False)),
        DhcpOffers(dict.fromkeys(segments, ()), listens={NodeName("box"): False}),
        Reservations({}, {}),
        Neighbours(
            {
                f"BUREAU {plan.segments['BUREAU'].gateway}": "",
                f"BUREAU {plan.demand(Dhcp).reservations[0].address}": "",
            }
        ),
        Internet(
            {name: CanaryVisit(name, fetched=False, seen_source=None) for name in segments}, None
        ),
        WanExposure(None, reachable=False, open_tcp=NONE, open_udp=NONE, scanned=0),
        WebAdmin(silent, silent, dict.fromkeys(silent, False)),
        Names({}),
    )
    return {type(fact): fact for fact in facts}


def _offer(plan: Plan, name: str) -> Offer:
    scope, segment = plan.demand(Dhcp).scope_of(name), plan.segments[name]
    assert segment.gateway is not None
    return Offer(
        server=segment.gateway,
        address=scope.first,
        mask=str(plan.network_of(name).netmask),
        router=segment.gateway,
        dns=(scope.options.dns or plan.internet.dns,),
        domain=scope.options.domain or "",
        lease_s=scope.lease_s,
        ntp=(),
    )


def _reach(wanted, is_open) -> Reach:  # type: ignore[no-untyped-def]  # lambdas of two arguments
    attempts = (Attempt(a, b, port, _word(is_open=is_open(b, port))) for a, b, port in wanted)
    return Reach(tuple(attempts), frozenset({"BUREAU", "VISITEURS"}))


def _word(*, is_open: bool) -> Outcome:
    return Outcome.OPEN if is_open else Outcome.REFUSED


def _resolve(plan: Plan, origin: str, server: object, name: str) -> tuple[str, ...] | None:
    """Return what a resolver tells: visitors are not answered by the box."""
    is_public = server == plan.internet.dns
    if origin == "VISITEURS" and not is_public:
        return None
    if name == plan.internet.canary_name:
        return (str(plan.internet.canary),)
    own = own_names(plan)
    return (str(own[name]),) if name in own and not is_public else ()
