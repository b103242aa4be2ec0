"""Cahier + room + bench → plan: everything resolved, nothing decided later."""

from collections.abc import Iterator
from ipaddress import IPv4Interface
from urllib.parse import urlsplit

from labctl.core.ids import BenchId
from labctl.plan.account import build_people, build_person
from labctl.plan.addressing import AddressPlan, allocate_addresses
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import (
    AccessPoint,
    DhcpReservation,
    DhcpScope,
    Directory,
    FileServer,
    Gpo,
    Hosting,
    PasswordPolicy,
    Plan,
    PortMode,
    Printer,
    Router,
    Share,
    Switch,
    SwitchPort,
    Workstation,
)
from labctl.plan.placement import MANAGEMENT, UPSTREAM, place
from labctl.plan.topology import (
    ACCESS_POINT,
    DC,
    NAS,
    PRINTER,
    ROUTER,
    SWITCH,
    WORKSTATION,
    build_topology,
)
from labctl.plan.windows_build import build_windows
from labctl.spec.cahier import Cahier
from labctl.spec.devices import Scope
from labctl.spec.directory import Gpo as AskedGpo
from labctl.spec.hosting import Host
from labctl.spec.kind import Kind, NumberedPorts, load_kind
from labctl.spec.login import build_login
from labctl.spec.room import Room
from labctl.spec.subject import Subject
from labctl.spec.variant import Variant

_OTHERS = "autres"
_RESERVED = "test"
"""Top of the names that nobody has (RFC 6761, 6.2): of a bench without a domain of its own."""


def build_plan(cahier: Cahier, room: Room, bench: int) -> Plan:
    """Return the plan of one bench; SpecError when the room has no such bench or variant."""
    name = room.variant_of(bench)
    wanted = cahier.wanted(name, room.variables_of(bench))
    subject = wanted.subject
    variant = subject.variants[name]
    at = allocate_addresses(subject, variant)
    kind = load_kind(room.kind_of(bench))
    topology = build_topology(subject, variant, at, kind.name)
    placed = place(topology, bench)
    ports = load_kind(topology.machines[SWITCH].kind).ports
    plan = Plan(
        cahier=subject.id,
        title=subject.title,
        referential=subject.referential,
        variant=name,
        bench=BenchId(bench),
        room=room.id,
        provider=room.document.provider,
        hosting=_hosting(room, bench),
        company=variant.company,
        site=variant.site,
        domain=f"{subject.id}.{_RESERVED}",
        nodes=placed.nodes,
        links=placed.links,
        segments=dict(at.segments),
        management=MANAGEMENT,
        internet=UPSTREAM,
        switch=_switch(subject, variant, at, ports),
        router=_router(subject, at),
        directory=_directory(subject, variant),
        files=_files(subject, at),
        workstation=_workstation(subject, variant, kind),
        printer=_printer(subject, at),
        access_point=_access_point(subject, at),
        label_regex=subject.labelling.regex,
        demands={demand.topic: demand.write() for demand in wanted.demands},
        unread=wanted.unread,
    )
    return describe_nodes(plan)


def _hosting(room: Room, bench: int) -> Hosting | None:
    host = room.host_of(bench)
    return hosting_of(host) if host else None


def hosting_of(host: Host) -> Hosting:
    """Return where the benches of a host of the room live."""
    return Hosting(host.name, host.way, host.command, host.patience, host.own)


def _switch(
    subject: Subject, variant: Variant, at: AddressPlan, ports: NumberedPorts | None
) -> Switch:
    asked = subject.devices.switch
    return Switch(
        node=SWITCH,
        hostname=asked.name,
        ports=tuple(_ports(subject, variant, at, ports)) if ports else (),
        svis={vlan: _svi(at, vlan, host) for vlan, host in asked.svis.items()},
        default_route=at.address(asked.default_route),
        relay_from=frozenset(asked.relay.sources),
        relay_to=at.address(asked.relay.to),
        guest_segment=subject.devices.access_point.guest_vlan,
        guest_forbidden=frozenset(asked.guest_acl.forbidden),
        admin_from=frozenset(asked.admin.sources),
        banner=asked.admin.banner,
        ntp=at.address(asked.admin.ntp),
    )


