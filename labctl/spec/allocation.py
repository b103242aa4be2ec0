"""Who receives which variant: ``[A, B, C][(rang + 2*colonne) mod 3]``, ``[A]`` when all do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf, WithJsonSchema
from pydantic_core import PydanticCustomError

from labctl.core.i18n import _

_FORM = re.compile(
    r"\[\s*([A-Z](?:\s*,\s*[A-Z])*)\s*\]\s*\[\s*\(?([^()\[\]]+?)\)?\s*mod\s+([0-9]{1,2})\s*\]"
)
_ONE = re.compile(r"\[\s*([A-Z])\s*\]")
_TERM = re.compile(r"(?:([0-9]{1,2})\s*\*\s*)?(rang|colonne)|([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Rule:
    """A linear rule over the seat: ``names[(row*a + column*b + c) mod modulus]``."""

    names: tuple[str, ...]
    row: int
    column: int
    constant: int
    modulus: int

    def variant_at(self, row: int, column: int) -> str:
        """Return the variant of a seat."""
        rank = (self.row * row + self.column * column + self.constant) % self.modulus
        return self.names[rank]


def parse_allocation(text: object) -> Rule:
    """Understand an allocation; ValueError in French when it is not one."""
    alone = _ONE.fullmatch(text.strip()) if isinstance(text, str) else None
    if alone:
        return Rule((alone.group(1),), 0, 0, 0, 1)
    form = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if not form:
        raise ValueError(
            _("allocation attendue, comme [A, B, C][(rang + 2*colonne) mod 3], ou [A] pour tous")
        )
    names = tuple(name.strip() for name in form.group(1).split(","))
    modulus = int(form.group(3))
    if not 1 <= modulus <= len(names):
        raise ValueError(_("l'allocation choisit parmi plus de variantes qu'elle n'en nomme"))
    weights = {"rang": 0, "colonne": 0, "": 0}
    for term in form.group(2).split("+"):
        found = _TERM.fullmatch(term.strip())
        if not found:
            raise ValueError(
                _("« %(term)s » ne se comprend pas dans l'allocation") % {"term": term.strip()}
            )
        factor, axis, constant = found.groups()
        weights[axis or ""] += int(factor or constant or 1)
    return Rule(names, weights["rang"], weights["colonne"], weights[""], modulus)


def show_allocation(names: Sequence[str]) -> str:
    """Return how an author writes an allocation of these variants that neighbours do not share."""
    if len(names) == 1:
        return f"[{names[0]}]"
    step = "colonne" if len(names) == 2 else "2*colonne"
    return f"[{', '.join(names)}][(rang + {step}) mod {len(names)}]"


def _parse(value: object) -> Rule:
    try:
        return parse_allocation(value)
    except ValueError as exc:
        message: Any = str(exc)
        raise PydanticCustomError("allocation", message) from exc


Allocation = Annotated[
    InstanceOf[Rule], BeforeValidator(_parse), WithJsonSchema({"type": "string"})
]
