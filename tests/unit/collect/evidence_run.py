"""A small run of evidence on disk, and where its files are."""

import hashlib
import json
from pathlib import Path
from typing import Any

from checks.naming.facts.identity import Identity
from labctl.collect.recorder import JOURNAL, Recorder
from labctl.core.secrets import Secret
from labctl.core.verdict import Reason, Unobserved
from tests.fakes import answer, ask
from tests.plans import plan_of

IDENTITY = Identity("poste-07", "poste-07")
SECRET = Secret("Nacre-fenua-055102!")
Record = dict[str, Any]


def write(run: Path) -> str:
    """Write a run of two answers and two facts, one not observed; return its head."""
    recorder = Recorder(run, [SECRET])
    recorder.start(plan_of(1), "namespace", ["naming.Identity@poste", "switching.Vlans"])
    seqs = recorder.answers(
        [
            answer(ask("/bin/uname"), b"poste\n"),
            answer(ask("/bin/cat"), b"\xff key=" + SECRET.reveal().encode()),
        ]
    )
    facts = {
        "naming.Identity@poste": IDENTITY,
        "switching.Vlans": Unobserved(Reason.TIMEOUT, "trop tard"),
    }
    recorder.facts(facts, {"naming.Identity@poste": seqs, "switching.Vlans": seqs[1:]})
    return recorder.finish()


def journal(run: Path) -> Path:
    return run / "evidence" / JOURNAL


def raw(run: Path, content: bytes) -> Path:
    return run / "evidence" / "raw" / hashlib.sha256(content).hexdigest()


def records(run: Path) -> list[Record]:
    return [json.loads(line) for line in journal(run).read_bytes().splitlines()]
