"""What benches of virtual machines are found to be: their sheets, and what does not conform."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.commands import Command

LONG = 900.0


def grade(bench: Command, *words: str) -> list[dict[str, Any]]:
    """Return the sheets of a grade that sees everything."""
    done = bench.run("grade", *words, "--json", timeout_s=LONG)
    document = json.loads(done.stdout)
    sheets: list[dict[str, Any]] = document["benches"]
    lacking = [
        (sheet["bench"], verdict["check"], verdict["message"])
        for sheet in sheets
        for verdict in list_verdicts(sheet)
        if verdict["verdict"] == "non vérifiable"
    ]
    assert (lacking, document["failed"]) == ([], {}), (lacking, document["failed"])
    assert done.returncode == 0, done.stderr[-2000:]
    return sheets


def list_refused(sheet: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what the subject asks for and does not conform, each with its sentence."""
    return [
        (verdict["check"], verdict["verdict"], verdict["message"])
        for verdict in list_verdicts(sheet)
        if verdict["verdict"] not in {"aidé", "sans objet"}
    ]


def list_verdicts(sheet: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for competency in sheet["competencies"]:
        for criterion in competency["criteria"]:
            yield from criterion["verdicts"]
