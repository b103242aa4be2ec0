"""What is asked of the ports of a switch; which VLANs they carry, its cables say."""

from dataclasses import dataclass
from enum import StrEnum

from labctl.api import Demand, Machine, NodeName, Plan, Port, SegmentName, key

DEFAULT_VID = 1
"""The VLAN of what has none (IEEE 802.1Q, 9.6)."""


class Switching(Demand):
    """The VLANs of a switch and its ports."""

    on: Machine = key("sur", "commutateur")
    unused: SegmentName = key("inutilises", "segment des ports où rien n'est branché, éteints")


class PortMode(StrEnum):
    """Mode of a switch port."""

    ACCESS = "access"
    TRUNK = "trunk"


@dataclass(frozen=True, slots=True)
class WantedPort:
    """What a port of the switch must be; ``key`` is the name of its cable, empty if unused."""

    key: str
    number: int
    name: str  # GigabitEthernet1/0/5
    mode: PortMode
    access_vid: int  # also for a trunk: its native VLAN
    trunk_vids: frozenset[int]
    enabled: bool
    description: str


def list_ports(plan: Plan) -> tuple[WantedPort, ...]:
    """Return what each port must be: as its cable wants it, or off and put aside."""
    asked = plan.demand(Switching)
    return tuple(_want(plan, asked, port) for port in plan.nodes[asked.on].ports)


def list_neighbours(plan: Plan) -> frozenset[NodeName]:
    """Return the machines that a cable of the switch leads to: one that is off ends its link."""
    on = plan.demand(Switching).on
    ends = {(link.a.node, link.b.node) for link in plan.links}
    return frozenset(far for a, b in ends for near, far in ((a, b), (b, a)) if near == on)


def list_plugged(plan: Plan) -> dict[NodeName, WantedPort]:
    """Return the desks that are plugged in the switch by their first card, and in which port."""
    on = plan.demand(Switching).on
    ends = [ends for link in plan.links for ends in ((link.a, link.b), (link.b, link.a))]
    card_of = {
        far.node: near.interface
        for near, far in ends
        if near.node == on and far.interface == plan.nodes[far.node].interfaces[0].name
    }
    number_of = {port.card: port.number for port in plan.nodes[on].ports}
    wanted = {port.number: port for port in list_ports(plan)}
    desks = (desk.name for desk in plan.desks if desk.name in card_of)
    return {name: wanted[number_of[card_of[name]]] for name in desks}


def _want(plan: Plan, asked: Switching, port: Port) -> WantedPort:
    untagged = port.untagged if port.cable else asked.unused
    return WantedPort(
        key=port.cable,
        number=port.number,
        name=port.name,
        mode=PortMode.TRUNK if port.tagged else PortMode.ACCESS,
        access_vid=plan.segments[untagged].vid if untagged else DEFAULT_VID,
        trunk_vids=frozenset(plan.segments[name].vid for name in port.tagged),
        enabled=bool(port.cable),
        description=port.label,
    )
