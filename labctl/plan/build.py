"""Cahier + room + bench → plan: everything resolved, nothing decided later."""

from ipaddress import IPv4Interface
from urllib.parse import urlsplit

from labctl.core.ids import BenchId, NodeName
from labctl.plan.account import build_people, build_person
from labctl.plan.addressing import AddressPlan
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import (
    AccessPoint,
    Directory,
    FileServer,
    Gpo,
    Hosting,
    PasswordPolicy,
    Plan,
    Router,
    Share,
    Workstation,
)
from labctl.plan.placement import MANAGEMENT, UPSTREAM, place
from labctl.plan.windows_build import build_windows
from labctl.spec.cahier import Cahier
from labctl.spec.devices import (
    ACCESS_POINT,
    DC,
    NAS,
    ROUTER,
    WORKSTATION,
)
from labctl.spec.directory import Gpo as AskedGpo
from labctl.spec.hosting import Host
from labctl.spec.kind import load_kind
from labctl.spec.login import build_login
from labctl.spec.room import Room
from labctl.spec.subject import Subject
from labctl.spec.topology import INTERNET, Topology
from labctl.spec.variant import Variant

_RESERVED = "test"
"""Top of the names that nobody has (RFC 6761, 6.2): of a bench without a domain of its own."""


def build_plan(cahier: Cahier, room: Room, bench: int) -> Plan:
    """Return the plan of one bench; SpecError when the room has no such bench or variant."""
    name = room.variant_of(bench)
    wanted = cahier.wanted(name, room.variables_of(bench, cahier), room.kinds_at(bench))
    subject, topology = wanted.subject, wanted.topology
    variant, at = subject.variants[name], AddressPlan(topology.segments)
    placed = place(topology, bench)
    plan = Plan(
        cahier=subject.id,
        title=subject.title,
        referential=subject.referential,
        variant=name,
        bench=BenchId(bench),
        room=room.id,
        provider=room.document.provider,
        hosting=_hosting(room, bench, cahier),
        company=variant.company,
        town=variant.town,
        domain=f"{subject.id}.{_RESERVED}",
        nodes=placed.nodes,
        links=placed.links,
        segments=dict(at.segments),
        management=MANAGEMENT,
        internet=UPSTREAM,
        router=_router(subject, topology, at),
        directory=_directory(subject, variant),
        files=_files(subject, topology),
        workstation=_workstation(subject, topology, variant),
        access_point=_access_point(topology),
        demands={demand.topic: demand.write() for demand in wanted.demands},
        unread=wanted.unread,
    )
    return describe_nodes(plan)


def _hosting(room: Room, bench: int, cahier: Cahier) -> Hosting | None:
    host = room.host_of(bench, cahier)
    return hosting_of(host) if host else None


def hosting_of(host: Host) -> Hosting:
    """Return where the benches of a host of the room live."""
    return Hosting(host.name, host.way, host.command, host.patience, host.own)


def _router(subject: Subject, topology: Topology, at: AddressPlan) -> Router:
    asked = subject.devices.router
    outside = next(one for one in topology.cables if INTERNET in (one.a.node, one.b.node))
    lan = find_card(topology, ROUTER)
    return Router(
        node=ROUTER,
        hostname=topology.machines[ROUTER].hostname,
        wan_interface=outside.b.interface or outside.a.interface,
        lan_interface=lan[0],
        lan=lan[1],
        nat_sources=frozenset(asked.nat.sources),
        outbound={vlan: frozenset(ports) for vlan, ports in asked.firewall.outbound.items()},
        dns_suffix=asked.dns_relay.suffix,
        dns_to=at.address(asked.dns_relay.to),
    )


def _directory(subject: Subject, variant: Variant) -> Directory:
    asked = subject.directory
    base = ",".join(f"DC={label}" for label in asked.domain.split("."))
    root = f"{asked.root_ou},{base}"
    policy = asked.policy
    return Directory(
        node=DC,
        domain=asked.domain,
        netbios=asked.netbios,
        base_dn=base,
        root_ou=root,
        ous=frozenset(asked.ous),
        groups=frozenset(group.name for group in asked.groups),
        people=build_people(subject, variant),
        leaver=build_person(subject, variant, asked.leaver.person),
        leaver_ou=asked.leaver.move_to,
        service_accounts={account.name: account.ou for account in asked.service_accounts},
        policy=PasswordPolicy(
            min_length=policy.min_length,
            complexity=policy.complexity,
            history=policy.history,
            max_age_days=policy.max_age_days,
            lockout_threshold=policy.lockout.threshold,
            lockout_minutes=policy.lockout.minutes,
        ),
        gpos=tuple(_gpo(gpo, root) for gpo in asked.gpos),
        computers_ou=subject.workstation.domain.ou,
    )


def _gpo(asked: AskedGpo, root: str) -> Gpo:
    values = {
        "InactivityTimeoutSecs": asked.rules.inactivity_s,
        "NoDriveTypeAutoRun": asked.rules.no_autorun,
        "EnableSmartScreen": asked.rules.smart_screen,
    }
    return Gpo(
        name=asked.name,
        link_to=root if asked.link_to == "." else f"OU={asked.link_to},{root}",
        values={name: value for name, value in values.items() if value is not None},
        drives=asked.rules.drives,
    )


def _files(subject: Subject, topology: Topology) -> FileServer:
    asked = subject.devices.nas
    intranet = subject.devices.intranet
    return FileServer(
        node=NAS,
        hostname=topology.machines[NAS].hostname,
        address=find_card(topology, NAS)[1].ip,
        shares=tuple(
            Share(share.name, frozenset(share.read_write), frozenset(share.read_only))
            for share in asked.shares
        ),
        backup_share=subject.workstation.backup.target.split("\\")[3],
        intranet=urlsplit(intranet.url).hostname or "" if intranet else "",
    )


def _workstation(subject: Subject, topology: Topology, variant: Variant) -> Workstation:
    asked, machine = subject.workstation, topology.machines[WORKSTATION]
    kind = load_kind(machine.kind)
    given, surname = variant.people[asked.main_user]
    return Workstation(
        node=WORKSTATION,
        hostname=machine.hostname,
        segment=next(iter(machine.cards.values())).segment,
        ou=asked.domain.ou,
        user=build_login(given, surname),
        desk=kind.desk or kind.name,
        windows=build_windows(subject, variant) if "windows" in kind.faces else None,
    )


def _access_point(topology: Topology) -> AccessPoint:
    machine, (card, address) = topology.machines[ACCESS_POINT], find_card(topology, ACCESS_POINT)
    return AccessPoint(ACCESS_POINT, machine.hostname, address.ip, machine.cards[card].mac)


def find_card(topology: Topology, name: NodeName) -> tuple[str, IPv4Interface]:
    """Return the first card of a machine that has an address; KeyError when none has."""
    for card, said in topology.machines[name].cards.items():
        if said.address is not None:
            return card, said.address
    raise KeyError(name)
