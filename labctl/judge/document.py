"""``verdicts.json``: the verdicts of one bench as a document, the same bytes for equal verdicts."""

from pathlib import Path

from pydantic import TypeAdapter

from labctl.core.store import write_json
from labctl.core.verdict import BenchVerdicts

SCHEMA = "labctl/verdicts/v1"
_ADAPTER = TypeAdapter(BenchVerdicts)


def write_verdicts(path: Path, verdicts: BenchVerdicts) -> None:
    """Write the verdicts of a bench."""
    write_json(path, to_document(verdicts))


def to_document(verdicts: BenchVerdicts) -> dict[str, object]:
    """Return the verdicts as the plain values JSON knows."""
    return {"schema": SCHEMA, **_ADAPTER.dump_python(verdicts, mode="json")}
