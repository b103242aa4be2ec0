"""Forms in which topics write their values: names of machines, words for what programs count."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.spec.demand import Written
from labctl.spec.fields import Name
from labctl.spec.ground import Ground


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _find_machines(names: tuple[str, ...], ground: Ground) -> tuple[NodeName, ...]:
    unknown = [name for name in names if name not in ground.machines]
    if unknown:
        message: Any = _("machine « {name} » inconnue ; machines : {known}")
        known = ", ".join(ground.machines)
        raise PydanticCustomError("machine", message, {"name": unknown[0], "known": known})
    return tuple(NodeName(name) for name in names)


_MACHINES = {"type": "string", "minLength": 1}
Machines = Annotated[
    tuple[NodeName, ...],
    Written(
        Annotated[
            tuple[Name, ...],
            BeforeValidator(_one_or_more),
            Field(min_length=1),
            WithJsonSchema({"anyOf": [_MACHINES, {"type": "array", "items": _MACHINES}]}),
        ],
        _find_machines,
    ),
]
"""Machines that a block is about: the name of one, or a list."""


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
