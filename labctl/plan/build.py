"""Cahier + room + bench → plan: everything resolved, nothing decided later."""

from collections.abc import Collection, Iterable, Mapping

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Delivered, Hosting, Plan, PlannedLot
from labctl.plan.placement import MANAGEMENT, UPSTREAM, place
from labctl.spec.cahier import Cahier, Wanted
from labctl.spec.demand import list_machines
from labctl.spec.hosting import Host
from labctl.spec.room import Room
from labctl.spec.subject import Lot

_RESERVED = "test"
"""Top of the names that nobody has (RFC 6761, 6.2): of a bench without a domain of its own."""


def build_plan(cahier: Cahier, room: Room, bench: int, route: str = "") -> Plan:
    """Return the plan of one bench; SpecError when the room has no such bench or variant.

    Without a ``route`` it is that of the room's bench, else the first of the cahier's.
    Raises UsageError for one that the cahier does not serve.
    """
    chosen = choose_route(cahier, route or room.seat(bench).route)
    name = room.variant_of(bench)
    wanted = cahier.wanted(name, room.variables_of(bench, cahier), room.kinds_at(bench))
    subject, topology = wanted.subject, wanted.topology
    lots, start = subject.lots_of(chosen), subject.start_of(chosen)
    topics = {block: demand.topic for block, demand in wanted.demands.items()}
    asked = {block for lot in lots for block in lot.blocks if block in topics}
    kept = asked.union(start.in_place)
    variant = subject.variants[name]
    placed = place(topology, bench)
    plan = Plan(
        cahier=subject.id,
        title=subject.title,
        referential=subject.referential,
        variant=name,
        bench=BenchId(bench),
        room=room.id,
        provider=room.document.provider,
        hosting=_hosting(room, bench, cahier),
        company=variant.company,
        town=variant.town,
        domain=f"{subject.id}.{_RESERVED}",
        nodes=placed.nodes,
        links=placed.links,
        segments=dict(topology.segments),
        management=MANAGEMENT,
        internet=UPSTREAM,
        demands={one.topic: one.write() for block, one in wanted.demands.items() if block in kept},
        unread=tuple(one for one in wanted.unread if one.key.partition(".")[0] in asked),
        route=chosen,
        lots=tuple(_plan_lot(lot, topics) for lot in lots),
        delivered=_deliver(wanted, start.in_place, asked),
    )
    return describe_nodes(plan)


def choose_route(cahier: Cahier, name: str) -> str:
    """Return a route of a cahier by its name, the first for none; UsageError for another."""
    known = cahier.routes
    if name and name not in known:
        said = _("le cahier « %(cahier)s » ne sert pas au parcours « %(name)s »")
        hint = _("parcours : %(names)s") % {"names": ", ".join(known)}
        raise UsageError(said % {"cahier": cahier.id, "name": name}, hint=hint)
    return name or known[0]


def _plan_lot(lot: Lot, topics: Mapping[str, str]) -> PlannedLot:
    """Return a lot with its blocks by the names of their topics."""
    asked = tuple(topics[block] for block in lot.blocks if block in topics)
    return PlannedLot(lot.id, lot.title, lot.minutes, lot.competencies, asked, lot.exam_phase)


def _deliver(wanted: Wanted, blocks: Iterable[str], asked: Collection[str]) -> Delivered:
    """Return what a candidate finds working: of a machine, when no lot asks anything of it."""
    given = [wanted.demands[block] for block in blocks if block in wanted.demands]
    busy = {name for block in asked for name in list_machines(wanted.demands[block].write())}
    found = dict.fromkeys(name for one in given for name in list_machines(one.write()))
    machines = tuple(NodeName(name) for name in found if name not in busy)
    return Delivered(tuple(demand.topic for demand in given), machines)


def _hosting(room: Room, bench: int, cahier: Cahier) -> Hosting | None:
    host = room.host_of(bench, cahier)
    return hosting_of(host) if host else None


def hosting_of(host: Host) -> Hosting:
    """Return where the benches of a host of the room live."""
    return Hosting(host.name, host.way, host.command, host.patience, host.own)
