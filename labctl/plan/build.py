"""Cahier + room + bench → plan: everything resolved, nothing decided later."""

from labctl.core.ids import BenchId
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Hosting, Plan
from labctl.plan.placement import MANAGEMENT, UPSTREAM, place
from labctl.spec.cahier import Cahier
from labctl.spec.hosting import Host
from labctl.spec.room import Room

_RESERVED = "test"
"""Top of the names that nobody has (RFC 6761, 6.2): of a bench without a domain of its own."""


def build_plan(cahier: Cahier, room: Room, bench: int) -> Plan:
    """Return the plan of one bench; SpecError when the room has no such bench or variant."""
    name = room.variant_of(bench)
    wanted = cahier.wanted(name, room.variables_of(bench, cahier), room.kinds_at(bench))
    subject, topology = wanted.subject, wanted.topology
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
        demands={demand.topic: demand.write() for demand in wanted.demands},
        unread=wanted.unread,
    )
    return describe_nodes(plan)


def _hosting(room: Room, bench: int, cahier: Cahier) -> Hosting | None:
    host = room.host_of(bench, cahier)
    return hosting_of(host) if host else None


def hosting_of(host: Host) -> Hosting:
    """Return where the benches of a host of the room live."""
    return Hosting(host.name, host.way, host.command, host.patience, host.own)
