"""``gradesheet.json``: the sheet of one bench as a document; in an exam no key speaks of points."""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.store import read_json, write_json
from labctl.grade.model import SCHEMA, GradeSheet, Mode

_ADAPTER = TypeAdapter(GradeSheet)
_OF_VERDICTS = {"weight": 0, "earned": "0"}  # keys of the training mode, and what stands for them


def write_sheet(path: Path, sheet: GradeSheet) -> None:
    """Write the sheet of a bench."""
    write_json(path, to_document(sheet))


def read_sheet(path: Path) -> GradeSheet:
    """Return the sheet of a document; StoreError when it is not one."""
    document = read_json(path)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise StoreError(
            _("« %(path)s » n'est pas un document %(format)s") % {"path": path, "format": SCHEMA}
        )
    try:
        if document.get("mode") == Mode.EXAM:
            _add_points(document)
        return _ADAPTER.validate_python(document)
    except (KeyError, TypeError, ValidationError) as exc:
        raise StoreError(
            _("« %(path)s » n'est pas un document %(format)s : %(why)s")
            % {"path": path, "format": SCHEMA, "why": exc}
        ) from exc


def to_document(sheet: GradeSheet) -> dict[str, Any]:
    """Return the sheet as the plain values JSON knows; points left out in an exam, keys and all."""
    document: dict[str, Any] = _ADAPTER.dump_python(sheet, mode="json")
    if sheet.mode is Mode.EXAM:
        _drop_points(document)
    return document


def _drop_points(document: dict[str, Any]) -> None:
    for competency in document["competencies"]:
        del competency["points"]
        for criterion in competency["criteria"]:
            del criterion["points"]
            for verdict in criterion["verdicts"]:
                for key in _OF_VERDICTS:
                    del verdict[key]


def _add_points(document: dict[str, Any]) -> None:
    for competency in document["competencies"]:
        competency["points"] = None
        for criterion in competency["criteria"]:
            criterion["points"] = None
            for verdict in criterion["verdicts"]:
                verdict.update(_OF_VERDICTS)
