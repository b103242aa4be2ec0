"""DNS answers to the clients of each segment."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from checks.dhcp.demand import Dhcp
from checks.dns.demand import Resolution
from checks.internet.demand import InternetAccess
from checks.routing.demand import Routing
from labctl.api import Plan


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


def guests_of(plan: Plan) -> str:
    """Return the segment of guests, empty when there are none."""
    routing, internet = plan.find(Routing), plan.find(InternetAccess)
    if routing and routing.guests:
        return routing.guests.segment
    return next(iter(internet.firewall.isolated), "") if internet else ""


def server_of(plan: Plan) -> IPv4Address:
    """Return the server that knows the names of the domain: its own, or the relay itself."""
    asked = plan.demand(Resolution)
    return asked.to or plan.address_of(asked.on)


def own_names(plan: Plan) -> dict[str, IPv4Address]:
    """Return the names that the relay knows by itself: of the machines it reserves addresses for.

    None where another server has those of the domain.
    """
    asked, dhcp = plan.demand(Resolution), plan.find(Dhcp)
    reserved = dhcp.reservations if dhcp and asked.to is None else ()
    return {
        f"{plan.nodes[one.machine].hostname}.{asked.suffix}".casefold(): one.address
        for one in reserved
    }


def clients_of(plan: Plan) -> tuple[str, ...]:
    """Return the segments of the desks, that of the guests left out."""
    found = (desk.interfaces[0].segment for desk in plan.desks)
    probed = (name for name in found if name in plan.segments and plan.segments[name].probe)
    return tuple(name for name in dict.fromkeys(probed) if name != guests_of(plan))


def wanted_names(plan: Plan) -> tuple[tuple[str, IPv4Address, str, str], ...]:
    """Return the names the checks need asked: (origin, server, name, type).

    One of them exists nowhere: a resolver that answers it answers anything.
    """
    asked = plan.demand(Resolution)
    domain, public = asked.suffix, plan.internet
    names = (
        (domain, "A"),
        (f"absent.{domain}", "A"),
        (f"_ldap._tcp.{domain}", "SRV"),
        (public.canary_name, "A"),
        *((name, "A") for name in own_names(plan)),
    )
    servers = dict.fromkeys((server_of(plan), plan.address_of(asked.on), public.dns))
    return tuple(
        (origin, server, name, kind)
        for origin in filter(None, (*clients_of(plan), guests_of(plan)))
        for server in servers
        for name, kind in names
    )
