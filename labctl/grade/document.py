"""``gradesheet.json``: the sheet of one bench as a document; in an exam no key speaks of points."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import TypeAdapter

from labctl.core.verdict import Verdict
from labctl.grade.model import ASSISTED, SCHEMA, GradeSheet, Mode

_ADAPTER = TypeAdapter(GradeSheet)
_OF_VERDICTS = ("weight", "earned", "waiting")  # keys of the training mode


def to_document(sheet: GradeSheet) -> dict[str, Any]:
    """Return the sheet as the plain values JSON knows; what conforms after help reads « aidé ».

    In an exam points and names are left out, keys and all.
    """
    document: dict[str, Any] = _ADAPTER.dump_python(sheet, mode="json")
    for verdict in _each_verdict(document):
        if verdict["assisted"] and verdict["verdict"] == Verdict.CONFORM.value:
            verdict["verdict"] = ASSISTED
    if sheet.mode is Mode.EXAM:
        _drop_points(document)
    return document


def from_document(document: Any) -> GradeSheet:
    """Return the sheet of a document; ValueError, KeyError or TypeError when it is none."""
    if document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    document = deepcopy(document)
    for verdict in _each_verdict(document):
        if verdict["verdict"] == ASSISTED:
            verdict["verdict"] = Verdict.CONFORM.value
    if document["mode"] == Mode.EXAM.value:
        document = _with_no_points(document)
    return _ADAPTER.validate_python(document)


def _each_verdict(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for competency in document["competencies"]:
        for criterion in competency["criteria"]:
            yield from criterion["verdicts"]


def _with_no_points(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of an exam with the keys that only training has, all of them empty."""
    competencies = [
        {
            **competency,
            "points": None,
            "criteria": [
                {
                    **criterion,
                    "points": None,
                    "verdicts": [
                        {**verdict, "weight": 0, "earned": "0", "waiting": "0"}
                        for verdict in criterion["verdicts"]
                    ],
                }
                for criterion in competency["criteria"]
            ],
        }
        for competency in document["competencies"]
    ]
    incidents = [
        {**one, "points": None, "hints": [{**hint, "price": 0} for hint in one["hints"]]}
        for one in document.get("incidents", ())
    ]
    provenance = document.get("provenance", {})
    outside = [{**check, "weight": 0} for check in provenance.get("outside", ())]
    return {
        **document,
        "competencies": competencies,
        "incidents": incidents,
        "provenance": {**provenance, "outside": outside},
    }


def _drop_points(document: dict[str, Any]) -> None:
    del document["blocked"], document["learner"]
    for check in document["provenance"]["outside"]:
        del check["weight"]
    for incident in document["incidents"]:
        del incident["points"]
        for hint in incident["hints"]:
            del hint["price"]
    for competency in document["competencies"]:
        del competency["points"]
        for criterion in competency["criteria"]:
            del criterion["points"]
            for verdict in criterion["verdicts"]:
                for key in _OF_VERDICTS:
                    del verdict[key]
