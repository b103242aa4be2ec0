"""``endpoints.json``: every way into a bench; it names the files of secrets, holds none."""

import json
from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError

from labctl.connect.base import Endpoints
from labctl.core.errors import StoreError
from labctl.core.i18n import _

SCHEMA = "labctl/endpoints/v1"


def to_document(endpoints: Endpoints) -> dict[str, object]:
    """Return endpoints as the plain values JSON knows."""
    return {"schema": SCHEMA, **asdict(endpoints)}


def from_json(text: str | bytes) -> Endpoints:
    """Return the endpoints of a document; StoreError when it is not one."""
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
            raise StoreError(_("ce n'est pas un document %(format)s") % {"format": SCHEMA})
        return TypeAdapter(Endpoints).validate_python(document)
    except (ValueError, RecursionError, ValidationError) as exc:
        raise StoreError(
            _("document %(format)s incorrect : %(why)s") % {"format": SCHEMA, "why": exc}
        ) from exc
