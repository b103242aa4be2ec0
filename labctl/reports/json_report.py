"""The grade sheet as JSON: one document a bench, its shape versioned and only growing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from labctl.core.store import write_json
from labctl.grade.model import GradeSheet

_ADAPTER = TypeAdapter(GradeSheet)


class JsonReport:
    """Writer of ``banc-07.json``."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write one document per bench; in exam mode no key speaks of points."""
        written = []
        for sheet in sheets:
            path = folder / f"banc-{sheet.bench:02d}.json"
            write_json(path, to_document(sheet), mode=0o644)
            written.append(path)
        return tuple(written)


def to_document(sheet: GradeSheet) -> dict[str, Any]:
    """Return the sheet as JSON values; points are left out, keys and all, in exam mode."""
    document: dict[str, Any] = _ADAPTER.dump_python(sheet, mode="json")
    if sheet.mode == "examen":
        for competency in document["competencies"]:
            del competency["points"]
            for criterion in competency["criteria"]:
                del criterion["points"]
                for verdict in criterion["verdicts"]:
                    del verdict["weight"], verdict["earned"]
    return document
