"""Read evidence back, and believe nothing that its chain and digests do not prove."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from labctl.collect.facts import from_json
from labctl.collect.recorder import JOURNAL, SCHEMA, UNFINISHED
from labctl.core.chain import Record, parse_chain
from labctl.core.coming import Coming
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.incident import Course, Told
from labctl.core.store import read_bytes
from labctl.core.verdict import EvidenceRef, ExamStamp, Help, Reason, Restart, Unobserved
from labctl.facts.evidence import Evidence
from labctl.facts.reading import Key
from labctl.facts.registry import AT, is_known, list_keys, load_key, name_key
from labctl.plan.document import from_json as plan_from_json
from labctl.plan.model import Plan

_COURSE = TypeAdapter(Course)


@dataclass(frozen=True, slots=True)
class Journal:
    """The records of a run, and the first thing found wrong with them."""

    records: tuple[Record, ...]
    head: str
    tampered: Unobserved | None


def load(run_dir: Path) -> Evidence:
    """Return the facts of a run.

    A fact whose outputs were altered is unobserved (tamper), and every fact when the chain is
    broken. StoreError when there is no finished evidence, or its plan is not the one it cites.
    """
    folder = run_dir / "evidence"
    try:
        return _load(folder, read_journal(folder))
    except (KeyError, TypeError, ValueError, AttributeError) as exc:  # hashed again by a forger
        raise StoreError(_("%(folder)s n’a pas la forme d’un relevé") % {"folder": folder}) from exc


def _load(folder: Path, journal: Journal) -> Evidence:
    start = _find_start(folder, journal)
    plan = _read_plan(folder, str(start["plan"]))
    facts: dict[Key, Any] = {}
    references: dict[Key, tuple[EvidenceRef, ...]] = {}
    answers = {int(r["seq"]): r for r in journal.records if r.get("kind") == "answer"}
    by_name = {str(r.get("fact")): r for r in journal.records if r.get("kind") == "fact"}
    altered = _find_altered(folder, answers.values())
    # Of a broken chain not even the list of what was wanted is believed: nothing is left out.
    for name in map(name_key, list_keys(plan)) if journal.tampered else start["facts"]:
        if not is_known(name.partition(AT)[0]):  # a fact of another version of labctl
            continue
        key = load_key(name)
        record = by_name.get(name)
        sources = [answers[seq] for seq in (record or {}).get("answers", ()) if seq in answers]
        references[key] = tuple(_refer(source) for source in sources)
        facts[key] = journal.tampered or _read_fact(key[0], record, sources, altered)
    return Evidence(
        plan,
        str(start["isolation"]),
        str(start["at"]),
        journal.head,
        facts,
        references,
        only=tuple(str(name) for name in start.get("only", ())),
        helps=tuple(map(read_help, start.get("helps", ()))),
        restart=_read_restart(start.get("restart")),
        stamp=_read_stamp(start.get("session")),
        comings=tuple(_read_comings(journal.records)),
        incidents=tuple(_read_incidents(journal)),
    )


def _read_comings(records: Iterable[Record]) -> Iterator[Coming]:
    for record in records:
        for one in record["events"] if record.get("kind") == "door" else ():
            yield Coming(str(one["at"]), str(one["event"]), str(one["about"]))


def _read_incidents(journal: Journal) -> Iterator[Course]:
    """Yield what became of incidents; of a broken chain no line is believed."""
    for record in journal.records:
        if record.get("kind") == "incident":
            course = _COURSE.validate_python(record["course"])
            yield _distrust(course, journal.tampered.detail) if journal.tampered else course


def _distrust(course: Course, why: str) -> Course:
    looks = tuple(
        replace(
            look,
            lines=dict.fromkeys(look.lines, Told.UNKNOWN.value),
            reasons=dict.fromkeys(look.lines, (why,)),
        )
        for look in course.looks
    )
    return replace(course, looks=looks)


def read_help(found: Mapping[str, Any]) -> Help:
    """Return a solution that was applied to a bench; KeyError or TypeError when it is none."""
    words = {name: str(found[name]) for name in ("at", "by", "reason", "lot", "title")}
    topics = tuple(map(str, found["topics"]))
    return Help(**words, topics=topics, stamp=_read_stamp(found["stamp"]))


def _read_restart(found: Mapping[str, Any] | None) -> Restart | None:
    """Return the power cut that a collection came after, None when there was none."""
    if found is None:
        return None
    machines = tuple(str(name) for name in found["machines"])
    return Restart(machines, str(found["before"]), str(found["trouble"]))


def _read_stamp(found: Mapping[str, Any] | None) -> ExamStamp | None:
    """Return where in which session a collection took place, None outside any."""
    if found is None:
        return None
    phase = int(found["exam_phase"])
    return ExamStamp(str(found["session"]), str(found["route"]), phase, str(found["head"]))


def read_journal(folder: Path) -> Journal:
    """Return the records of a journal; the chain says whether one was changed, moved or removed."""
    if not (folder / JOURNAL).exists() and (folder / UNFINISHED).exists():
        raise StoreError(
            _("le relevé %(folder)s n’a pas été mené à son terme") % {"folder": folder.parent},
            hint="labctl collect",
        )
    found = parse_chain(read_bytes(folder / JOURNAL))
    is_ended = bool(found.records) and found.records[-1].get("kind") == "end"
    wrong = found.broken
    if wrong is None and (found.torn or not is_ended):
        wrong = len(found.records)
    return Journal(found.records, found.head, None if wrong is None else _tamper(wrong))


def _tamper(seq: int) -> Unobserved:
    detail = _("l’enregistrement %(seq)d des preuves a été modifié") % {"seq": seq}
    return Unobserved(Reason.TAMPER, detail)


def _find_start(folder: Path, journal: Journal) -> Record:
    first = journal.records[0] if journal.records else {}
    is_start = first.get("kind") == "start" and first.get("schema") == SCHEMA
    facts = first.get("facts")
    if not is_start or not isinstance(facts, list) or not all(isinstance(f, str) for f in facts):
        raise StoreError(
            _("%(path)s : l’enregistrement 0 n’est pas le début d’un relevé")
            % {"path": folder / JOURNAL}
        )
    return first


def _find_altered(folder: Path, answers: Any) -> frozenset[int]:
    """Return the answers whose output is gone or is another than the one recorded."""
    sound: dict[str, bool] = {}
    altered = set()
    for record in answers:
        digest = str(record.get("digest"))
        if digest not in sound:
            sound[digest] = _is_sound(folder, digest)
        if not sound[digest]:
            altered.add(int(record["seq"]))
    return frozenset(altered)


def _is_sound(folder: Path, digest: str) -> bool:
    return read_raw(folder, digest) is not None


def read_raw(folder: Path, digest: str) -> bytes | None:
    """Return an output, None unless it is the one its name says."""
    if len(digest) != 64 or not digest.isalnum():
        return None
    try:
        content = read_bytes(folder / "raw" / digest)
    except StoreError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def _read_fact(
    fact_type: type[Any],
    record: Record | None,
    sources: Sequence[Record],
    altered: frozenset[int],
) -> Any:
    if record is None:
        return Unobserved(Reason.PROTOCOL, _("ce fait manque au relevé"))
    for source in sources:
        if source["seq"] in altered:
            return _tamper(int(source["seq"]))
    trouble = record.get("unobserved")
    try:
        if trouble is not None:
            return Unobserved(Reason(trouble["reason"]), str(trouble["detail"]))
        return from_json(fact_type, json.dumps(record["value"]))
    except (ValueError, KeyError, TypeError):
        detail = _("l’enregistrement %(seq)d est illisible") % {"seq": record["seq"]}
        return Unobserved(Reason.PROTOCOL, detail)


def _refer(record: Record) -> EvidenceRef:
    return EvidenceRef(
        node=str(record["node"]),
        question=str(record["question"]),
        at=str(record["started_at"]),
        seq=int(record["seq"]),
        digest=str(record["digest"]),
    )


def _read_plan(folder: Path, digest: str) -> Plan:
    content = read_raw(folder, digest)
    if content is None:
        raise StoreError(
            _("%(folder)s : le plan du banc manque ou a été modifié (enregistrement 0)")
            % {"folder": folder}
        )
    return plan_from_json(content)
