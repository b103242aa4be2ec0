"""Can a thing be looked at on a bench? By what its machine is asked, and from where."""

from ipaddress import IPv4Address

from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.spec.aim import Aim
from labctl.spec.kind import load_kind
from labctl.spec.watch import Watch

PROTOCOLS = {
    "file": ("ssh",),
    "package": ("ssh",),
    "service": ("ssh", "cim"),
    "ldap": ("ldap",),
}
"""By what a thing of a machine may be asked; what is not here is seen from elsewhere."""
LAST_PORT = 65535


def find_refusal(watch: Watch, plan: Plan) -> str:
    """Return why the thing of a look cannot be looked at on a bench, "" when it can."""
    if watch.aim is None:
        return ""
    if "from" in watch.aim.more:
        return _refuse_from(watch, watch.aim, plan)
    spoken = {way.protocol for way in load_kind(plan.nodes[watch.node].kind).ways}
    if spoken.intersection(PROTOCOLS[watch.aim.kind]):
        return ""
    said = _("« %(kind)s » ne se demande pas à « %(node)s », un « %(machine)s »")
    kind = plan.nodes[watch.node].kind
    return said % {"kind": watch.aim.kind, "node": watch.node, "machine": kind}


def _refuse_from(watch: Watch, aim: Aim, plan: Plan) -> str:
    segment = aim.more["from"]
    if plan.probe_node(segment) not in plan.nodes:
        return _("labctl n'a pas de sonde dans le segment « %(name)s »") % {"name": segment}
    if find_address(plan, watch.node, segment) is None:
        said = _("« %(node)s » n'a pas d'adresse fixe : on ne la voit pas de « %(name)s »")
        return said % {"node": watch.node, "name": segment}
    if aim.kind == "port" and not (aim.name.isdecimal() and 0 < int(aim.name) <= LAST_PORT):
        return _("« %(name)s » n'est pas un port") % {"name": aim.name}
    return ""


def find_address(plan: Plan, node: str, segment: str) -> IPv4Address | None:
    """Return the address of a machine in a segment, else its first; None when it has none."""
    held = [
        (card.segment != segment, card.address.ip)
        for name, one in plan.nodes.items()
        if name == node
        for card in one.interfaces
        if card.address is not None
    ]
    return min(held, key=lambda one: one[0])[1] if held else None
