"""Facts computed from a plan: what collecting a solved bench, or an untouched one, gives."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from checks.addressing.facts.addressing import Addressing
from checks.desk.facts.home_page import HomePage
from checks.device_admin.facts import SwitchConfig
from checks.dhcp.demand import Dhcp
from checks.directory.demand import Directory
from checks.installation.demand import Installation
from checks.installation.facts.linux import LinuxSystem
from checks.internet.facts.login import Login
from checks.intranet.demand import Intranet
from checks.joining.facts.membership import Membership, SecureChannel
from checks.naming.facts.identity import Identity
from checks.routing.demand import Routing
from checks.routing.facts.layer3 import SwitchAddresses, SwitchRoutes
from checks.switching.demand import PortMode, list_ports
from checks.switching.facts.counters import Link, Links
from checks.switching.facts.tables import MacEntry, MacTable, PortFact, Ports, Vlans
from checks.tickets.demand import Tickets
from checks.wireless.demand import Wireless
from checks.wireless.facts import Radio
from labctl.core.ids import NodeName
from labctl.core.verdict import EvidenceRef, Unobserved
from labctl.facts.evidence import Evidence
from labctl.facts.machines import Machines
from labctl.facts.machines import ask as ask_machines
from labctl.facts.reading import Key
from labctl.facts.registry import is_known, is_per_machine, name_of
from labctl.plan.model import Plan
from tests.directory_facts import (
    solved_directory,
    solved_shares,
    untouched_directory,
    untouched_shares,
)
from tests.mail_facts import UNTOUCHED as NO_MAIL
from tests.mail_facts import solved_mail
from tests.network import console_of, page_of
from tests.package_facts import solved_packages, untouched_packages
from tests.papers import solved_papers, untouched_papers
from tests.radio_facts import UNTOUCHED, solved_radio
from tests.ticket_facts import solved_book, untouched_book
from tests.windows_facts import solved_windows, untouched_windows
from tests.wire_facts import lease_of_workstation, solved_router, solved_wire, untouched_wire

ALL_VIDS = frozenset(range(1, 4095))
Facts = dict[type[Any], Any]


def evidence_of(plan: Plan, facts: Mapping[type[Any], Any], **changed: Any) -> Evidence:
    """Return facts as an evidence bundle gives them, one reference each."""
    references = {
        key_on(plan, fact): (
            EvidenceRef("noeud", fact.__name__, "2026-01-01T00:00:00Z", seq, "0" * 64),
        )
        for seq, fact in enumerate(sorted(facts, key=lambda fact: fact.__name__))
    }
    found = {key_on(plan, fact): value for fact, value in facts.items()}
    evidence = Evidence(plan, "namespace", "2026-01-01T00:00:00Z", "f" * 64, found, references)
    return replace(evidence, **changed)


def key_on(plan: Plan, fact: type[Any]) -> Key:
    """Return the key of a fact: that of its one machine where it is read of each."""
    is_one_of = is_known(name_of(fact)) and is_per_machine(fact)
    return (fact, _machine_of(plan, fact) if is_one_of else "")


def _machine_of(plan: Plan, fact: type[Any]) -> NodeName:
    if fact is Login:
        return page_of(plan).on
    return plan.demand(Wireless).on if fact is Radio else plan.desks[0].name


def solved_facts(plan: Plan) -> Facts:
    """Return the facts of a bench where everything asked is done."""
    facts = (
        *_workstation(plan),
        *_switch(plan),
        *solved_directory(plan),
        *solved_shares(plan),
        *solved_wire(plan),
        *solved_router(plan),
        *solved_windows(plan),
        *solved_packages(plan),
        *solved_papers(plan),
        solved_radio(plan),
        solved_mail(plan),
        *((solved_book(plan),) if plan.find(Tickets) else ()),
        machines(plan),
    )
    return {type(fact): fact for fact in facts}


def untouched_facts(plan: Plan) -> Facts:
    """Return the facts of a bench as delivered: factory settings, nothing done."""
    facts = (
        *_factory_workstation(plan),
        *_factory_switch(plan),
        *untouched_directory(plan),
        *untouched_shares(plan),
        *untouched_wire(plan),
        *untouched_windows(plan),
        *untouched_packages(plan),
        *untouched_papers(plan),
        UNTOUCHED,
        NO_MAIL,
        *((untouched_book(plan),) if plan.find(Tickets) else ()),
        machines(plan),
    )
    return {type(fact): fact for fact in facts}


def machines(plan: Plan, **troubles: Unobserved) -> Machines:
    """Return every machine alive, but those in trouble."""
    return Machines({question.node: troubles.get(question.node) for question in ask_machines(plan)})


def _relays(plan: Plan) -> dict[int, frozenset[IPv4Address]]:
    relay = plan.demand(Dhcp).relay
    sources = relay.sources if relay else ()
    return {plan.segments[name].vid: frozenset({relay.to}) for name in sources if relay}


def _workstation(plan: Plan) -> tuple[object, ...]:
    work, directory = plan.desks[0], plan.demand(Directory)
    scope = plan.demand(Dhcp).scope_of(work.interfaces[0].segment)
    linux = plan.demand(Installation).of_linux()
    return (
        Identity(work.hostname, work.hostname),
        LinuxSystem(linux.family, "13", linux.timezone, has_data_dir=True),
        Addressing(
            work.interfaces[0].mac,
            is_up=True,
            addresses=(lease_of_workstation(plan),),
            is_dhcp=True,
            gateway=plan.segments[work.interfaces[0].segment].gateway,
            dns=(scope.options.dns,) if scope.options.dns else (),
        ),
        Membership(
            directory.domain.upper(),
            directory.netbios,
            f"{work.hostname}$",
            recognised=True if "windows" in plan.desks[0].faces else None,
        ),
        SecureChannel(works=True, detail="Join is OK"),
        HomePage(
            status=200,
            is_distrusted=False,
            address=str(plan.address_of(plan.demand(Intranet).on)),
            trusts_authority=True,
            is_genuine=True,
        ),
    )


def _switch(plan: Plan) -> tuple[object, ...]:
    segments, routing, console = plan.segments, plan.demand(Routing), console_of(plan)
    hostname = plan.nodes[console.on].hostname
    lines = (f"hostname {hostname}", "ip routing")
    port = next(port for port in list_ports(plan) if port.key == "poste")
    mac = plan.desks[0].interfaces[0].mac
    return (
        Vlans({segment.vid: segment.name for segment in segments.values()}),
        Ports(
            {
                port.name: PortFact(
                    port.mode,
                    port.access_vid,
                    port.access_vid,
                    port.trunk_vids,
                    port.enabled,
                    connected=port.enabled,
                    description=port.description,
                )
                for port in list_ports(plan)
            }
        ),
        Links(
            {
                port.name: Link(up=port.enabled, duplex="full", packets=1000, errors=0)
                for port in list_ports(plan)
            }
        ),
        SwitchAddresses(
            {segments[name].vid: address for name, address in routing.svis.items()},
            frozenset(segments[name].vid for name in routing.svis),
        ),
        SwitchRoutes(routing=True, default_via=routing.default_route),
        MacTable((MacEntry(mac, segments[plan.desks[0].interfaces[0].segment].vid, port.name),)),
        SwitchConfig(
            lines,
            lines,
            hostname,
            console.banner,
            _relays(plan),
            frozenset({"ssh"}),
            "ADMIN_SEULEMENT",
            frozenset({str(console.ntp)}),
        ),
    )


def _factory_workstation(plan: Plan) -> tuple[object, ...]:
    mac = plan.desks[0].interfaces[0].mac
    family = plan.demand(Installation).of_linux().family
    return (
        Identity("poste", "poste"),
        LinuxSystem(family, "13", "Etc/UTC", has_data_dir=False),
        Addressing(mac, is_up=False, addresses=(), is_dhcp=False, gateway=None, dns=()),
        Membership("", "WORKGROUP", ""),
        SecureChannel(works=False, detail=""),
        HomePage(
            status=0, is_distrusted=False, address="", trusts_authority=False, is_genuine=False
        ),
    )


def _factory_switch(plan: Plan) -> tuple[object, ...]:
    port = PortFact(PortMode.ACCESS, 1, 1, ALL_VIDS, enabled=True, connected=False, description="")
    none: frozenset[str] = frozenset()
    return (
        Vlans({}),
        Ports({wanted.name: port for wanted in list_ports(plan)}),
        Links(
            {
                port.name: Link(up=False, duplex="auto", packets=0, errors=0)
                for port in list_ports(plan)
            }
        ),
        SwitchAddresses({}, frozenset()),
        SwitchRoutes(routing=False, default_via=None),
        MacTable(()),
        SwitchConfig(("hostname Switch",), None, "Switch", "", {}, none, "", frozenset()),
    )
