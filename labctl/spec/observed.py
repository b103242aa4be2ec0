"""Keys of a cahier that no check reads: its author, and the jury, are told of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from labctl.spec.cahier import topics_of
from labctl.spec.complaint import find_fields
from labctl.spec.fields import NOT_OBSERVED
from labctl.spec.loader import Source, Value


def list_unobserved(source: Source) -> tuple[str, ...]:
    """Return the keys that a cahier gives and no check reads: ``durcissement.rdp.groupe``."""
    found = (
        f"{block}.{key}"
        for block, topic in topics_of(source.tree).items()
        for key in _walk(topic.load(), source.tree[block])
    )
    return tuple(dict.fromkeys(found))


def _walk(model: Any, value: Value) -> Iterator[str]:
    """Yield the keys of a block, those of the items of a list as if there were one."""
    for item in value if isinstance(value, tuple) else (value,):
        given = item if isinstance(item, Mapping) else {}
        for field in find_fields(model).values():
            if field.alias in given and NOT_OBSERVED in (field.json_schema_extra or {}):
                yield field.alias
            elif field.alias in given:
                inside = _walk(field.annotation, given[field.alias])
                yield from (f"{field.alias}.{key}" for key in inside)
