"""Evidence on disk: written once, read back, believed only as far as it proves itself."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from labctl.collect.bundle import load
from labctl.collect.recorder import JOURNAL, UNFINISHED, Recorder
from labctl.core.errors import StoreError
from labctl.core.secrets import Secret, derive
from labctl.core.verdict import Reason, Unobserved
from labctl.probes.network.switch import Vlans
from labctl.probes.workstation.identity import Identity
from tests.fakes import answer, ask
from tests.plans import plan_of

IDENTITY = Identity("poste-07", "poste-07")
SECRET = Secret("Nacre-fenua-055102!")


def write(run: Path) -> str:
    recorder = Recorder(run, [SECRET])
    recorder.start(plan_of(1), "namespace", ["Identity", "Vlans"])
    seqs = recorder.answers(
        [
            answer(ask("/bin/uname"), b"poste\n"),
            answer(ask("/bin/cat"), b"\xff key=" + SECRET.reveal().encode()),
        ]
    )
    facts = {"Identity": IDENTITY, "Vlans": Unobserved(Reason.TIMEOUT, "trop tard")}
    recorder.facts(facts, {"Identity": seqs, "Vlans": seqs[1:]})
    return recorder.finish()


def journal(run: Path) -> Path:
    return run / "evidence" / JOURNAL


def raw(run: Path, content: bytes) -> Path:
    return run / "evidence" / "raw" / hashlib.sha256(content).hexdigest()


def test_facts_come_back(tmp_path: Path) -> None:
    head = write(tmp_path)

    evidence = load(tmp_path)

    assert evidence.facts[Identity] == IDENTITY
    assert evidence.facts[Vlans] == Unobserved(Reason.TIMEOUT, "trop tard")
    assert (evidence.head, evidence.isolation, evidence.plan) == (head, "namespace", plan_of(1))


def test_a_fact_cites_its_answers(tmp_path: Path) -> None:
    write(tmp_path)

    first, _second = load(tmp_path).references[Identity]

    assert (first.node, first.question, first.seq) == ("poste", "/bin/uname", 1)
    assert raw(tmp_path, b"poste\n").name == first.digest


def test_secrets_are_in_no_file(tmp_path: Path) -> None:
    write(tmp_path)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert [path for path in files if SECRET.reveal().encode() in path.read_bytes()] == []
    assert raw(tmp_path, b"\xff key=***").exists()


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    lambda text: quote(text, safe=""),
    lambda text: text.encode().hex(),
)


@pytest.mark.parametrize("spell", SPELLINGS)
def test_twelve_planted_secrets_are_in_no_file(tmp_path: Path, spell: Callable[[str], str]) -> None:
    secrets = [derive(SECRET, "planted", str(number)) for number in range(12)]
    planted = [f"<{spell(secret.reveal())}>" for secret in secrets]
    recorder = Recorder(tmp_path, secrets)
    recorder.start(plan_of(1), "namespace", ["Identity"])
    seqs = recorder.answers([answer(ask(f"/bin/{p}"), f"key={p}".encode()) for p in planted])
    recorder.visit("poste", "ssh", " ".join(planted), Unobserved(Reason.PROTOCOL, planted[0]))
    recorder.facts({"Identity": Identity(planted[1], planted[2])}, {"Identity": seqs})
    recorder.finish()

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert written.count(b"<***>") >= len(planted)
    assert [text for text in planted if text[1:-1].rstrip("=").encode() in written] == []


def test_only_the_owner_reads(tmp_path: Path) -> None:
    write(tmp_path)

    modes = {oct(path.stat().st_mode & 0o077) for path in tmp_path.rglob("*") if path.is_file()}

    assert modes == {"0o0"}


def test_an_unfinished_run_is_no_evidence(tmp_path: Path) -> None:
    Recorder(tmp_path, []).start(plan_of(1), "namespace", [])

    with pytest.raises(StoreError, match="mené à son terme"):
        load(tmp_path)


def test_a_run_is_never_written_twice(tmp_path: Path) -> None:
    Recorder(tmp_path, []).start(plan_of(1), "namespace", [])

    with pytest.raises(StoreError):
        Recorder(tmp_path, [])

    assert (tmp_path / "evidence" / UNFINISHED).exists()


def _flip(line: bytes) -> bytes:
    return line.replace(b"poste-07", b"poste-08")


Edit = Callable[[list[bytes]], list[bytes]]
EDITS: dict[str, Edit] = {
    "changed": lambda lines: [_flip(line) for line in lines],
    "removed": lambda lines: lines[:2] + lines[3:],
    "swapped": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "repeated": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "cut at the end": lambda lines: lines[:-1],
    "cut in a line": lambda lines: [*lines[:-1], lines[-1][:20]],
    "no json": lambda lines: [lines[0], b"[[[[", *lines[2:]],
    "added to": lambda lines: [*lines, lines[-1]],
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_journal_proves_nothing(tmp_path: Path, edit: Edit) -> None:
    write(tmp_path)
    lines = journal(tmp_path).read_bytes().splitlines()
    journal(tmp_path).write_bytes(b"\n".join(edit(lines)) + b"\n")

    facts = load(tmp_path).facts

    assert {fact.reason for fact in facts.values()} == {Reason.TAMPER}


def test_an_edited_journal_names_the_record(tmp_path: Path) -> None:
    write(tmp_path)
    lines = journal(tmp_path).read_bytes().splitlines()
    journal(tmp_path).write_bytes(b"\n".join(_flip(line) for line in lines) + b"\n")

    assert "enregistrement 4" in load(tmp_path).facts[Identity].detail


def test_an_edited_output_costs_the_facts_that_cite_it(tmp_path: Path) -> None:
    write(tmp_path)
    raw(tmp_path, b"poste\n").write_bytes(b"autre\n")

    facts = load(tmp_path).facts

    assert facts[Identity].reason is Reason.TAMPER
    assert facts[Vlans].reason is Reason.TIMEOUT


def test_a_lost_output_costs_the_facts_that_cite_it(tmp_path: Path) -> None:
    write(tmp_path)
    raw(tmp_path, b"poste\n").unlink()

    assert load(tmp_path).facts[Identity].reason is Reason.TAMPER


def test_another_plan_is_an_error(tmp_path: Path) -> None:
    write(tmp_path)
    start = json.loads(journal(tmp_path).read_bytes().splitlines()[0])
    (tmp_path / "evidence" / "raw" / start["plan"]).write_text("{}")

    with pytest.raises(StoreError, match="plan"):
        load(tmp_path)


def test_a_forger_who_hashes_again_gets_an_error_not_a_traceback(tmp_path: Path) -> None:
    write(tmp_path)
    prev, lines = "0" * 64, []
    for line in journal(tmp_path).read_bytes().splitlines():
        record = json.loads(line) | {"prev": prev}
        record.pop("started_at", None)
        lines.append(json.dumps(record).encode())
        prev = hashlib.sha256(lines[-1]).hexdigest()
    journal(tmp_path).write_bytes(b"\n".join(lines) + b"\n")

    with pytest.raises(StoreError, match="forme"):
        load(tmp_path)


def test_no_evidence_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        load(tmp_path)
