"""What a box offers to machines of its own networks, in which it answers itself."""

from checks.dhcp.check_dhcp import list_points, path_to_server
from checks.dhcp.demand import Dhcp
from checks.dhcp.facts.offers import DhcpOffers
from checks.dhcp.facts.reservations import Reservations
from checks.internet.demand import InternetAccess
from labctl.api import Match, NotAsked, Plan, _, check, require

BOX = "box"


def _visitors(plan: Plan) -> frozenset[str]:
    internet = plan.find(InternetAccess)
    return frozenset(internet.firewall.isolated if internet else ())


@check(
    "K-135",
    asks=(Dhcp, Plan),
    needs=DhcpOffers,
    each="on",
    face=BOX,
    over=path_to_server,
    witnesses=(Reservations,),
)
def check_box_serves_customer(
    asked: Dhcp, plan: Plan, found: DhcpOffers, box: Reservations | None
) -> Match:
    """Le réseau du client reçoit de la box les réglages demandés."""
    inside = asked.segments - _visitors(plan)
    return require(list_points(asked, plan, inside, found, box))


@check(
    "K-136",
    asks=(Dhcp, Plan),
    needs=DhcpOffers,
    each="on",
    face=BOX,
    over=path_to_server,
    witnesses=(Reservations,),
)
def check_box_serves_visitors(
    asked: Dhcp, plan: Plan, found: DhcpOffers, box: Reservations | None
) -> Match:
    """Les visiteurs reçoivent de la box les réglages demandés."""
    visiting = asked.segments & _visitors(plan)
    if not visiting:
        raise NotAsked(_("le sujet ne le demande pas"))
    return require(list_points(asked, plan, visiting, found, box))
