"""``plan.json``: the plan as a document, the same bytes for the same plan."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache

from pydantic import TypeAdapter, ValidationError

from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.plain import to_plain
from labctl.plan.model import Plan

SCHEMA = "labctl/plan/v2"
_REASON_CAP = 200
"""Most characters that are said of what is wrong in a document."""


def to_json(plan: Plan) -> str:
    """Return the document of a plan: keys sorted, sets sorted."""
    return plan.once("document", lambda: _write(to_document(plan)))


def _write(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def from_json(text: str | bytes) -> Plan:
    """Return the plan of a document; StoreError when it is not one."""
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
            raise StoreError(
                _("ce n'est pas un document %(format)s") % {"format": SCHEMA}, hint=_hint()
            )
        return _adapter().validate_python(document)
    except (ValueError, RecursionError, ValidationError) as exc:
        raise StoreError(
            _("document %(format)s incorrect : %(why)s")
            % {"format": SCHEMA, "why": str(exc)[:_REASON_CAP]},
            hint=_hint(),
        ) from exc


def _hint() -> str:
    return _(
        "un banc qu'un autre labctl a construit est à démonter, puis à reconstruire : down, up"
    )


@cache
def _adapter() -> TypeAdapter[Plan]:
    """Return the reader of plans, which takes a while to make."""
    return TypeAdapter(Plan)


def digest(plan: Plan) -> str:
    """Return the SHA-256 of the document of a plan."""
    return hashlib.sha256(to_json(plan).encode()).hexdigest()


def to_document(plan: Plan) -> dict[str, object]:
    """Return a plan as the plain values JSON knows."""
    named = (field.name for field in fields(plan) if field.init)
    return {"schema": SCHEMA, **{name: to_plain(getattr(plan, name)) for name in named}}
