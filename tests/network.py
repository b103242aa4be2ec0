"""What the shipped cahier asks of its network devices, for tests that know it is asked."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from checks.device_admin.demand import Administration, Console, Page
from checks.dns.demand import Resolution
from checks.internet.demand import InternetAccess, find_wan_card
from checks.routing.demand import Back, Guests, Routing
from labctl.core.ids import NodeName
from labctl.plan.model import Plan


def console_of(plan: Plan) -> Console:
    """Return how the switch is administered."""
    found = plan.demand(Administration).console
    assert found is not None
    return found


def page_of(plan: Plan) -> Page:
    """Return how the router is administered."""
    found = plan.demand(Administration).page
    assert found is not None
    return found


def guests_of(plan: Plan) -> Guests:
    """Return what guests are kept from."""
    found = plan.demand(Routing).guests
    assert found is not None
    return found


def back_of(plan: Plan) -> Back:
    """Return how the router finds the segments."""
    found = plan.demand(Routing).back
    assert found is not None
    return found


@dataclass(frozen=True)
class Router:
    """What the router of the shipped cahier must be."""

    node: NodeName
    hostname: str
    wan_interface: str
    lan_interface: str
    lan: IPv4Interface
    nat_sources: frozenset[str]
    outbound: dict[str, frozenset[int]]
    dns_suffix: str
    dns_to: IPv4Address


def router_of(plan: Plan) -> Router:
    """Return what several topics ask of the router."""
    access, names = plan.demand(InternetAccess), plan.demand(Resolution)
    node = plan.nodes[access.on]
    lan = next(card for card in node.interfaces if card.address)
    assert lan.address is not None
    return Router(
        node.name,
        node.hostname,
        find_wan_card(plan).name,
        lan.name,
        lan.address,
        frozenset(access.nat.sources),
        {name: frozenset(ports) for name, ports in access.firewall.outbound.items()},
        names.suffix,
        names.to or lan.address.ip,
    )
