"""What can still be read of an ill-formed variant, so that one mistake hides no other."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from labctl.spec.cahier import Resolved
from labctl.spec.complaint import UNKNOWN_KEY, Complaint
from labctl.spec.loader import Path_, Value
from labctl.spec.rules.view import View
from labctl.spec.subject import Subject
from labctl.spec.variant import Variant


def damaged_sections(resolved: Resolved) -> frozenset[str]:
    """Return the sections of a variant that no rule can read; unknown keys do no harm."""
    return frozenset(str(found.path[0]) for found in _serious(resolved) if found.path)


def build_view(resolved: Resolved) -> View | None:
    """Return what rules read of a variant, or None when its own values are ill formed."""
    own = _own_values(resolved)
    if own is None:
        return None
    if resolved.subject is not None:
        return View(resolved.variant, own, resolved.subject, resolved.used)
    pruned = _prune(resolved)
    damaged = damaged_sections(resolved)
    sections = {
        name: _adapter(name).validate_python(pruned[field.alias or name])
        for name, field in Subject.model_fields.items()
        if field.alias in pruned and field.alias not in damaged and field.alias != "variants"
    }
    return View(resolved.variant, own, Subject.model_construct(**sections), resolved.used)


def _serious(resolved: Resolved) -> tuple[Complaint, ...]:
    return tuple(c for c in resolved.complaints if c.mistake.rule != UNKNOWN_KEY)


def _own_values(resolved: Resolved) -> Variant | None:
    variants = resolved.tree.get("variants")
    mine = variants.get(resolved.variant) if isinstance(variants, Mapping) else None
    try:
        return Variant.model_validate(mine)
    except ValidationError:
        return None


def _prune(resolved: Resolved) -> dict[str, Value]:
    unknown = {c.path for c in resolved.complaints if c.mistake.rule == UNKNOWN_KEY}
    return {key: _without(value, (key,), unknown) for key, value in resolved.tree.items()}


def _without(value: Value, path: Path_, unknown: set[Path_]) -> Value:
    if isinstance(value, Mapping):
        return {
            key: _without(inside, (*path, key), unknown)
            for key, inside in value.items()
            if (*path, key) not in unknown
        }
    if isinstance(value, tuple):
        return tuple(_without(item, (*path, i), unknown) for i, item in enumerate(value))
    return value


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    kind: Any = Subject.model_fields[name].annotation
    return TypeAdapter(kind)
