"""What a rule of the lint reads: one variant, typed, with the place of every value."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import TypeVar

from pydantic import BaseModel

from labctl.core.ids import NodeName
from labctl.spec.demand import Demand
from labctl.spec.hosting import RoomRules
from labctl.spec.layout import CableForm, CardForm, SegmentForm
from labctl.spec.loader import Path_, Source, Value
from labctl.spec.room import RoomDocument
from labctl.spec.subject import Subject
from labctl.spec.survey import build_cable, build_topology, find_kind
from labctl.spec.topology import Cable, Topology, address_of, is_host
from labctl.spec.variant import Variant
from labctl.spec.wanted import BenchValue

D = TypeVar("D", bound=Demand)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, where, and what to do about it."""

    path: Path_
    message: str
    hint: str = ""
    used_at: Path_ = ()  # where a variable stands for the value, when that is elsewhere


@dataclass(frozen=True)
class View:
    """One variant of a cahier; a section that is ill formed is not there."""

    variant: str
    values: Variant
    subject: Subject
    used: frozenset[str] = frozenset()  # variables referred to
    damaged: frozenset[str] = frozenset()  # keys of ill-formed sections
    variants: tuple[str, ...] = ()  # names of all variants of the file
    demands: Mapping[str, Demand] = field(default_factory=dict)  # by block, the well-formed ones
    blocks: Mapping[str, Value] = field(default_factory=dict)  # as written, references replaced

    def find(self, cls: type[D]) -> D | None:
        """Return a demand of the cahier, None when it is not made, or is ill formed."""
        return next((one for one in self.demands.values() if isinstance(one, cls)), None)

    @cached_property
    def values_by_path(self) -> tuple[tuple[Path_, object], ...]:
        """Return every value of the cahier with its path; those of blocks as they are written."""
        return (*walk(self.subject), *walk(self.blocks))

    @cached_property
    def topology(self) -> Topology:
        """Return its networks, machines and cables, as far as they can be understood."""
        return build_topology(self.subject.layout, {})

    @cached_property
    def cables(self) -> tuple[tuple[int, CableForm, Cable], ...]:
        """Return the cables whose ends exist, with their rank and form."""
        machines = self.topology.machines
        built = ((n, one, build_cable(one, machines)) for n, one in enumerate(self.subject.cables))
        return tuple((rank, form, cable) for rank, form, cable in built if cable is not None)

    @property
    def segments(self) -> Mapping[str, SegmentForm]:
        """Return the segments as they are written."""
        return self.subject.segments

    @cached_property
    def networks(self) -> Mapping[str, IPv4Network]:
        """Return the networks of the segments that have one."""
        segments = self.topology.segments.values()
        return {one.name: one.network for one in segments if one.network is not None}

    def card(self, machine: str) -> CardForm | None:
        """Return what is said of the first card of a machine, None when nothing is."""
        form = self.subject.machines.get(machine)
        return None if form is None else next(iter(form.cards.values()), None)

    def addresses(self, machine: NodeName) -> tuple[IPv4Address, ...]:
        """Return the addresses of a machine, none where it is ill formed."""
        known = self.topology.machines.get(machine)
        cards = known.cards.values() if known else ()
        return tuple(card.address.ip for card in cards if card.address)

    def faces(self, machine: NodeName) -> tuple[str, ...]:
        """Return how a machine is spoken to, nothing where it is ill formed."""
        known = self.topology.machines.get(machine)
        kind = find_kind(known.kind) if known else None
        return kind.faces if kind else ()

    def hostname(self, machine: str) -> str:
        """Return the host name of a machine, "" when there is no such machine."""
        form = self.subject.machines.get(machine)
        return "" if form is None else form.name

    def address(self, segment: str, host: int) -> IPv4Address | None:
        """Return an address, or None when it is not that of a host of the segment."""
        found = address_of(self.networks.get(segment), host)
        return None if found is None else found.ip

    def of(self, *names: str) -> Path_:
        """Return the path of a value of the variant."""
        return ("variants", self.variant, *names)


@dataclass(frozen=True, slots=True)
class Seating:
    """A room, what its provider says of it, and what is known of its cahier."""

    document: RoomDocument
    rules: RoomRules
    cahier_id: str = ""
    variants: tuple[str, ...] = ()
    cahiers: tuple[str, ...] | None = None  # names of every cahier, None when nobody listed them
    cahier: Source | None = None
    wanted: Mapping[str, BenchValue] = field(default_factory=dict)  # of each bench, by the cahier
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # that machines may be of


def is_outside(network: IPv4Network | None, host: int) -> bool:
    """Tell whether a number is that of no host; of a network too small for any, nothing is said."""
    return network is not None and network.prefixlen <= 30 and not is_host(network, host)


def walk(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, object]]:
    """Yield every value below one, with its path in the file."""
    found: list[tuple[Path_, object]] = []
    _collect(value, path, found)
    return iter(found)


def _collect(value: object, path: Path_, found: list[tuple[Path_, object]]) -> None:
    if value is not None:
        found.append((path, value))
        for key, inside in children(value).items():
            _collect(inside, (*path, key), found)


def select(value: object, pattern: str) -> Iterator[tuple[Path_, str]]:
    """Yield the texts at a pattern: ``a.*.b`` goes through lists and mappings."""
    for path, found in _select(value, tuple(pattern.split(".")), ()):
        if isinstance(found, str):
            yield path, found


def _select(value: object, pattern: tuple[str, ...], path: Path_) -> Iterator[tuple[Path_, object]]:
    if not pattern:
        yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    for key, inside in children(value).items():
        if step in ("*", key):
            yield from _select(inside, rest, (*path, key))


def children(value: object) -> Mapping[str | int, object]:
    """Return what a value holds, by the keys and ranks of the file."""
    if isinstance(value, str | int):  # most are: what comes below takes longer to ask
        return {}
    if isinstance(value, tuple):
        return dict(enumerate(value))
    if isinstance(value, BaseModel):
        return {key: getattr(value, name, None) for name, key in _list_keys(type(value))}
    return value if isinstance(value, Mapping) else {}


@cache
def _list_keys(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    return tuple((name, field.alias or name) for name, field in model.model_fields.items())


def find_doubles(items: Iterable[tuple[Path_, object]]) -> Iterator[tuple[Path_, object, Path_]]:
    """Yield what appears again: its place, its value, and the place it appeared at first."""
    first: dict[object, Path_] = {}
    for path, value in items:
        if value in first:
            yield path, value, first[value]
        else:
            first[value] = path


Label = tuple[str, str]
"""Variant and VLAN."""


def find_overlapping(
    networks: Iterable[tuple[Label, IPv4Network]],
) -> Iterator[tuple[Label, Label]]:
    """Yield the names of networks that lie over one another: the later one first.

    Two networks are apart or one holds the other, so one pass in the order of addresses is enough.
    """
    named = list(networks)
    order = {name: rank for rank, (name, _network) in enumerate(named)}
    holders: list[tuple[Label, IPv4Network]] = []
    for name, network in sorted(named, key=lambda one: (one[1], order[one[0]])):
        while holders and not network.subnet_of(holders[-1][1]):
            holders.pop()
        if holders:
            pair = sorted((name, holders[-1][0]), key=order.__getitem__, reverse=True)
            yield pair[0], pair[1]
        holders.append((name, network))
