"""Write the evidence of one run: a hash-chained journal, only appended to, and raw outputs.

``evidence/journal.jsonl`` is a chain (``labctl.core.chain``). ``evidence/raw/<sha256>`` are the
outputs, redacted. While a run goes on the journal has another name: a ``journal.jsonl`` is always
whole. Kinds of records: ``start``, ``door``, ``document``, ``incident``, ``visit``, ``answer``,
``fact``, ``end`` (docs/evidence.md).
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.collect.facts import to_plain
from labctl.connect.base import Answer, Transport
from labctl.connect.cli.secrets import SecretMask
from labctl.core.chain import create_chain
from labctl.core.coming import Coming
from labctl.core.handed import Document
from labctl.core.incident import Course
from labctl.core.secrets import Redactor, Secret
from labctl.core.store import make_folder, sync_folder, unwritable, write_all
from labctl.core.verdict import ExamStamp, Help, Restart, Unobserved
from labctl.plan.document import to_json
from labctl.plan.model import Plan

SCHEMA = "labctl/evidence/v2"
JOURNAL = "journal.jsonl"
UNFINISHED = "journal.unfinished.jsonl"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a collection before it begins, as in ``labctl.core.verdict.Provenance``.

    ``documents`` is None where the bench has no way in; what is on a shelf is not among them.
    """

    only: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()
    restart: Restart | None = None
    stamp: ExamStamp | None = None
    documents: tuple[Document, ...] | None = None
    comings: tuple[Coming, ...] = ()
    incidents: tuple[Course, ...] = ()


class Recorder:
    """The evidence of a run while it is written; ``finish`` makes it citable."""

    def __init__(self, run_dir: Path, known: Iterable[Secret]) -> None:
        self._folder = run_dir / "evidence"
        self._raw = self._folder / "raw"
        self._redact = Redactor(known)
        self._mask = SecretMask()
        self._kept: set[str] = set()
        self._is_raw_new = False
        try:
            make_folder(self._raw, mode=0o700)
        except OSError as exc:
            raise unwritable(self._folder, exc) from exc
        path = self._folder / UNFINISHED
        self._chain = create_chain(path, place=self._folder, hide=self._redact)

    def start(
        self,
        plan: Plan,
        isolation: str,
        facts: Sequence[str],
        circumstances: Circumstances | None = None,
    ) -> None:
        """Record what is looked at, which facts are wanted, and what had been done before.

        What happened at the candidate's way in, what was handed in there, and what became of the
        incidents of the bench come next.
        """
        known = circumstances or Circumstances()
        record = {
            "schema": SCHEMA,
            "bench": int(plan.bench),
            "cahier": plan.cahier,
            "variant": plan.variant,
            "isolation": isolation,
            "plan": self._keep(to_json(plan).encode()),
            "facts": sorted(facts),
            "only": list(known.only),
            "helps": to_plain(known.helps),
            "restart": to_plain(known.restart),
            "session": to_plain(known.stamp),
        }
        doors = [("door", {"events": to_plain(known.comings)})] if known.comings else []
        incidents = [("incident", {"course": to_plain(each)}) for each in known.incidents]
        documents = self._list(known.documents or ())
        self._append([("start", record), *doors, *documents, *incidents])

    def documents(self, documents: Sequence[Document]) -> None:
        """Record documents that were found on the way, each with its content."""
        if documents:
            self._append(self._list(documents))

    def _list(self, documents: Iterable[Document]) -> list[tuple[str, dict[str, object]]]:
        return [("document", self._render_document(each)) for each in documents]

    def visits(self, visits: Iterable[tuple[str, str, str, Unobserved | None]]) -> None:
        """Record how each machine was reached (node, transport, way), or why it was not."""
        records = (
            {"node": node, "transport": transport, "way": way, "trouble": _trouble(trouble)}
            for node, transport, way, trouble in visits
        )
        self._append([("visit", record) for record in records])

    def answers(self, answers: Sequence[Answer]) -> tuple[int, ...]:
        """Record answers, each after its earlier attempts; return the number of each record."""
        numbers, records = [], []
        for answer in answers:
            records += [("answer", self._render(one)) for one in (*answer.earlier, answer)]
            numbers.append(self._chain.count + len(records) - 1)
        self._append(records)
        return tuple(numbers)

    def facts(self, facts: Mapping[str, Any], sources: Mapping[str, Sequence[int]]) -> None:
        """Record what was understood of the answers, fact by fact."""
        records: list[tuple[str, dict[str, object]]] = []
        for name, value in sorted(facts.items()):
            record: dict[str, object] = {"fact": name, "answers": list(sources.get(name, ()))}
            if isinstance(value, Unobserved):
                record["unobserved"] = _trouble(value)
            else:
                record["value"] = to_plain(value)
            records.append(("fact", record))
        self._append(records)

    def finish(self) -> str:
        """Record the end and give the journal its name; return the head of the chain."""
        self._append([("end", {"records": self._chain.count})])
        try:
            self._chain.close()
            (self._folder / UNFINISHED).rename(self._folder / JOURNAL)
            sync_folder(self._folder)
        except OSError as exc:
            raise unwritable(self._folder, exc) from exc
        return self._chain.head

    def _render(self, answer: Answer) -> dict[str, object]:
        question = answer.question
        return {
            "node": question.node,
            "transport": question.transport,
            "question": question.text,
            "body": to_plain(question.body),
            "phase": question.phase,
            "exit_code": answer.exit_code,
            "trouble": _trouble(answer.trouble),
            "digest": self._keep(self._hide(answer)),
            "bytes": len(answer.output),
            "started_at": answer.started_at,
            "elapsed_s": answer.elapsed_s,
            "attempt": answer.attempts,
            "way": answer.way,
        }

    def _render_document(self, document: Document) -> dict[str, object]:
        """Keep a document as it is: it is the candidate's, whatever it says."""
        return {
            "name": document.name,
            "digest": self._store(document.content),
            "bytes": len(document.content),
            "modified_at": document.modified_at,
        }

    def _hide(self, answer: Answer) -> bytes:
        """Return an output without the secrets of a device that labctl was never told."""
        if answer.question.transport is not Transport.CLI:
            return answer.output
        text = answer.output.decode("utf-8", "surrogateescape")
        return self._mask(text).encode("utf-8", "surrogateescape")

    def _append(self, records: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """Append records to the chain; what they cite is durable before."""
        try:
            if self._is_raw_new:
                sync_folder(self._raw)
                self._is_raw_new = False
        except OSError as exc:
            raise unwritable(self._folder, exc) from exc
        self._chain.append(records)

    def _keep(self, output: bytes) -> str:
        """Keep an output, without secrets, under its digest; return the digest."""
        text = self._redact(output.decode("utf-8", "surrogateescape"))
        return self._store(text.encode("utf-8", "surrogateescape"))

    def _store(self, content: bytes) -> str:
        """Keep bytes under their digest, once; return the digest."""
        digest = hashlib.sha256(content).hexdigest()
        if digest in self._kept:
            return digest
        try:
            fd = os.open(self._raw / digest, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                write_all(fd, content)
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as exc:
            raise unwritable(self._raw, exc) from exc
        self._kept.add(digest)
        self._is_raw_new = True
        return digest


def _trouble(trouble: Unobserved | None) -> dict[str, str] | None:
    if trouble is None:
        return None
    return {"reason": trouble.reason.value, "detail": trouble.detail}
