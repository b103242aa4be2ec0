"""Facts computed from a plan: what collecting a solved bench, or an untouched one, gives."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from labctl.core.kind import WITH_CIM
from labctl.core.verdict import EvidenceRef, Unobserved
from labctl.plan.model import Plan, PortMode
from labctl.probes.directory.objects import (
    Account,
    Accounts,
    Computers,
    DirectoryChanges,
    DomainPolicy,
    GpoLink,
    GpoLinks,
    Group,
    Groups,
    Leaver,
    OrgUnits,
)
from labctl.probes.evidence import Evidence
from labctl.probes.files.shares import (
    Access,
    ShareAccess,
    ShareDefinition,
    ShareDefinitions,
    Trial,
)
from labctl.probes.linux.machines import Machines
from labctl.probes.linux.machines import ask as ask_machines
from labctl.probes.linux.system import LinuxSystem
from labctl.probes.network.dhcp import DhcpOffers, Offer
from labctl.probes.network.printer import PrinterState
from labctl.probes.network.reach import (
    UNLISTED_PORTS,
    Attempt,
    CanaryVisit,
    Internet,
    Names,
    Neighbours,
    Outcome,
    Reach,
    WanExposure,
    WebAdmin,
    wanted_attempts,
    wanted_names,
)
from labctl.probes.network.router import Reservations
from labctl.probes.network.switch import (
    MacEntry,
    MacTable,
    PortFact,
    Ports,
    SwitchAddresses,
    SwitchConfig,
    SwitchRoutes,
    Vlans,
)
from labctl.probes.workstation.addressing import Addressing
from labctl.probes.workstation.identity import Identity
from labctl.probes.workstation.membership import Membership, SecureChannel
from tests.windows_facts import solved_windows, untouched_windows

GLOBAL_SECURITY = -2147483646
WAN_ADDRESS = IPv4Address("203.0.113.100")
PUBLIC_DNS = IPv4Address("198.51.100.53")
ALL_VIDS = frozenset(range(1, 4095))
Facts = dict[type[Any], Any]


def evidence_of(plan: Plan, facts: Mapping[type[Any], Any], **changed: Any) -> Evidence:
    """Return facts as an evidence bundle gives them, one reference each."""
    references = {
        fact: (EvidenceRef("noeud", fact.__name__, "2026-01-01T00:00:00Z", seq, "0" * 64),)
        for seq, fact in enumerate(sorted(facts, key=lambda fact: fact.__name__))
    }
    evidence = Evidence(plan, "namespace", "2026-01-01T00:00:00Z", "f" * 64, facts, references)
    return replace(evidence, **changed)


def solved_facts(plan: Plan) -> Facts:
    """Return the facts of a bench where everything asked is done."""
    facts = (
        *_workstation(plan),
        *_switch(plan),
        *_directory(plan),
        *_shares(plan),
        *_wire(plan),
        *_router(plan),
        *solved_windows(plan),
        machines(plan),
    )
    return {type(fact): fact for fact in facts}


def untouched_facts(plan: Plan) -> Facts:
    """Return the facts of a bench as delivered: factory settings, nothing done."""
    facts = (
        *_factory_workstation(plan),
        *_factory_switch(plan),
        *_factory_directory(plan),
        ShareAccess((), frozenset(_principals(plan)), frozenset()),
        ShareDefinitions({}),
        *_factory_wire(plan),
        *untouched_windows(plan),
        machines(plan),
    )
    return {type(fact): fact for fact in facts}


def machines(plan: Plan, **troubles: Unobserved) -> Machines:
    """Return every machine alive, but those in trouble."""
    return Machines({question.node: troubles.get(question.node) for question in ask_machines(plan)})


def lease_of_workstation(plan: Plan) -> IPv4Interface:
    """Return the address that the workstation of a solved bench got."""
    segment = plan.workstation.segment
    scope = next(scope for scope in plan.router.scopes if scope.segment == segment)
    network = plan.network_of(segment)
    return IPv4Interface(f"{scope.first + 3}/{network.prefixlen}")


def _workstation(plan: Plan) -> tuple[object, ...]:
    work, directory = plan.workstation, plan.directory
    scope = next(scope for scope in plan.router.scopes if scope.segment == work.segment)
    return (
        Identity(work.hostname, work.hostname),
        LinuxSystem(work.family, "13", work.timezone, has_data_dir=True),
        Addressing(
            plan.nodes[work.node].interfaces[0].mac,
            is_up=True,
            addresses=(lease_of_workstation(plan),),
            is_dhcp=True,
            gateway=scope.router,
            dns=scope.dns,
        ),
        Membership(
            directory.domain.upper(),
            directory.netbios,
            f"{work.hostname}$",
            recognised=True if work.kind in WITH_CIM else None,
        ),
        SecureChannel(works=True, detail="Join is OK"),
    )


def _switch(plan: Plan) -> tuple[object, ...]:
    switch, segments = plan.switch, plan.segments
    lines = (f"hostname {switch.hostname}", "ip routing")
    port = next(port for port in switch.ports if port.key == "poste")
    mac = plan.nodes[plan.workstation.node].interfaces[0].mac
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
                for port in switch.ports
            }
        ),
        SwitchAddresses(
            {segments[name].vid: address for name, address in switch.svis.items()},
            frozenset(segments[name].vid for name in switch.svis),
        ),
        SwitchRoutes(routing=True, default_via=switch.default_route),
        MacTable((MacEntry(mac, segments[plan.workstation.segment].vid, port.name),)),
        SwitchConfig(
            lines,
            lines,
            switch.hostname,
            switch.banner,
            {segments[name].vid: frozenset({switch.relay_to}) for name in switch.relay_from},
            frozenset({"ssh"}),
            "ADMIN_SEULEMENT",
            frozenset({switch.ntp}),
        ),
    )


def _directory(plan: Plan) -> tuple[object, ...]:
    directory = plan.directory
    policy = directory.policy
    users = {person.login: _account(plan, person.login) for person in directory.people}
    services = {login: _service(plan, login) for login in directory.service_accounts}
    leaver_dn = f"CN={directory.leaver.display_name},{directory.ou_dn(directory.leaver_ou)}"
    computer = f"CN={plan.workstation.hostname},{directory.ou_dn(plan.workstation.ou)}"
    ous = frozenset({directory.root_ou, *map(directory.ou_dn, directory.ous)})
    accounts = users | services
    return (
        DomainPolicy(
            policy.min_length,
            policy.complexity,
            policy.history,
            policy.max_age_days,
            policy.lockout_threshold,
            policy.lockout_minutes,
        ),
        OrgUnits(ous),
        Accounts(accounts),
        Groups({name: _group(plan, name) for name in directory.groups}),
        Computers({plan.workstation.hostname.upper(): computer}),
        GpoLinks(
            tuple(GpoLink(gpo.name, gpo.link_to, 0) for gpo in directory.gpos),
            frozenset(gpo.name for gpo in directory.gpos),
        ),
        Leaver(exists=True, dn=leaver_dn, enabled=False, groups=frozenset()),
        DirectoryChanges(
            frozenset(
                {
                    *ous,
                    *(account.dn for account in accounts.values()),
                    computer,
                    leaver_dn,
                    directory.base_dn,
                }
            ),
            frozenset(),
        ),
    )


def _account(plan: Plan, login: str) -> Account:
    person = next(person for person in plan.directory.people if person.login == login)
    return Account(
        dn=f"CN={person.display_name},{plan.directory.ou_dn(person.ou)}",
        login=login,
        given_name=person.given_name,
        surname=person.surname,
        display_name=person.display_name,
        title=person.title,
        mail=person.upn,
        upn=person.upn,
        enabled=True,
        never_expires=False,
        must_change=True,
        password_changed=False,
        groups=frozenset({*person.groups, "Domain Users"}),
    )


def _service(plan: Plan, login: str) -> Account:
    unit = plan.directory.ou_dn(plan.directory.service_accounts[login])
    empty = dict.fromkeys(("given_name", "surname", "display_name", "title", "mail", "upn"), "")
    return Account(
        dn=f"CN={login},{unit}",
        login=login,
        **empty,
        enabled=True,
        never_expires=True,
        must_change=False,
        password_changed=True,
        groups=frozenset({"Domain Users"}),
    )


def _group(plan: Plan, name: str) -> Group:
    members = frozenset(person.login for person in plan.directory.people if name in person.groups)
    return Group(f"CN={name},{plan.directory.ou_dn('Groupes')}", GLOBAL_SECURITY, members, members)


def _principals(plan: Plan) -> tuple[str, ...]:
    people = (person.login for person in plan.directory.people)
    return (*people, *sorted(plan.directory.service_accounts))


def _shares(plan: Plan) -> tuple[object, ...]:
    shares = plan.files.shares
    groups = {person.login: person.groups for person in plan.directory.people}
    trials = []
    for login in _principals(plan):
        names = {login, *groups.get(login, ())}
        for share in shares:
            access = (Access.DENIED, Access.UNTRIED, Access.UNTRIED)
            if names & share.read_only:
                access = (Access.ALLOWED, Access.ALLOWED, Access.DENIED)
            if names & share.read_write:
                access = (Access.ALLOWED, Access.ALLOWED, Access.ALLOWED)
            trials.append(Trial(login, share.name, *access))
    hidden = {share.name for share in shares if share.name.endswith("$")}
    return (
        ShareAccess(tuple(trials), frozenset(), frozenset(share.name for share in shares) - hidden),
        ShareDefinitions(
            {
                share.name.upper(): ShareDefinition(
                    share.name, f"/srv/{share.name}", guest_ok=False, everyone=False
                )
                for share in shares
            }
        ),
    )


def _wire(plan: Plan) -> tuple[object, ...]:
    networks = [segment.name for segment in plan.segments.values() if segment.probe]
    origins = [*networks, "WAN"]
    admin = plan.router.admin_from
    opened = {name: _outcome(is_open=name in admin) for name in origins}
    return (
        Reach(
            tuple(
                Attempt(origin, target, port, _solved_outcome(plan, origin, target, port))
                for origin, target, port in wanted_attempts(plan)
            ),
            frozenset(networks),
        ),
        DhcpOffers({scope.segment: (_offer(plan, scope.segment),) for scope in plan.router.scopes}),
        Internet(
            {
                name: CanaryVisit(name, fetched=True, seen_source=WAN_ADDRESS)
                for name in plan.router.nat_sources
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
        PrinterState(answers=True, state=3, reasons=(), completed_jobs=("essai",)),
    )


def _solved_outcome(plan: Plan, origin: str, target: str, port: int) -> Outcome:
    guest = plan.switch.guest_segment
    if target == "canari":
        return _outcome(is_open=port not in UNLISTED_PORTS)
    if target == "commutateur" or target.startswith("passerelle:"):
        return _outcome(is_open=origin in plan.switch.admin_from and port == 22)
    return _outcome(is_open=origin != guest)


def _outcome(*, is_open: bool) -> Outcome:
    return Outcome.OPEN if is_open else Outcome.SILENT


def _offer(plan: Plan, segment: str) -> Offer:
    scope = next(scope for scope in plan.router.scopes if scope.segment == segment)
    return Offer(
        server=plan.router.lan.ip,
        address=scope.first + 1,
        mask=str(plan.network_of(segment).netmask),
        router=scope.router,
        dns=scope.dns or (PUBLIC_DNS,),
        domain=scope.domain,
        lease_s=scope.lease_s or 3600,
        ntp=(scope.ntp,) if scope.ntp else (),
    )


def _resolved(plan: Plan, name: str, kind: str, server: IPv4Address) -> tuple[str, ...]:
    domain = plan.directory.domain
    if name == plan.internet.canary_name:
        return (str(plan.internet.canary),)
    if server == plan.internet.dns or name.startswith("absent."):
        return ()
    if kind == "SRV":
        return (f"0 100 389 {plan.nodes[plan.directory.node].hostname.lower()}.{domain}.",)
    return (str(plan.router.dns_to),)


def _router(plan: Plan) -> tuple[object, ...]:
    reservations = plan.router.reservations
    fixed = {entry.mac: entry.address for entry in reservations}
    workstation = plan.nodes[plan.workstation.node].interfaces[0].mac
    return (
        Reservations(fixed, fixed | {workstation: lease_of_workstation(plan).ip}),
        Neighbours(
            {
                f"{segment.name} {entry.address}": entry.mac
                for entry in reservations
                for segment in plan.segments.values()
                if segment.network and entry.address in segment.network
            }
        ),
    )


def _factory_workstation(plan: Plan) -> tuple[object, ...]:
    mac = plan.nodes[plan.workstation.node].interfaces[0].mac
    family = plan.workstation.family
    return (
        Identity("poste", "poste"),
        LinuxSystem(family, "13", "Etc/UTC", has_data_dir=False),
        Addressing(mac, is_up=False, addresses=(), is_dhcp=False, gateway=None, dns=()),
        Membership("", "WORKGROUP", ""),
        SecureChannel(works=False, detail=""),
    )


def _factory_switch(plan: Plan) -> tuple[object, ...]:
    port = PortFact(PortMode.ACCESS, 1, 1, ALL_VIDS, enabled=True, connected=False, description="")
    none: frozenset[str] = frozenset()
    return (
        Vlans({}),
        Ports({wanted.name: port for wanted in plan.switch.ports}),
        SwitchAddresses({}, frozenset()),
        SwitchRoutes(routing=False, default_via=None),
        MacTable(()),
        SwitchConfig(("hostname Switch",), None, "Switch", "", {}, none, "", frozenset()),
    )


def _factory_directory(plan: Plan) -> tuple[object, ...]:
    base = plan.directory.base_dn
    leaver = plan.directory.leaver
    return (
        DomainPolicy(7, True, 24, 42, 0, 30),  # what a new domain has
        OrgUnits(frozenset({f"OU=Domain Controllers,{base}"})),
        Accounts({}),
        Groups({}),
        Computers({plan.files.hostname.upper(): f"CN={plan.files.hostname},CN=Computers,{base}"}),
        GpoLinks((), frozenset(gpo.name for gpo in plan.directory.gpos)),
        Leaver(
            exists=True,
            dn=f"CN={leaver.display_name},CN=Users,{base}",
            enabled=True,
            groups=frozenset({"GG_ANCIEN"}),
        ),
        DirectoryChanges(frozenset(), frozenset()),
    )


def _factory_wire(plan: Plan) -> tuple[object, ...]:
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
        DhcpOffers({scope.segment: () for scope in plan.router.scopes}),
        Internet(
            {
                name: CanaryVisit(name, fetched=False, seen_source=None)
                for name in plan.router.nat_sources
            },
            WAN_ADDRESS,
        ),
        Names({}),
        WanExposure(
            WAN_ADDRESS, reachable=True, open_tcp=frozenset({80}), open_udp=none, scanned=40
        ),
        WebAdmin(outside, dict.fromkeys(origins, Outcome.SILENT), dict.fromkeys(origins, False)),
        PrinterState(answers=False, state=0, reasons=(), completed_jobs=()),
        Reservations({}, {}),
        Neighbours(
            {
                f"{segment.name} {entry.address}": ""
                for entry in plan.router.reservations
                for segment in plan.segments.values()
                if segment.network and entry.address in segment.network
            }
        ),
    )
