"""Forms in which topics write their values: machines, segments, addresses, words for numbers."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError

from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.spec import topology
from labctl.spec.demand import Written
from labctl.spec.fields import ECHO, Block, HostNumber, Name, key
from labctl.spec.ground import Ground
from labctl.spec.suggest import suggest
from labctl.spec.topology import is_host, usable


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def refuse(kind: Any, message: Any, **values: object) -> NoReturn:
    """Refuse what is written: a sentence with ``{name}`` for each value; ``hint`` says what to do.

    ``kind`` is a word of the topic's own.
    """
    raise PydanticCustomError(kind, message, values)


def _find_machines(names: tuple[str, ...], ground: Ground) -> tuple[NodeName, ...]:
    unknown: list[InitErrorDetails] = [
        {"type": _unknown_machine(name, ground), "loc": (rank,), "input": name}
        for rank, name in enumerate(names)
        if name not in ground.machines
    ]
    if unknown:
        raise ValidationError.from_exception_data("Machines", unknown)
    return tuple(NodeName(name) for name in names)


def find_machine(name: str, ground: Ground) -> topology.Machine:
    """Return a machine by its name; refused when there is none."""
    if name not in ground.machines:
        raise _unknown_machine(name, ground)
    return ground.machines[NodeName(name)]


def _unknown_machine(name: str, ground: Ground) -> PydanticCustomError:
    message: Any = _("machine « {name} » inconnue")
    hint = suggest(name, ground.machines, _("machines : %(names)s"))
    return PydanticCustomError("machine", message, {"name": name, "hint": hint})


_NAME = {"type": "string", "minLength": 1}
_NAMES = Annotated[
    tuple[Name, ...],
    BeforeValidator(_one_or_more),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [_NAME, {"type": "array", "items": _NAME}]}),
]
Machine = Annotated[NodeName, Written(Name, lambda name, ground: find_machine(name, ground).name)]
"""A machine that a block is about, by its name."""
Machines = Annotated[tuple[NodeName, ...], Written(_NAMES, _find_machines)]
"""Machines that a block is about: the name of one, or a list."""


def _find_segment(name: str, ground: Ground) -> topology.Segment:
    if name in ground.damaged:
        refuse(ECHO, "damaged")
    if name not in ground.segments:
        hint = suggest(name, ground.segments, _("segments : %(names)s"))
        refuse("segment", _("segment « {name} » inconnu"), name=name, hint=hint)
    return ground.segments[name]


def _find_network(name: str, ground: Ground) -> IPv4Network:
    network = _find_segment(name, ground).network
    if network is None:
        message = _("le segment {name} n'a pas de réseau : aucune machine n'y a d'adresse")
        refuse("without_network", message, name=name)
    return network


def _find_users(name: str, ground: Ground) -> str:
    _find_network(name, ground)
    if _find_segment(name, ground).gateway is None:
        message = _("le segment {name} n'a pas de passerelle : ce qui s'y trouve ne va nulle part")
        hint = _("donnez-lui une passerelle, ou ne le nommez pas ici")
        refuse("without_gateway", message, name=name, hint=hint)
    return name


SegmentName = Annotated[str, Written(Name, lambda name, ground: _find_segment(name, ground).name)]
"""A segment of the cahier."""
SegmentNames = Annotated[
    tuple[str, ...],
    Written(_NAMES, lambda names, ground: tuple(_find_segment(n, ground).name for n in names)),
]
"""Segments of the cahier: the name of one, or a list."""
UserSegment = Annotated[str, Written(Name, _find_users)]
"""A segment whose machines have addresses and reach other segments."""
UserSegments = Annotated[
    tuple[str, ...],
    Written(_NAMES, lambda names, ground: tuple(_find_users(name, ground) for name in names)),
]
"""Segments whose machines have addresses and reach others: the name of one, or a list."""


class HostOfSegment(Block):
    """An address, as a host number in a segment."""

    segment: SegmentName = key("segment", "nom du segment")
    host: HostNumber = key("hote", "numéro de l'hôte dans le réseau du segment")


def _find_host(name: str, host: int, ground: Ground) -> IPv4Interface:
    network = _find_network(name, ground)
    if not is_host(network, host):
        message = _("l'hôte {host} n'est pas dans {name} ({network})")
        hint = _("hôtes utilisables : %(range)s") % {"range": usable(network)}
        refuse("outside", message, host=host, name=name, network=str(network), hint=hint)
    return IPv4Interface((network.network_address + host, network.prefixlen))


def _find_range(given: tuple[str, tuple[int, int]], ground: Ground) -> tuple[IPv4Address, ...]:
    segment, (first, last) = given
    if first > last:
        message = _("l'étendue finit ({last}) avant de commencer ({first})")
        refuse("reversed", message, first=first, last=last)
    return tuple(_find_host(segment, host, ground).ip for host in (first, last))


def _find_interfaces(given: dict[str, int], ground: Ground) -> dict[str, IPv4Interface]:
    found, wrong = {}, list[InitErrorDetails]()
    for name, host in given.items():
        try:
            found[name] = _find_host(name, host, ground)
        except PydanticCustomError as exc:
            wrong.append({"type": exc, "loc": (name,), "input": host})
    if wrong:
        raise ValidationError.from_exception_data("Interfaces", wrong)
    return found


Interfaces = Annotated[dict[str, IPv4Interface], Written(dict[Name, HostNumber], _find_interfaces)]
"""Addresses with their masks, by segment: ``{V: n}``."""
Address = Annotated[
    IPv4Address,
    Written(HostOfSegment, lambda given, ground: _find_host(given.segment, given.host, ground).ip),
]
"""An address: ``{segment: V, hote: n}``."""
Range = Annotated[
    tuple[IPv4Address, IPv4Address],
    Written(tuple[HostNumber, HostNumber], _find_range, beside="segment"),
]
"""First and last address, as host numbers in the segment that the field ``segment`` names."""


def any_of(table: Mapping[str, Any], least: int = 0) -> Written:
    """Return the form of a set that the file names by words, at least so many of them."""
    word: Any = Literal[tuple(table)]
    form = Annotated[tuple[word, ...], Field(min_length=least)]
    return Written(form, lambda chosen, _ground: frozenset(table[one] for one in chosen))


def as_written(form: Any) -> Written:
    """Return a form that holds for what is written, and not for the default of a key."""
    return Written(form, lambda value, _ground: value)


def one_of(table: Mapping[str, object]) -> Written:
    """Return the form of a value that the file names by a word: ``fr-FR`` is 1036."""
    return Written(Literal[tuple(table)], lambda word, _ground: table[word])
