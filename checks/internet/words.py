"""What the tables of a plan say of what goes out."""

from collections.abc import Iterator

from checks.internet.demand import InternetAccess, find_wan_card
from labctl.api import Plan, Table, _


def tables(asked: InternetAccess, _plan: Plan) -> Iterator[Table]:
    """Yield the ports that each segment may reach."""
    outbound = asked.firewall.outbound
    rows = tuple(
        (name, ", ".join(map(str, sorted(outbound[name]))) if name in outbound else _("tous"))
        for name in asked.nat.sources
    )
    yield Table(_("Accès à Internet"), (_("VLAN"), _("Ports sortants")), rows)


def fields(asked: InternetAccess, plan: Plan) -> dict[str, object]:
    """Return the card that leads to the Internet, and the segments whose ports are not limited."""
    free = tuple(name for name in asked.nat.sources if name not in asked.firewall.outbound)
    return {"wan": find_wan_card(plan).name, "free": free}
