"""What the tables of a plan say of the ports of the switch."""

from collections.abc import Iterator

from checks.switching.demand import PortMode, Switching, WantedPort, list_ports
from labctl.api import NodeName, NodeState, Plan, Table, _


def tables(asked: Switching, plan: Plan) -> Iterator[Table]:
    """Yield the table of the ports."""
    columns = (
        _("Port"), _("Vers"), _("Mode"), _("VLAN"), _("Étiquetés"), _("Actif"), _("Description"),
    )  # fmt: skip
    rows = tuple(_row(plan, port) for port in list_ports(plan))
    title = _("Ports du commutateur %(name)s") % {"name": plan.nodes[asked.on].hostname}
    yield Table(title, columns, rows)


def _row(plan: Plan, port: WantedPort) -> tuple[str, ...]:
    names = {segment.vid: segment.name for segment in plan.segments.values()}
    tagged = ", ".join(f"{names[vid]} ({vid})" for vid in sorted(port.trunk_vids))
    mode = "access" if port.mode is PortMode.ACCESS else "trunk"
    return (
        port.name,
        port.key or "—",
        mode,
        f"{names.get(port.access_vid, '?')} ({port.access_vid})",
        tagged or "—",
        _("oui") if port.enabled else _("non"),
        port.description or "—",
    )


def fields(asked: Switching, plan: Plan) -> dict[str, object]:
    """Return the ports as a subject lists them, and where the others go."""
    cabled = [port for port in list_ports(plan) if port.enabled]
    return {
        "ports": [_tell(plan, asked, port) for port in cabled],
        "unused": plan.segments[asked.unused] if asked.unused else None,
    }


def _tell(plan: Plan, asked: Switching, port: WantedPort) -> dict[str, object]:
    names = {segment.vid: segment.name for segment in plan.segments.values()}
    native = names.get(port.access_vid, "")
    tagged = [names[vid] for vid in sorted(port.trunk_vids) if vid != port.access_vid]
    is_trunk = port.mode is PortMode.TRUNK
    said = f"étiquetés : {', '.join(tagged)} ; natif (sans étiquette) : {native}"
    return {
        "number": port.number,
        "to": _find_ends(plan, asked, port) or port.key,
        "mode": "agrégé (trunk)" if is_trunk else "accès",
        "vlans": said if is_trunk else native,
        "label": port.description,
    }


def _find_ends(plan: Plan, asked: Switching, port: WantedPort) -> str:
    """Return the names of the machines at the other end of a cable, or behind the room's host."""
    card = next((one.card for one in plan.nodes[asked.on].ports if one.number == port.number), "")
    found = []
    for link in plan.links:
        for near, far in ((link.a, link.b), (link.b, link.a)):
            if (near.node, near.interface) == (asked.on, card):
                found += [far.node, *_behind(plan, far.node, far.interface)]
    nodes = (plan.nodes[name] for name in found)
    seen = (one for one in nodes if one.state is not NodeState.OBSERVER and not one.bridges)
    return ", ".join(node.hostname for node in seen)


def _behind(plan: Plan, node: NodeName, trunk: str) -> Iterator[NodeName]:
    for bridge in plan.nodes[node].bridges:
        if bridge.trunk == trunk:
            for link in plan.links:
                if link.a.node == node and link.a.interface in bridge.ports:
                    yield link.b.node
