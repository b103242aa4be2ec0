"""What a bench is on a cluster: its project, its tags, its networks, its machines (pure).

Tags are keys ``user.labctl.*`` of every object that labctl makes, and the only proof that it is
labctl's: a name proves nothing. A node's name has underscores, an instance of Incus must be a host
name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from labctl.core.ids import NodeName
from labctl.plan import document
from labctl.plan.addressing import management_mac
from labctl.plan.model import Hosting, Node, Plan
from labctl.providers.namespaces.network import (
    MANAGEMENT,
    MANAGEMENT_RANK,
    bridge_name,
    two_signs,
)
from labctl.spec.hosting import Need
from labctl.spec.kind import load_kind
from labctl.spec.topology import NodeState

TAG = "user.labctl."
UPLINK = "uplink"
"""Card of the vantage's instance on the network of the management."""
_UPLINK_CARD = 0xF3
TAGGED = "vlan.tagged"
"""Of a cable's card: the VLANs that go through, those of the subject. Incus filters VLANs on its
bridges, and would admit all 4094 by a command each."""
ROOT, DISC = "root", "disc"
"""What a machine's disk, and the disc that makes a Windows itself, are called among its devices."""
READER = NodeName("Reader")
"""What a copy of a sealed disk is called while it is read; no machine of a plan has a capital."""
Device = dict[str, str]
_NETWORK = re.compile(r"lb([0-9a-f]{8})([0-9]{2})[0-9a-z]{2}")


@dataclass(frozen=True, slots=True)
class Tag:
    """Whose an object is; ``node`` is empty for what belongs to the whole bench."""

    instance: str
    bench: int
    node: str = ""

    @property
    def project(self) -> str:
        """Return the name of the bench's project."""
        return f"labctl-{self.instance}-{self.bench:02d}"

    @property
    def short(self) -> str:
        """Return what names of network devices are made of: they have 15 characters."""
        return f"{self.instance}{self.bench:02d}"

    def config(self, **more: str) -> dict[str, str]:
        """Return the tag as keys of an object, with what else is to be remembered."""
        words = {"instance": self.instance, "bench": str(self.bench), "node": self.node, **more}
        return {f"{TAG}{name}": value for name, value in words.items()}

    def holds(self, other: "Tag") -> bool:
        """Tell whether an object belongs to the bench that this tag is of."""
        return (self.instance, self.bench) == (other.instance, other.bench)


def read_tag(config: Mapping[str, object]) -> Tag | None:
    """Return the tag of an object, None when it is not labctl's."""
    instance, bench = config.get(f"{TAG}instance"), config.get(f"{TAG}bench")
    if not isinstance(instance, str) or not isinstance(bench, str):
        return None
    if not instance or not bench.isascii() or not bench.isdecimal():
        return None
    return Tag(instance, int(bench), str(config.get(f"{TAG}node", "")))


def show_need(need: Need) -> str:
    """Return what a bench needs as its project remembers it."""
    return f"{need.memory_mib} {need.disk_mib} {need.cpus}"


def read_need(config: Mapping[str, object]) -> Need:
    """Return what a bench was promised, nothing when that was not written."""
    words = str(config.get(f"{TAG}need", "")).split()
    if len(words) != 3 or not all(word.isascii() and word.isdecimal() for word in words):
        return Need(0, 0, 0)
    memory, disk, cpus = map(int, words)
    return Need(memory, disk, cpus)


def name_machine(node: NodeName) -> str:
    """Return the name of a machine's instance."""
    return node.replace("_", "-")


