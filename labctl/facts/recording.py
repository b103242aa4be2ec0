"""A recording: what one machine answered to every reader, scrubbed, with the plan it was asked by.

A folder holds ``recording.json``, ``plan.json`` and ``answers.json``, by number. Laid in
``vm_templates/<kind>/recordings/<name>/`` it is a test of the readers, and evidence of which of
them were seen on that product (docs/windows-reel.md).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from labctl.connect.base import Answer, Question
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.paths import list_content
from labctl.core.store import read_bytes, read_json
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.reading import Wanted
from labctl.facts.registry import AT, name_key
from labctl.plan.document import from_json
from labctl.plan.model import Plan
from labctl.spec.kind import FOLDER

SCHEMA = "labctl/recording/v1"
FILE, PLAN, ANSWERS, FOLDERS = "recording.json", "plan.json", "answers.json", "recordings"
_SILENT = Unobserved(Reason.UNREACHABLE, "pas de réponse")
_AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """One fact: the bodies of its questions, the numbers of their answers, and what was read.

    An answer that did not come has the number 0. ``unread`` says why there is no ``value``.
    """

    questions: tuple[dict[str, Any], ...]
    answers: tuple[int, ...]
    value: Any = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """What one machine answered; ``replaced`` counts the values that have stand-ins, by sort."""

    schema: str
    kind: str
    machine: str
    is_simulated: bool
    recorded_on: str
    facts: dict[str, RecordedFact]
    replaced: dict[str, int] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Recording]:
    return TypeAdapter(Recording)


def to_document(recording: Recording) -> dict[str, Any]:
    """Return a recording as the plain values JSON knows."""
    document: dict[str, Any] = _adapter().dump_python(recording, mode="json")
    return document


def read_recording(folder: Path) -> Recording:
    """Return what a folder holds; StoreError when it is no recording."""
    path = folder / FILE
    try:
        recording = _adapter().validate_python(read_json(path))
    except ValidationError as exc:
        raise StoreError(_("« %(path)s » n'est pas un enregistrement") % {"path": path}) from exc
    if recording.schema != SCHEMA:
        raise StoreError(_("« %(path)s » n'est pas un enregistrement") % {"path": path})
    return recording


def read_plan(folder: Path) -> Plan:
    """Return the plan that the machine was asked by."""
    return from_json(read_bytes(folder / PLAN))


def read_answers(
    folder: Path, wanted: Wanted, plan: Plan, recorded: RecordedFact
) -> tuple[Answer, ...]:
    """Return the recorded answers to the questions of a reader; ValueError when it asks others."""
    questions = wanted.ask(plan)
    if plain_bodies(questions) != recorded.questions:
        raise ValueError(name_key(wanted.key))
    answers = read_json(folder / ANSWERS)
    outputs = [_find(answers, number) for number in recorded.answers]
    return make_answers(questions, outputs)


def plain_bodies(questions: Iterable[Question]) -> tuple[dict[str, Any], ...]:
    """Return what questions ask as JSON keeps it."""
    return tuple(json.loads(json.dumps(question.body)) for question in questions)


def _find(answers: Any, number: int) -> bytes | None:
    return json.dumps(answers[str(number)]).encode() if number else None


def make_answers(
    questions: Iterable[Question], outputs: Iterable[bytes | None]
) -> tuple[Answer, ...]:
    """Return recorded outputs as answers; None is one that did not come."""
    return tuple(
        Answer(question, output or b"", None, _SILENT if output is None else None, _AT, 0.0)
        for question, output in zip(questions, outputs, strict=True)
    )


def list_seen(kind: str) -> frozenset[str]:
    """Return the facts of which a machine of a kind, no imitation, was recorded and understood."""
    found = list_content(f"{FOLDER}/{kind}/{FOLDERS}", f"*/{FILE}")
    stamps = tuple((path, path.stat().st_mtime_ns) for path in found.values())
    return _list_seen(kind, stamps)


@lru_cache(maxsize=16)
def _list_seen(kind: str, stamps: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    recordings = (read_recording(path.parent) for path, _mtime in stamps)
    return frozenset(
        key.partition(AT)[0]
        for recording in recordings
        if recording.kind == kind and not recording.is_simulated
        for key, fact in recording.facts.items()
        if not fact.unread
    )
