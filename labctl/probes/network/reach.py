"""Who reaches what: TCP, ICMP, names and web pages, tried from labctl's probe in each segment."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from labctl.core.i18n import mark
from labctl.plan.model import Plan


class Outcome(StrEnum):
    """What became of one attempt."""

    OPEN = mark("ouvert")  # connection accepted, echo answered
    REFUSED = mark(
        "refusé"
    )  # TCP RST or ICMP administratively prohibited: something answered « no »
    SILENT = mark("sans réponse")  # nothing before the deadline
    NO_ROUTE = mark("sans route")  # host or network unreachable


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt from a segment; ``port`` 0 is an ICMP echo. ``target`` is a label of the plan.

    Targets: ``dc``, ``nas``, ``imprimante``, ``commutateur`` (its address in the probe's own
    segment), ``passerelle:SEGMENT``, ``sonde:SEGMENT``, ``canari``.
    """

    origin: str  # segment name, or WAN
    target: str
    port: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Reach:
    """Every attempt made; ``healthy`` are the segments whose probe itself works.

    A probe works when its card is up and its own address answers. The attempts made are those of
    ``wanted_attempts``.
    """

    attempts: tuple[Attempt, ...]
    healthy: frozenset[str]

    def outcome(self, origin: str, target: str, port: int = 0) -> Outcome:
        """Return what became of an attempt; KeyError when it was not made."""
        for attempt in self.attempts:
            if (attempt.origin, attempt.target, attempt.port) == (origin, target, port):
                return attempt.outcome
        raise KeyError((origin, target, port))


UNLISTED_PORTS = (22, 25, 6667)
"""Ports that no subject lets out; the canary listens on them as on the listed ones."""


def listed_ports(plan: Plan, segment: str) -> tuple[int, ...]:
    """Return the TCP ports that must be let out; DNS and NTP are tried by their own probes."""
    return tuple(sorted(plan.router.outbound.get(segment, frozenset()) - {53, 123}))


def wanted_attempts(plan: Plan) -> tuple[tuple[str, str, int], ...]:
    """Return what the checks need tried: (origin, target, port), port 0 for an ICMP echo."""
    guest = plan.switch.guest_segment
    probed = [segment.name for segment in plan.segments.values() if segment.probe]
    inner = [name for name in probed if name != guest]
    wanted = [(a, f"sonde:{b}", 0) for a in inner for b in inner if a != b]
    wanted += [(guest, f"sonde:{name}", 0) for name in inner]
    wanted += [(guest, "dc", port) for port in (0, 53, 389, 445)]
    wanted += [(guest, "nas", port) for port in (0, 445)]
    wanted += [(guest, "imprimante", 631), (guest, "canari", 80)]
    wanted += [(guest, f"passerelle:{name}", 22) for name in sorted(plan.switch.admin_from)]
    wanted += [(name, "commutateur", port) for name in probed for port in (22, 23)]
    wanted += [
        (name, "canari", port)
        for name in sorted(plan.router.outbound)
        for port in (*listed_ports(plan, name), *UNLISTED_PORTS)
    ]
    return tuple(dict.fromkeys(wanted))


@dataclass(frozen=True, slots=True)
class CanaryVisit:
    """One page asked from a segment: did it come, and whom did the canary see."""

    origin: str
    fetched: bool  # the body carried the nonce of this visit
    seen_source: IPv4Address | None  # as the canary logged it; None: it saw nobody


@dataclass(frozen=True, slots=True)
class Internet:
    """Web access of each segment with one random page per visit."""

    visits: dict[str, CanaryVisit]
    wan_address: IPv4Address | None  # the router's WAN address, from the upstream DHCP leases


@dataclass(frozen=True, slots=True)
class Names:
    """DNS answers: (origin segment, server, name, type) → values; empty: no such name.

    A question that got no answer at all is absent. Types: A, SRV; an SRV value is
    ``priority weight port target``. The questions asked are those of ``wanted_names``.
    """

    answers: dict[str, tuple[str, ...]]  # key: "BUREAUTIQUE 10.21.20.10 moana.test A"

    def values(
        self, origin: str, server: IPv4Address, name: str, kind: str
    ) -> tuple[str, ...] | None:
        """Return the answer, empty for « no such name », None when nobody answered."""
        return self.answers.get(f"{origin} {server} {name} {kind}")


def wanted_names(plan: Plan) -> tuple[tuple[str, IPv4Address, str, str], ...]:
    """Return the names the checks need asked: (origin, server, name, type).

    One of them exists nowhere: a resolver that answers it answers anything.
    """
    domain, public = plan.directory.domain, plan.internet
    names = (
        (domain, "A"),
        (f"absent.{domain}", "A"),
        (f"_ldap._tcp.{domain}", "SRV"),
        (public.canary_name, "A"),
    )
    return tuple(
        (origin, server, name, kind)
        for origin in (plan.workstation.segment, plan.switch.guest_segment)
        for server in (plan.router.dns_to, plan.router.lan.ip, public.dns)
        for name, kind in names
    )


@dataclass(frozen=True, slots=True)
class WanExposure:
    """What the router shows to the Internet side."""

    wan_address: IPv4Address | None
    reachable: bool  # it answers ARP on the WAN: closed ports are then really closed
    open_tcp: frozenset[int]
    open_udp: frozenset[int]
    scanned: int


@dataclass(frozen=True, slots=True)
class WebAdmin:
    """The router's admin page by origin: outcome on 80 and 443, and what HTTP answered.

    ``refusing``: origins to which each port that is open answers 403 (RFC 9110, 15.5.4).
    """

    http: dict[str, Outcome]
    https: dict[str, Outcome]
    http_redirects_to_https: dict[str, bool]
    refusing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """MAC that answers for an address in a segment: ``"ADMIN 10.21.10.5"`` → MAC, empty: nobody."""

    macs: dict[str, str]

    def mac(self, segment: str, address: IPv4Address) -> str:
        """Return the MAC that answered, empty when nobody did; KeyError when not asked."""
        return self.macs[f"{segment} {address}"]