def list_seated(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines that share one instance: the jury's vantage and labctl's probes.

    They run the same program on the same layers, and labctl enters their networks to look from
    there: each is a network of its own in the instance of the vantage.
    """
    seat = plan.management.vantage
    program = load_kind(plan.nodes[seat].kind).start
    others = (
        node.name
        for node in plan.nodes.values()
        if node.state is NodeState.OBSERVER and load_kind(node.kind).start == program
    )
    return (seat, *(name for name in others if name != seat))


def list_instances(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines that have an instance of their own, that of the jury's vantage last."""
    seated = list_seated(plan)
    return (*(name for name in plan.nodes if name not in seated), seated[0])


def list_networks(plan: Plan, tag: Tag) -> tuple[str, ...]:
    """Return the network of each cable, then the management network."""
    cables = (bridge_name(tag.short, rank) for rank, _link in enumerate(plan.links))
    return (*cables, bridge_name(tag.short, MANAGEMENT_RANK))


def read_network_name(name: str) -> Tag | None:
    """Return whose a network is that was begun only: it has no tag yet, its name says as much."""
    found = _NETWORK.fullmatch(name)
    return Tag(found[1], int(found[2])) if found else None


def digest(plan: Plan) -> str:
    """Return what a bench is built from as its project remembers it.

    Of its cluster that is the pool alone, not how it is reached: the room may say another way
    tomorrow.
    """
    return document.digest(replace(plan, hosting=Hosting("", own={"pool": find_pool(plan)})))


def is_built_from(plan: Plan, written: str) -> bool:
    """Tell whether a bench was built from a plan; an older labctl wrote the way as well."""
    return written in (digest(plan), document.digest(plan))


def list_devices(plan: Plan, tag: Tag, node: Node) -> dict[str, Device]:
    """Return the disk and the network cards of an instance, by the name that each has there.

    Incus gives no instance two cards on one network: that of the vantage has one for the
    management of all that live in it, which its program hands on.
    """
    master = load_kind(node.kind).master
    if master is not None:
        disk = {**_root(plan), "size": f"{master.disk_gib}GiB"}
        return {ROOT: disk, "tpm": {"type": "tpm"}, **dict(_list_cards(plan, tag, node))}
    if node.name != plan.management.vantage:
        return {ROOT: _root(plan), **dict(_list_cards(plan, tag, node))}
    cards = {
        seat_card(rank, name): {**card, "name": seat_card(rank, name)}
        for rank, seated in enumerate(list_seated(plan))
        for name, card in _list_cards(plan, tag, plan.nodes[seated])
        if name != MANAGEMENT
    }
    network = bridge_name(tag.short, MANAGEMENT_RANK)
    mac = management_mac(plan.bench, node.management, _UPLINK_CARD)
    return {ROOT: _root(plan), **cards, UPLINK: _card(UPLINK, network, mac)}


def describe_disc(plan: Plan, node: NodeName) -> Device:
    """Return the drive of a Windows with its disc, a volume of its bench's project."""
    return {"type": "disk", "pool": find_pool(plan), "source": name_disc(node)}


def name_disc(node: NodeName) -> str:
    """Return the name of the volume that is the disc of a Windows."""
    return f"disc-{name_machine(node)}"


def _root(plan: Plan) -> Device:
    """Return the disk of a machine, in the pool that the room names."""
    return {"type": "disk", "path": "/", "pool": find_pool(plan)}


def find_pool(plan: Plan) -> str:
    """Return the pool of storage that the room names."""
    return (plan.hosting.own.get("pool") if plan.hosting else "") or "default"


def seat_card(rank: int, card: str) -> str:
    """Return what a card is called in the vantage's instance before its machine gets it."""
    return f"o{two_signs(rank)}-{card}"


def list_seat_cards(plan: Plan, rank: int, node: Node) -> dict[str, str]:
    """Return what the cards of a machine of the vantage's instance are called there, then here."""
    ends = (end for link in plan.links for end in (link.a, link.b) if end.node == node.name)
    return {seat_card(rank, end.interface): end.interface for end in ends}


def _list_cards(plan: Plan, tag: Tag, node: Node) -> Iterator[tuple[str, Device]]:
    macs = {card.name: card.mac for card in node.interfaces}
    vids = sorted({one.vid for one in plan.segments.values()} - {0, 1})
    tagged = {TAGGED: ",".join(map(str, vids))} if vids else {}
    for rank, link in enumerate(plan.links):
        for end in (link.a, link.b):
            if end.node == node.name:
                network = bridge_name(tag.short, rank)
                card = _card(end.interface, network, macs[end.interface])
                yield end.interface, {**card, **tagged}
    management = bridge_name(tag.short, MANAGEMENT_RANK)
    mac = management_mac(plan.bench, node.management)
    yield MANAGEMENT, _card(MANAGEMENT, management, mac)


def _card(name: str, network: str, mac: str) -> Device:
    return {"type": "nic", "name": name, "network": network, "hwaddr": mac}
