"""The evidence of one machine → a recording without the name of anybody in it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labctl.collect.bundle import read_journal, read_raw
from labctl.collect.facts import parse, to_plain
from labctl.connect.base import Transport
from labctl.connect.cim.scrub import Scrub
from labctl.core.chain import Record
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.plain import canonical
from labctl.core.store import write_bytes
from labctl.core.verdict import Unobserved
from labctl.facts.reading import Key, Wanted
from labctl.facts.recording import (
    ANSWERS,
    FILE,
    PLAN,
    SCHEMA,
    RecordedFact,
    Recording,
    make_answers,
    plain_bodies,
    to_document,
)
from labctl.facts.registry import list_keys, name_key, want
from labctl.plan.document import from_json, to_json
from labctl.plan.model import Node, Plan


@dataclass(frozen=True, slots=True)
class Made:
    """A recording that was written, and the facts that read otherwise than on the machine."""

    recording: Recording
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact of the evidence: what reads it, the records of its answers, and what was read."""

    wanted: Wanted
    sources: tuple[Record, ...]
    value: Any
    unread: str


def list_recorded(plan: Plan, machine: NodeName) -> tuple[Key, ...]:
    """Return the facts that are read of a machine by nothing but its own CIM answers."""
    return tuple(
        key
        for key in list_keys(plan)
        if key[1] == machine and (found := want(plan, key)) and _is_own(found, plan, machine)
    )


def _is_own(wanted: Wanted, plan: Plan, machine: NodeName) -> bool:
    try:
        asked = wanted.ask(plan)
    except (LookupError, ValueError):  # of a machine that has not what is asked about
        return False
    doors = {(question.node, question.transport) for question in asked}
    return doors == {(machine, Transport.CIM)}


def is_taken(folder: Path) -> bool:
    """Tell whether a folder holds more than what a recording that was killed leaves."""
    if not folder.is_dir():
        return folder.exists()
    return any(one.name not in (ANSWERS, PLAN) and one.suffix != ".tmp" for one in folder.iterdir())


def write_recording(run: Path, machine: NodeName, folder: Path) -> Made:
    """Write the recording of a machine from the evidence of a run; return what it holds.

    StoreError when the evidence is damaged, or when a name would be left in what is written.
    """
    evidence = run / "evidence"
    journal = read_journal(evidence)
    if journal.tampered:
        raise StoreError(journal.tampered.detail)
    start = journal.records[0]
    plan = from_json(_read(evidence, str(start["plan"])))
    facts = dict(_list_facts(journal.records, plan, machine))
    answers = {int(one["seq"]): one for fact in facts.values() for one in fact.sources}
    outputs = {
        seq: json.loads(_read(evidence, str(one["digest"])))
        for seq, one in answers.items()
        if one["trouble"] is None
    }
    scrub = _learn(plan, plan.nodes[machine], answers, outputs)
    clean_plan = _clean_plan(scrub, plan)
    numbers = {seq: number for number, seq in enumerate(sorted(outputs), start=1)}
    texts = {numbers[seq]: _render(scrub.clean(found)) for seq, found in outputs.items()}
    read = {
        name: _read_again(fact, clean_plan, _number(fact, numbers), texts)
        for name, fact in facts.items()
    }
    node = plan.nodes[machine]
    recording = Recording(
        SCHEMA,
        node.kind,
        machine,
        node.is_simulated,
        str(start["at"])[:10],
        read,
        scrub.counts,
    )
    _write(folder, recording, clean_plan, texts, scrub)
    changed = tuple(name for name, fact in facts.items() if not _is_same(scrub, fact, read[name]))
    return Made(recording, changed)