def _svi(at: AddressPlan, vlan: str, host: int) -> IPv4Interface:
    return IPv4Interface((at.host(vlan, host), at.network(vlan).prefixlen))


def _ports(
    subject: Subject, variant: Variant, at: AddressPlan, ports: NumberedPorts
) -> Iterator[SwitchPort]:
    asked = subject.devices.switch.ports
    keys = {variant.ports[key]: key for key in asked if key != _OTHERS}
    for number in range(1, ports.count + 1):
        key = keys.get(number, "")
        wanted = asked[key or _OTHERS]
        untagged = wanted.vlan or wanted.native or ""
        yield SwitchPort(
            key=key,
            number=number,
            name=ports.label.format(n=number),
            mode=PortMode(wanted.mode),
            access_vid=at.vid(untagged) if untagged else 1,
            trunk_vids=frozenset(at.vid(vlan) for vlan in wanted.vlans),
            enabled=wanted.enabled,
            description=subject.labelling.links.get(key, "") if key else "",
        )


def _router(subject: Subject, at: AddressPlan) -> Router:
    asked = subject.devices.router
    nodes = {subject.devices.access_point.name: ACCESS_POINT, subject.devices.printer.name: PRINTER}
    return Router(
        node=ROUTER,
        hostname=asked.name,
        wan_interface="wan0",
        lan_interface="lan0",
        lan=at.interface(asked.lan),
        nat_sources=frozenset(asked.nat.sources),
        return_via=at.address(asked.return_via),
        outbound={vlan: frozenset(ports) for vlan, ports in asked.firewall.outbound.items()},
        admin_from=frozenset(asked.admin.sources),
        dns_suffix=asked.dns_relay.suffix,
        dns_to=at.address(asked.dns_relay.to),
        scopes=tuple(_scope(scope, at) for scope in asked.dhcp.scopes),
        reservations=tuple(
            DhcpReservation(r.name, nodes[r.name], r.mac, at.address(r.address))
            for r in asked.dhcp.reservations
        ),
    )


def _scope(asked: Scope, at: AddressPlan) -> DhcpScope:
    options = asked.options
    return DhcpScope(
        segment=asked.vlan,
        first=at.host(asked.vlan, asked.range[0]),
        last=at.host(asked.vlan, asked.range[1]),
        lease_s=(asked.lease_h or 0) * 3600,
        router=at.host(asked.vlan, options.router),
        dns=(at.address(options.dns),) if options.dns else (),
        domain=options.domain or "",
        ntp=at.address(options.ntp) if options.ntp else None,
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


def _files(subject: Subject, at: AddressPlan) -> FileServer:
    asked = subject.devices.nas
    intranet = subject.devices.intranet
    return FileServer(
        node=NAS,
        hostname=asked.name,
        address=at.address(asked.address),
        shares=tuple(
            Share(share.name, frozenset(share.read_write), frozenset(share.read_only))
            for share in asked.shares
        ),
        backup_share=subject.workstation.backup.target.split("\\")[3],
        intranet=urlsplit(intranet.url).hostname or "" if intranet else "",
    )


def _workstation(subject: Subject, variant: Variant, kind: Kind) -> Workstation:
    asked = subject.workstation
    given, surname = variant.people[asked.main_user]
    return Workstation(
        node=WORKSTATION,
        hostname=asked.name,
        family=asked.linux.family,
        timezone=asked.linux.timezone,
        data_dir=asked.linux.data_dir,
        segment=asked.network.vlan,
        ou=asked.domain.ou,
        user=build_login(given, surname),
        desk=kind.desk or kind.name,
        windows=build_windows(subject, variant) if "windows" in kind.faces else None,
    )


def _printer(subject: Subject, at: AddressPlan) -> Printer:
    asked = subject.devices.printer
    address = at.address(asked.address)
    return Printer(PRINTER, asked.name, asked.queue, address, subject.bench.printer_mac)


def _access_point(subject: Subject, at: AddressPlan) -> AccessPoint:
    asked = subject.devices.access_point
    reserved = {r.name: r.address for r in subject.devices.router.dhcp.reservations}
    address = at.address(reserved[asked.name])
    return AccessPoint(ACCESS_POINT, asked.name, address, subject.bench.ap_mac)
