"""Facts as JSON and back, and from answers to facts; pure."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from labctl.collect.needs import PROBE_ERRORS
from labctl.connect.base import Answer
from labctl.core.i18n import about
from labctl.core.plain import canonical
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.probe import NotUnderstood
from labctl.facts.reading import Reader, Wanted
from labctl.facts.registry import name_key
from labctl.plan.model import Plan


def parse(plan: Plan, wanted: Wanted, answers: Sequence[Answer]) -> Any:
    """Return the fact, or why there is none: an answer that did not come, or says nothing clear."""
    try:
        fact = wanted.conclude(plan, tuple(answers))
        canonical(to_plain(fact)).encode()  # a lone surrogate, as JSON may smuggle in, is no text
    except NotUnderstood as exc:
        return Unobserved(exc.reason, exc.detail)
    except PROBE_ERRORS as exc:
        # its text may hold the whole answer: the type says enough
        return Unobserved(Reason.PROTOCOL, about(name_key(wanted.key), type(exc).__name__))
    return fact


def is_settled(plan: Plan, reader: Reader, fact: object) -> bool:
    """Tell whether a fact needs no more waiting."""
    if reader.is_settled is None or isinstance(fact, Unobserved):
        return True
    try:
        return reader.is_settled(plan, fact)
    except PROBE_ERRORS:
        return True


def to_plain(value: Any) -> Any:
    """Return a value as what JSON knows; sets are sorted, so that equal facts are equal texts."""
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(to_plain(key)): to_plain(inside) for key, inside in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((to_plain(item) for item in value), key=str)
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)  # addresses, networks, times, Decimal


def from_json(fact_type: type[Any], text: str) -> Any:
    """Return the fact of a JSON text; ValueError when it is not one."""
    try:
        return _adapter(fact_type).validate_json(text)  # type: ignore[arg-type]  # types are hashable
    except ValidationError as exc:
        raise ValueError(f"not a {fact_type.__name__}") from exc


@cache
def _adapter(fact_type: type[Any]) -> TypeAdapter[Any]:
    """Return the reader of a type: making one takes longer than reading ten facts."""
    return TypeAdapter(fact_type)
