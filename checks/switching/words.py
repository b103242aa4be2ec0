"""What the tables of a plan say of the ports of the switch."""

from collections.abc import Iterator

from checks.switching.demand import PortMode, Switching, WantedPort, list_ports
from labctl.api import Plan, Table, _


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
