"""The grade sheet as JSON: one document a bench, its shape versioned and only growing."""

from collections.abc import Sequence
from pathlib import Path

from labctl.core.store import write_json
from labctl.grade.document import to_document
from labctl.grade.model import GradeSheet


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
