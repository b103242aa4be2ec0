"""What the tables and the picture of a plan say of routing."""

from collections.abc import Iterator

from checks.routing.demand import Routing
from labctl.api import Note, Plan, Table, _


def tables(asked: Routing, plan: Plan) -> Iterator[Table]:
    """Yield the table of addresses and routes."""
    rows = [(name, str(address)) for name, address in asked.svis.items()]
    rows.append((_("Route par défaut"), str(asked.default_route)))
    if asked.back:
        rows.append(
            (_("Route de retour de %(name)s") % {"name": asked.back.on}, str(asked.back.via))
        )
    if asked.guests:
        rows.append((_("Interdit aux invités"), ", ".join(asked.guests.forbidden)))
    title = _("Routage de %(name)s") % {"name": plan.nodes[asked.on].hostname}
    yield Table(title, (_("Quoi"), _("Valeur")), tuple(rows))


def notes(asked: Routing, plan: Plan) -> Iterator[Note]:
    """Yield the address of each interface, and the default route."""
    yield Note(asked.on, _("route par défaut → %(hop)s") % {"hop": asked.default_route})
    for name, address in asked.svis.items():
        yield Note(asked.on, f"{name} ({plan.segments[name].vid}) {address}", name)


_ALLOWED = {
    "dhcp": "le DHCP",
    "dns": "les noms (DNS)",
    "icmp": "le ping",
    "internet": "Internet",
    "ntp": "l'heure (NTP)",
}


def fields(asked: Routing, _plan: Plan) -> dict[str, object]:
    """Return what guests may do, in words."""
    allowed = asked.guests.allowed if asked.guests else ()
    return {"allowed": " et ".join(_ALLOWED[name] for name in allowed)}
