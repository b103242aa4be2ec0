"""What the virtual machines of a bench are, and what they plug in: a pure function of the plan."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from labctl.core.ids import NodeName
from labctl.plan.addressing import management_mac
from labctl.plan.model import Link, Node, Plan
from labctl.providers.namespaces import network
from labctl.providers.namespaces.network import MANAGEMENT, MANAGEMENT_RANK, two_signs
from labctl.spec.kind import Budget, load_kind

_UUIDS = uuid.UUID("6f0b6c1e-5c1b-5d0a-9a4f-6c6162637467")
"""Space of the identifiers that labctl gives to domains and networks."""


@dataclass(frozen=True, slots=True)
class Tag:
    """Whose an object of the hypervisor is; ``node`` is empty for a network."""

    instance: str
    bench: int
    node: str = ""

    @property
    def short(self) -> str:
        """Return what names of network devices are made of."""
        return f"{self.instance}{self.bench:02d}"

    def name(self, what: str) -> str:
        """Return the name of an object of the bench."""
        return f"labctl-{self.instance}-{self.bench:02d}-{what}"


@dataclass(frozen=True, slots=True)
class Wire:
    """A network that is one cable, or the management network: a bridge without address."""

    tag: Tag
    name: str
    uuid: str
    bridge: str


@dataclass(frozen=True, slots=True)
class Card:
    """A network card: what it is called in the machine, and the bridge it plugs in."""

    interface: str
    mac: str
    network: str
    bridge: str
    device: str  # what the host calls its end


@dataclass(frozen=True, slots=True)
class Guest:
    """One virtual machine, files apart."""

    tag: Tag
    name: str
    uuid: str
    role: str
    memory_mib: int
    cpus: int
    virt_type: str
    cards: tuple[Card, ...]


def list_guests(plan: Plan) -> frozenset[NodeName]:
    """Return the machines of a plan that are virtual ones."""
    return frozenset(node.name for node in plan.nodes.values() if load_kind(node.kind).budget)


def build_guests(plan: Plan, instance: str) -> dict[NodeName, Guest]:
    """Return the virtual machines of a bench."""
    wires = {wire.bridge: wire for wire in build_wires(plan, instance)}
    return {
        node.name: _guest(plan, node, budget, Tag(instance, plan.bench, node.name), wires)
        for node in plan.nodes.values()
        if (budget := load_kind(node.kind).budget) is not None
    }


def build_wires(plan: Plan, instance: str) -> tuple[Wire, ...]:
    """Return the networks of a bench: one for each cable that ends in a virtual machine."""
    names = list_guests(plan)
    tag = Tag(instance, plan.bench)
    found = [_wire(tag, MANAGEMENT_RANK)]
    for rank, link in enumerate(plan.links):
        if {link.a.node, link.b.node} & names:
            found.append(_wire(tag, rank))
    return tuple(found)


def _wire(tag: Tag, rank: int) -> Wire:
    name = tag.name(f"net{two_signs(rank)}")
    return Wire(tag, name, str(uuid.uuid5(_UUIDS, name)), network.bridge_name(tag.short, rank))


def _guest(plan: Plan, node: Node, budget: Budget, tag: Tag, wires: Mapping[str, Wire]) -> Guest:
    name = tag.name(node.name)
    return Guest(
        tag=tag,
        name=name,
        uuid=str(uuid.uuid5(_UUIDS, name)),
        role=node.kind,
        memory_mib=budget.memory_mib,
        cpus=budget.vcpus,
        virt_type=plan.hosting.own["virt_type"] if plan.hosting else "qemu",
        cards=tuple(_cards(plan, node, tag, wires)),
    )


def _cards(plan: Plan, node: Node, tag: Tag, wires: Mapping[str, Wire]) -> Iterator[Card]:
    macs = {card.name: card.mac for card in node.interfaces}
    management = wires[network.bridge_name(tag.short, MANAGEMENT_RANK)]
    rank = sorted(plan.nodes).index(node.name)
    mac = management_mac(plan.bench, node.management)
    yield _card(MANAGEMENT, mac, management, f"lt{tag.short}{two_signs(rank)}m")
    for rank, link in enumerate(plan.links):
        for side, interface in _sides(link, node):
            wire = wires[network.bridge_name(tag.short, rank)]
            device = f"lt{tag.short}{two_signs(rank)}{side}"
            yield _card(interface, macs[interface], wire, device)


def _card(interface: str, mac: str, wire: Wire, device: str) -> Card:
    return Card(interface, mac, wire.name, wire.bridge, device)


def _sides(link: Link, node: Node) -> Iterator[tuple[str, str]]:
    for side, end in (("a", link.a), ("b", link.b)):
        if end.node == node.name:
            yield side, end.interface
