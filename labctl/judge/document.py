"""``verdicts.json``: the verdicts of one bench as a document, the same bytes for equal verdicts."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.store import read_json, write_json
from labctl.core.verdict import BenchVerdicts

SCHEMA = "labctl/verdicts/v1"
_ADAPTER = TypeAdapter(BenchVerdicts)


def write_verdicts(path: Path, verdicts: BenchVerdicts) -> None:
    """Write the verdicts of a bench."""
    write_json(path, to_document(verdicts))


def read_verdicts(path: Path) -> BenchVerdicts:
    """Return the verdicts of a document; StoreError when it is not one."""
    document = read_json(path)
    if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
        raise StoreError(
            _("« %(path)s » n'est pas un document %(format)s") % {"path": path, "format": SCHEMA}
        )
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as exc:
        raise StoreError(
            _("« %(path)s » n'est pas un document %(format)s : %(why)s")
            % {"path": path, "format": SCHEMA, "why": exc}
        ) from exc


def to_document(verdicts: BenchVerdicts) -> dict[str, object]:
    """Return the verdicts as the plain values JSON knows."""
    return {"schema": SCHEMA, **_ADAPTER.dump_python(verdicts, mode="json")}
