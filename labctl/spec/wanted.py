"""What a cahier wants of each bench, and the room gives: ``banc`` and ``valeurs``."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from labctl.core.i18n import _, mark
from labctl.spec.fields import Block, Mac, Name, Text, key
from labctl.spec.loader import Source, Value

NUMBER = "num"
"""The variable that every bench has: its number, on two digits."""


def _not_the_number(name: str) -> str:
    if name == NUMBER:
        message: Any = _("« num » est le numéro du banc, que labctl donne")
        raise PydanticCustomError("reserved", message)
    return name


ValueName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$"), AfterValidator(_not_the_number)
]


def _text_or_number(value: object) -> str | int:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    message: Any = _("texte ou nombre attendu")
    raise PydanticCustomError("given", message)


Given = Annotated[
    str | int,
    BeforeValidator(_text_or_number),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
]
"""A value that a room gives: what it must look like is the cahier's to say."""
Values = dict[ValueName, Given]
_FORMS: Mapping[str, Any] = {
    "adresse": IPv4Address,
    "mac": Mac,
    "nombre": Annotated[int, Field(strict=True)],
    "texte": Annotated[Name, Field(strict=True)],
}


class BenchValue(Block):
    """One value that each bench has of its own, or shares with a few others."""

    kind: Literal["adresse", "mac", "nombre", "texte"] = key("genre", "ce que c'est")
    usage: Text = key("usage", "à quoi elle sert")
    example: Given = key("exemple", "ce qui en tient lieu où il n'y a pas de salle")
    shared_by: Annotated[int, Field(ge=1, le=99)] = key(
        "pour", "bancs qui peuvent avoir la même", default=1
    )

    def read(self, given: str | int | None) -> str | int:
        """Return a value as it is compared; ValueError in French when it is not of this kind."""
        try:
            read = _adapter(self.kind).validate_python(given)
        except ValidationError as exc:
            raise ValueError(_(_EXPECTED[self.kind])) from exc
        return read if isinstance(read, int) else str(read)

    def explain_missing(self, name: str, bench: int) -> str:
        """Return what is said when a room does not give it."""
        said = _("le banc %(bench)d n'a pas de valeur « %(name)s » (%(usage)s)")
        return said % {"bench": bench, "name": name, "usage": self.usage}


_EXPECTED = {
    "adresse": mark("adresse IPv4 attendue, comme 10.21.30.15"),
    "mac": mark("adresse MAC attendue, comme 02:00:00:07:00:09"),
    "nombre": mark("nombre entier attendu"),
    "texte": mark("texte attendu"),
}


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_FORMS[kind])


def read_wanted(source: Source) -> dict[str, BenchValue]:
    """Return what a cahier wants of each bench, by name; what is ill formed is left out."""
    given = source.tree.get("banc")
    found = {}
    for name, value in (given if isinstance(given, Mapping) else {}).items():
        with suppress(ValidationError):
            found[name] = BenchValue.model_validate(value)
    return found


def list_examples(source: Source) -> dict[str, Value]:
    """Return the values that stand for those of a bench where there is no room."""
    given = source.tree.get("banc")
    blocks = given.items() if isinstance(given, Mapping) else ()
    examples = {n: block.get("exemple") for n, block in blocks if isinstance(block, Mapping)}
    usable = {n: example for n, example in examples.items() if isinstance(example, str | int)}
    return {**usable, NUMBER: "00"}