def _list_facts(
    records: Iterable[Record], plan: Plan, machine: NodeName
) -> Iterator[tuple[str, _Fact]]:
    kept = tuple(records)
    answers = {int(one["seq"]): one for one in kept if one.get("kind") == "answer"}
    by_name = {str(one["fact"]): one for one in kept if one.get("kind") == "fact"}
    for key in list_recorded(plan, machine):
        record, wanted = by_name.get(name_key(key)), want(plan, key)
        if record is not None and wanted is not None and record["answers"]:
            sources = tuple(answers[seq] for seq in record["answers"])
            trouble = record.get("unobserved") or {}
            yield (
                name_key(key),
                _Fact(wanted, sources, record.get("value"), str(trouble.get("detail", ""))),
            )


def _learn(
    plan: Plan, node: Node, answers: Mapping[int, Record], outputs: Mapping[int, Any]
) -> Scrub:
    """Return the stand-ins of every name, learnt before any is put.

    An account that questions name is the subject's invention, which labctl makes of a person's
    names: it stays, or it would be asked for under another name than the answers have.
    """
    kept = (*plan.nodes, *plan.segments, *plan.demands, plan.management.account)
    asked = json.dumps([one["body"] for one in answers.values()], ensure_ascii=False)
    scrub = Scrub(map(str, kept), asked)
    scrub.learn_name("machine", node.hostname)
    scrub.learn_name("domaine", plan.domain)
    scrub.learn_name("organisme", plan.company)
    for seq in sorted(outputs):
        scrub.learn(answers[seq]["body"], outputs[seq])
    return scrub


def _clean_plan(scrub: Scrub, plan: Plan) -> Plan:
    """Return the plan with the same stand-ins; whose room and host it was is nobody's business."""
    bare = replace(plan, hosting=None, room="", town="", title="")
    return from_json(_render(scrub.clean_values(json.loads(to_json(bare)))))


def _number(fact: _Fact, numbers: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(numbers.get(int(source["seq"]), 0) for source in fact.sources)


def _read_again(
    fact: _Fact, plan: Plan, numbers: tuple[int, ...], texts: Mapping[int, bytes]
) -> RecordedFact:
    """Return a fact as it is read of the scrubbed answers: what a test will read too."""
    questions = fact.wanted.ask(plan)
    outputs = [texts.get(number) for number in numbers]
    value = parse(plan, fact.wanted, make_answers(questions, outputs))
    bodies = plain_bodies(questions)
    if isinstance(value, Unobserved):
        return RecordedFact(bodies, numbers, unread=value.detail)
    return RecordedFact(bodies, numbers, to_plain(value))


def _is_same(scrub: Scrub, fact: _Fact, read: RecordedFact) -> bool:
    """Tell whether the scrubbed answers say what the machine's own say, names apart."""
    if fact.unread or read.unread:
        return bool(fact.unread) == bool(read.unread)
    return _without_order(scrub.clean(fact.value)) == _without_order(read.value)


def _without_order(value: Any) -> str:
    """Return a value as a text, lists sorted: a set is written in the order of its names."""
    if isinstance(value, dict):
        value = {name: _without_order(inside) for name, inside in value.items()}
    elif isinstance(value, list):
        value = sorted(map(_without_order, value))
    return canonical(value)


def _write(
    folder: Path, recording: Recording, plan: Plan, texts: Mapping[int, bytes], scrub: Scrub
) -> None:
    answers = {str(number): json.loads(text) for number, text in texts.items()}
    files = {
        ANSWERS: _render(answers),
        PLAN: to_json(plan).encode(),
        FILE: _render(to_document(recording)),
    }
    for text in files.values():
        if left := scrub.find_left(text.decode()):
            said = _("« %(name)s » resterait dans l'enregistrement : rien n'est écrit")
            raise StoreError(said % {"name": left[0]})
    for name, text in files.items():
        write_bytes(folder / name, text)


def _render(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _read(evidence: Path, digest: str) -> bytes:
    content = read_raw(evidence, digest)
    if content is None:
        raise StoreError(_("une réponse du relevé est perdue ou a été modifiée"))
    return content
