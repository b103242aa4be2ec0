"""``gradesheet.json``: the sheet of one bench as a document; in an exam no key speaks of points."""

from typing import Any

from pydantic import TypeAdapter

from labctl.grade.model import GradeSheet, Mode

_ADAPTER = TypeAdapter(GradeSheet)
_OF_VERDICTS = ("weight", "earned")  # keys of the training mode


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
