"""Answers of a run as people read them: only what the chain and the digests vouch for."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from labctl.collect.bundle import read_journal, read_raw
from labctl.core.errors import StoreError
from labctl.core.exhibit import Dossier, Exhibit
from labctl.core.i18n import _

MOST_OF_A_BODY = 8000
"""Characters of the body of a question: scripts are long, and the journal has the whole."""


def read_dossier(run_dir: Path, wanted: Collection[int] | None, most: int) -> Dossier:
    """Return the wanted answers of a run (None: all of them), each cut to ``most`` bytes.

    Where the chain breaks, the records from there on are left out, and ``broken`` says so.
    StoreError when the run has no finished evidence.
    """
    folder = run_dir / "evidence"
    journal = read_journal(folder)
    # What vouches for a record is the one after it: the last before a break may be the changed one.
    records = journal.records[:-1] if journal.tampered else journal.records
    try:
        found = [
            _read(folder, record, most)
            for record in records
            if record.get("kind") == "answer" and (wanted is None or record["seq"] in wanted)
        ]
    except (KeyError, TypeError, ValueError) as exc:  # hashed again by a forger
        raise StoreError(_("%(folder)s n’a pas la forme d’un relevé") % {"folder": folder}) from exc
    broken = journal.tampered.detail if journal.tampered else ""
    return Dossier(run_dir.name, journal.head, {one.seq: one for one in found}, broken)


def _read(folder: Path, record: Mapping[str, Any], most: int) -> Exhibit:
    raw = read_raw(folder, str(record["digest"]))
    exit_code, trouble = record.get("exit_code"), record.get("trouble")
    return Exhibit(
        seq=int(record["seq"]),
        node=str(record["node"]),
        transport=str(record["transport"]),
        question=str(record["question"]),
        body=_say(record.get("body"))[:MOST_OF_A_BODY],
        at=str(record["started_at"]),
        elapsed_s=float(record["elapsed_s"]),
        exit_code=None if exit_code is None else int(exit_code),
        trouble=str(trouble["detail"]) if trouble else "",
        digest=str(record["digest"]),
        size=int(record["bytes"]),
        answer=None if raw is None else raw[:most].decode("utf-8", "replace"),
        is_cut=len(raw or b"") > most,
    )


def _say(body: object) -> str:
    if body is None or isinstance(body, str):
        return body or ""
    return json.dumps(body, ensure_ascii=False)
