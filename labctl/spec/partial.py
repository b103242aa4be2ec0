"""What can still be read of an ill-formed variant, so that one mistake hides no other."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from labctl.spec.cahier import NO_CHOICE, Resolved
from labctl.spec.complaint import UNKNOWN_KEY
from labctl.spec.demand import Demand
from labctl.spec.ground import build_ground
from labctl.spec.layout import read_layout
from labctl.spec.loader import Path_, Value
from labctl.spec.rules.view import View
from labctl.spec.subject import Subject
from labctl.spec.variant import Variant


def build_view(resolved: Resolved) -> View | None:
    """Return what rules read of a variant, or None when its own values are ill formed.

    An unknown key does no harm: it is left out, or read as the missing key it looks like.
    """
    own = _own_values(resolved)
    if own is None:
        return None
    blocks = {block: resolved.tree[block] for block in resolved.topics}
    if resolved.subject is not None:
        return View(
            *(resolved.variant, own, resolved.subject, resolved.used),
            variants=resolved.names,
            demands=resolved.demands,
            blocks=blocks,
        )
    tree = _mend(resolved)
    sections, damaged = _read(Subject, tree, skip=("variants",))
    layout = read_layout(tree)
    for name in ("segments", "machines", "cables"):
        sections.setdefault(name, getattr(layout, name))
    damaged |= {".".join(map(str, path)) for path in _unresolved(resolved)}
    subject = Subject.model_construct(**sections)
    demands = _mend_demands(resolved, tree, damaged)
    return View(
        *(resolved.variant, own, subject, resolved.used, frozenset(damaged), resolved.names),
        *(demands, blocks),
    )


def _mend_demands(
    resolved: Resolved, tree: Mapping[str, Value], damaged: Collection[str]
) -> dict[str, Demand]:
    """Return the demands that are well formed once their unknown keys are left out."""
    demands: dict[str, Demand] = {}
    ground = build_ground(tree, NO_CHOICE)
    for block, topic in resolved.topics.items():
        if block not in damaged:
            with suppress(ValidationError):
                demands[block] = topic.load().resolve(tree[block], ground)
    return demands


def can_read(view: View, sections: tuple[str, ...]) -> bool:
    """Tell whether nothing of these sections is damaged; ``a`` is all of ``a.b``."""
    return not any(
        hurt == wanted or hurt.startswith(f"{wanted}.") or wanted.startswith(f"{hurt}.")
        for hurt in view.damaged
        for wanted in sections
    )


def _unresolved(resolved: Resolved) -> Iterator[Path_]:
    """Yield the sections that hold a reference to nothing."""
    for complaint in resolved.complaints:
        if complaint.mistake.rule == "variable":
            yield complaint.path[:1]


def _own_values(resolved: Resolved) -> Variant | None:
    variants = resolved.tree.get("variants")
    mine = variants.get(resolved.variant) if isinstance(variants, Mapping) else None
    try:
        return Variant.model_validate(mine)
    except ValidationError:
        return None


def _read(
    model: type[BaseModel], tree: Any, skip: tuple[str, ...] = ()
) -> tuple[dict[str, Any], set[str]]:
    """Return the well-formed parts of a block by field, and the keys of the others."""
    parts, damaged = {}, set()
    for name, key, required in _fields_of(model):
        if key in skip or (key not in tree and not required):
            continue
        try:
            parts[name] = _adapter(model, name).validate_python(tree[key])
        except (ValidationError, KeyError):
            damaged.add(key)
    return parts, damaged


def _fields_of(model: type[BaseModel]) -> Iterator[tuple[str, str, bool]]:
    for name, field in model.model_fields.items():
        yield name, field.alias or name, field.is_required()


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    kind: Any = model.model_fields[name].annotation
    return TypeAdapter(kind)


def _mend(resolved: Resolved) -> dict[str, Value]:
    """Return the tree without its unknown keys, those that look like a missing one renamed."""
    unknown = {c.path: c.meant for c in resolved.complaints if c.mistake.rule == UNKNOWN_KEY}
    mended = _without(resolved.tree, (), unknown)
    return dict(mended) if isinstance(mended, Mapping) else {}


def _without(value: Value, path: Path_, unknown: Mapping[Path_, str]) -> Value:
    if isinstance(value, Mapping):
        return {
            unknown.get((*path, key), key): _without(inside, (*path, key), unknown)
            for key, inside in value.items()
            if unknown.get((*path, key), key)
        }
    if isinstance(value, tuple):
        return tuple(_without(item, (*path, i), unknown) for i, item in enumerate(value))
    return value
