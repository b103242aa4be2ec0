"""Evidence on disk, read back: believed only as far as it proves itself."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.naming.facts.identity import Identity
from checks.switching.facts.tables import Vlans
from labctl.collect.bundle import load
from labctl.collect.recorder import UNFINISHED, Circumstances, Recorder
from labctl.core.chain import FIRST
from labctl.core.coming import Coming
from labctl.core.errors import StoreError
from labctl.core.incident import Course, Looked, Told
from labctl.core.verdict import EvidenceRef, ExamStamp, Reason, Unobserved
from tests.fakes import answer, ask
from tests.plans import plan_of
from tests.unit.collect.evidence_run import IDENTITY, Record, journal, raw, records, write


def test_facts_come_back(tmp_path: Path) -> None:
    head = write(tmp_path)

    evidence = load(tmp_path)

    assert evidence.facts[Identity, "poste"] == IDENTITY
    assert evidence.facts[Vlans, ""] == Unobserved(Reason.TIMEOUT, "trop tard")
    assert (evidence.head, evidence.isolation, evidence.plan) == (head, "namespace", plan_of(1))


def test_where_in_an_exam_it_took_place_comes_back(tmp_path: Path) -> None:
    stamp = ExamStamp("s1", "titre", 2, "a" * 64)
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", [], Circumstances(stamp=stamp))
    recorder.finish()

    assert load(tmp_path).stamp == stamp


def test_who_came_by_the_way_in_comes_back(tmp_path: Path) -> None:
    came = Coming("2026-03-02T09:10:00Z", "in", "poste")
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", [], Circumstances(comings=(came,)))
    recorder.finish()

    assert load(tmp_path).comings == (came,)


def test_what_became_of_an_incident_comes_back_and_is_not_believed_once_edited(
    tmp_path: Path,
) -> None:
    look = Looked("2026-03-02T09:10:00Z", {"gone": Told.YES.value, "repaired": Told.NO.value}, {})
    course = Course(1, "P-12", "2026-03-02T09:00:00Z", "2026-03-02T09:00:07Z", looks=(look,))
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", [], Circumstances(incidents=(course,)))
    recorder.finish()
    assert load(tmp_path).incidents == (course,)

    text = journal(tmp_path).read_bytes().replace(b"09:10:00", b"09:05:00")
    journal(tmp_path).write_bytes(text)
    (found,) = load(tmp_path).incidents

    (doubted,) = found.looks
    assert (found.id, doubted.told) == ("P-12", Told.UNKNOWN)
    assert set(doubted.reasons) == {"gone", "repaired"}


def test_a_fact_cites_its_answers(tmp_path: Path) -> None:
    write(tmp_path)

    first, _second = load(tmp_path).references[Identity, "poste"]

    assert (first.node, first.question, first.seq) == ("poste", "/bin/uname", 1)
    assert raw(tmp_path, b"poste\n").name == first.digest


def test_an_unfinished_run_is_no_evidence(tmp_path: Path) -> None:
    Recorder(tmp_path, []).start(plan_of(1), "namespace", [])

    with pytest.raises(StoreError, match="mené à son terme"):
        load(tmp_path)


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
    "ended as in Windows": lambda lines: [line + b"\r" for line in lines],
    "marked": lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]],
    "spaced": lambda lines: [*lines, b""],
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

    assert "enregistrement 3" in load(tmp_path).facts[Identity, "poste"].detail


def test_an_edited_output_costs_the_facts_that_cite_it(tmp_path: Path) -> None:
    write(tmp_path)
    raw(tmp_path, b"poste\n").write_bytes(b"autre\n")

    facts = load(tmp_path).facts

    assert facts[Identity, "poste"].reason is Reason.TAMPER
    assert facts[Vlans, ""].reason is Reason.TIMEOUT


def test_a_lost_output_costs_the_facts_that_cite_it(tmp_path: Path) -> None:
    write(tmp_path)
    raw(tmp_path, b"poste\n").unlink()

    assert load(tmp_path).facts[Identity, "poste"].reason is Reason.TAMPER


def make_hollow(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 42)


ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": Path.mkdir,
    "a loop": lambda path: path.symlink_to(path.name),
    "four tebibytes": make_hollow,
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_an_output_that_is_no_file_is_altered_and_nobody_waits(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    write(tmp_path)
    raw(tmp_path, b"poste\n").unlink()
    make(raw(tmp_path, b"poste\n"))

    assert load(tmp_path).facts[Identity, "poste"].reason is Reason.TAMPER


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_a_journal_that_is_no_file_is_an_error(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    write(tmp_path)
    journal(tmp_path).unlink()
    make(journal(tmp_path))

    with pytest.raises(StoreError):
        load(tmp_path)


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


def forge(run: Path, change: Callable[[Record], Record | None]) -> None:
    """Rewrite the records of a run as one would who knows how to hash them again."""
    prev, lines = FIRST, list[bytes]()
    for line in journal(run).read_bytes().splitlines():
        record = change(json.loads(line))
        if record is not None:
            lines.append(json.dumps(record | {"seq": len(lines), "prev": prev}).encode())
            prev = hashlib.sha256(lines[-1]).hexdigest()
    journal(run).write_bytes(b"".join(line + b"\n" for line in lines))


def test_a_reference_says_where_to_look(tmp_path: Path) -> None:
    write(tmp_path)

    evidence = load(tmp_path)

    digest = hashlib.sha256(b"poste\n").hexdigest()
    at = "2026-01-01T00:00:00.000Z"
    assert evidence.references[Identity, "poste"][0] == EvidenceRef(
        "poste", "/bin/uname", at, 1, digest
    )
    assert evidence.collected_at == records(tmp_path)[0]["at"]


def test_an_output_said_twice_is_kept_once(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", ["naming.Identity@poste"])
    seqs = recorder.answers([answer(ask("/bin/a"), b"same"), answer(ask("/bin/b"), b"same")])
    recorder.facts({"naming.Identity@poste": IDENTITY}, {"naming.Identity@poste": seqs})
    recorder.finish()

    assert load(tmp_path).facts[Identity, "poste"] == IDENTITY
    raw(tmp_path, b"same").unlink()
    assert load(tmp_path).facts[Identity, "poste"] == Unobserved(
        Reason.TAMPER, "l’enregistrement 1 des preuves a été modifié"
    )


def test_an_unfinished_run_says_what_to_do(tmp_path: Path) -> None:
    Recorder(tmp_path, []).start(plan_of(1), "namespace", [])

    with pytest.raises(StoreError) as caught:
        load(tmp_path)

    assert caught.value.message == f"le relevé {tmp_path} n’a pas été mené à son terme"
    assert caught.value.hint == "labctl collect"


def test_a_finished_run_beside_an_unfinished_one_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "evidence" / UNFINISHED).touch()

    assert load(tmp_path).facts[Identity, "poste"] == IDENTITY


def test_a_fact_of_another_version_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path)
    forge(tmp_path, lambda r: r | {"facts": ["Ghost", *r["facts"]]} if "facts" in r else r)

    assert set(load(tmp_path).facts) == {(Identity, "poste"), (Vlans, "")}


def test_a_fact_that_was_not_recorded_is_not_known(tmp_path: Path) -> None:
    write(tmp_path)
    forge(tmp_path, lambda r: None if r.get("fact") == "naming.Identity@poste" else r)

    assert load(tmp_path).facts[Identity, "poste"] == Unobserved(
        Reason.PROTOCOL, "ce fait manque au relevé"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": {"name": 3}},
        {"value": None},
        {"unobserved": {"reason": "tired", "detail": ""}},
        {"unobserved": {"reason": "timeout"}},
        {"unobserved": 3},
    ],
    ids=str,
)
def test_a_fact_that_cannot_be_read_says_where(tmp_path: Path, wrong: Record) -> None:
    write(tmp_path)
    forge(tmp_path, lambda r: r | wrong if r.get("fact") == "naming.Identity@poste" else r)

    assert load(tmp_path).facts[Identity, "poste"] == Unobserved(
        Reason.PROTOCOL, "l’enregistrement 3 est illisible"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "answer"},
        {"schema": "labctl/evidence/v0"},
        {"facts": "naming.Identity@poste"},
        {"facts": ["naming.Identity@poste", 3]},
        {"facts": None},
    ],
    ids=str,
)
def test_a_journal_that_does_not_begin_is_an_error(tmp_path: Path, wrong: Record) -> None:
    write(tmp_path)
    forge(tmp_path, lambda r: r | wrong if r["kind"] == "start" else r)

    with pytest.raises(StoreError) as caught:
        load(tmp_path)

    assert caught.value.message == (
        f"{journal(tmp_path)} : l’enregistrement 0 n’est pas le début d’un relevé"
    )


def test_an_empty_journal_is_an_error(tmp_path: Path) -> None:
    write(tmp_path)
    journal(tmp_path).write_bytes(b"")

    with pytest.raises(StoreError, match="n’est pas le début"):
        load(tmp_path)


@pytest.mark.parametrize("digest", ["../../../etc/passwd", "a" * 63 + "/", "a" * 64, "", 3])
def test_a_digest_that_leads_nowhere_is_an_altered_output(tmp_path: Path, digest: object) -> None:
    write(tmp_path)
    forge(tmp_path, lambda r: r | {"digest": digest} if r["kind"] == "answer" else r)

    assert load(tmp_path).facts[Identity, "poste"] == Unobserved(
        Reason.TAMPER, "l’enregistrement 1 des preuves a été modifié"
    )


@pytest.mark.parametrize("plan", ["../" * 21 + "x", "a" * 64])
def test_a_plan_that_is_not_there_is_an_error(tmp_path: Path, plan: str) -> None:
    write(tmp_path)
    forge(tmp_path, lambda r: r | {"plan": plan} if r["kind"] == "start" else r)

    with pytest.raises(StoreError) as caught:
        load(tmp_path)

    assert caught.value.message == (
        f"{tmp_path / 'evidence'} : le plan du banc manque ou a été modifié (enregistrement 0)"
    )
