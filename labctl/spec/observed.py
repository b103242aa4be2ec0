"""Keys of a cahier that no check reads: its author, and the jury, are told of them.

Of some keys a check reads nothing unless the machines of their block have a certain face, or their
block another key.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from labctl.spec.complaint import find_fields
from labctl.spec.fields import NOT_OBSERVED
from labctl.spec.loader import Value
from labctl.spec.survey import find_kind
from labctl.spec.topic import Topic

_MACHINES = "on"
"""The field that says which machines a block is about: the engine reads it, whatever else does."""

Way = tuple[Any, ...]
"""The fields that lead to a key, from the outside in."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A key that a cahier gives and no check reads, and in words what it asks.

    A block of which nothing is read is one such key.
    """

    key: str  # durcissement.rdp.groupe
    label: str


def list_unread(topics: Mapping[str, Topic], tree: Mapping[str, Value]) -> tuple[Unread, ...]:
    """Return what a cahier asks and no check reads, in its order; ``topics`` are by block."""
    return tuple(
        _name(block, topic, way)
        for block, topic in topics.items()
        for way in _walk(topic.load(), _items(None, tree[block]), frozenset(), tree)
    )


def find_nearest(table: Mapping[str, str], key: str) -> str:
    """Return what a table says of a key, or of the nearest one above; "" for nothing."""
    while key and key not in table:
        key = key.rpartition(".")[0]
    return table.get(key, "")


def _list_faces(block: Value, tree: Mapping[str, Value]) -> frozenset[str]:
    """Return the faces that every machine of a block has, of whichever kind the room makes it."""
    named = _list_all(_inside(block, "sur"))
    machines = tree.get("machines")
    kinds = (one for name in named for one in _list_all(_inside(_inside(machines, name), "genre")))
    known = [kind for kind in map(find_kind, map(str, kinds)) if kind is not None]
    return (
        frozenset(known[0].faces).intersection(*(k.faces for k in known)) if known else frozenset()
    )


def _inside(value: Value, name: Value) -> Value:
    return value.get(name) if isinstance(value, Mapping) and isinstance(name, str) else None


def _list_all(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else (value,)


def _name(block: str, topic: Topic, way: Way) -> Unread:
    label = topic.title
    if way:
        label += " : " + ", ".join(str(field.description) for field in way)
    return Unread(".".join((block, *(field.alias for field in way))), label)


def _walk(
    model: Any, values: Iterable[Value], faces: frozenset[str], tree: Mapping[str, Value]
) -> tuple[Way, ...]:
    """Return the ways to what is not read below a key, once for all the values it has.

    The way of no step says that nothing is read of it. ``faces`` are those of the machines of what
    is around, unless a key names its own.
    """
    blocks = [value for value in values if isinstance(value, Mapping)]
    own = [_list_faces(block, tree) for block in blocks if "sur" in block]
    faces = frozenset.intersection(*own) if own else faces
    unread: dict[str, tuple[Way, ...]] = {}
    fields = {name: field for name, field in find_fields(model).items() if name != _MACHINES}
    for name, field in fields.items():
        giving = [block for block in blocks if field.alias in block]
        given = [block[field.alias] for block in giving]
        if given and _is_unread(field, faces, giving):
            unread[name] = ((),)
        elif given:
            inside = [item for value in given for item in _items(field.annotation, value)]
            unread[name] = _walk(field.annotation, inside, faces, tree)
    if unread and all(ways == ((),) for ways in unread.values()):
        return ((),)
    return tuple((fields[name], *way) for name, ways in unread.items() for way in ways)


def _is_unread(
    field: FieldInfo, faces: frozenset[str], blocks: Iterable[Mapping[Any, Value]]
) -> bool:
    extra = field.json_schema_extra
    mark = extra.get(NOT_OBSERVED) if isinstance(extra, dict) else None
    if not isinstance(mark, dict):
        return bool(mark)
    if "sans" in mark:
        return any(block.get(mark["sans"]) is None for block in blocks)
    return mark["sauf"] not in faces


def _items(kind: Any, value: Value) -> Iterator[Value]:
    """Yield the blocks of a list, or of a table whose keys are names."""
    if isinstance(value, tuple):
        yield from value
    elif isinstance(value, Mapping) and get_origin(kind) is dict:
        yield from value.values()
    else:
        yield value
