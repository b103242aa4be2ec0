"""The plan as the tables a technician reads."""

from collections.abc import Iterable, Iterator

from labctl.core.i18n import _
from labctl.plan.model import Interface, Node, Plan
from labctl.plan.wording import STATES, describe_address, or_dash
from labctl.plan.words import Table, list_tables
from labctl.spec.kind import load_kind
from labctl.spec.topic import load_topic
from labctl.spec.topology import Segment


def render_tables(plan: Plan) -> tuple[Table, ...]:
    """Return the plan as the tables a technician reads."""
    return (
        _bench(plan),
        _segments(plan),
        _nodes(plan),
        *list_tables(plan),
        _lots(plan),
    )


def _bench(plan: Plan) -> Table:
    rows = (
        (_("Cahier des charges"), f"{plan.title} ({plan.cahier})"),
        (_("Variante"), plan.variant),
        (_("Salle"), f"{plan.room} ({plan.provider})"),
        (_("Client"), ", ".join(filter(None, (plan.company, plan.town))) or "—"),
        (_("Domaine"), plan.domain),
        (_("Parcours"), plan.route),
    )
    return Table(_("Banc %(bench)02d") % {"bench": plan.bench}, ("", ""), rows)


def _lots(plan: Plan) -> Table:
    """Return the work that is asked, phase by phase, and what is delivered working."""
    columns = (_("Lot"), _("Titre"), _("Phase"), _("Minutes"), _("Compétences"), _("Demandes"))
    rows = [
        (
            lot.id,
            lot.title,
            str(lot.exam_phase),
            str(lot.minutes),
            ", ".join(map(str, lot.competencies)),
            _titles(lot.topics),
        )
        for lot in plan.lots
    ]
    if plan.delivered.topics:
        given = _titles(plan.delivered.topics)
        rows.append(("—", _("Livré en état de marche"), "—", "—", "—", given))
    return Table(_("Lots"), columns, tuple(rows))


def _titles(topics: Iterable[str]) -> str:
    return " ; ".join(load_topic(name).title for name in topics) or "—"


def _segments(plan: Plan) -> Table:
    columns = (_("VLAN"), _("Id"), _("Réseau"), _("Passerelle"), _("Sonde"), _("Usage"))
    rows = tuple(_segment(one) for one in plan.segments.values())
    return Table(_("Plan d'adressage"), columns, rows)


def _segment(segment: Segment) -> tuple[str, ...]:
    return (
        segment.name,
        or_dash(segment.vid or None),
        or_dash(segment.network),
        or_dash(segment.gateway),
        or_dash(segment.probe.ip if segment.probe else None),
        segment.usage,
    )


def _nodes(plan: Plan) -> Table:
    columns = (
        _("Machine"), _("Nom d'hôte"), _("État"), _("Carte"), _("Adresse"), _("VLAN"), _("Gestion"),
    )  # fmt: skip
    rows = tuple(row for node in plan.nodes.values() for row in _node(plan, node))
    return Table(_("Machines"), columns, rows)


def _node(plan: Plan, node: Node) -> Iterator[tuple[str, ...]]:
    cards = node.interfaces if load_kind(node.kind).cards else ()
    for card in cards or (Interface("—", "—"),):
        yield (
            node.name,
            node.hostname,
            _(STATES[node.state]),
            card.name,
            describe_address(plan, node, card),
            card.segment or "—",
            str(node.management.ip),
        )
