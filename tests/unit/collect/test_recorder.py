"""Evidence as it is written: durable, in order, without a secret, for its owner alone."""

import base64
import errno
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from checks.naming.facts.identity import Identity
from labctl.collect.recorder import UNFINISHED, Circumstances, Recorder
from labctl.connect.base import Question, Transport, Way
from labctl.core.errors import StoreError
from labctl.core.handed import Document
from labctl.core.ids import NodeName
from labctl.core.secrets import derive
from labctl.core.verdict import ExamStamp, Help, Reason, Unobserved
from labctl.plan.document import to_json
from tests.fakes import answer, ask
from tests.plans import plan_of
from tests.unit.collect.evidence_run import IDENTITY, SECRET, journal, raw, records, write

STAMP = ExamStamp("s1", "titre", 1, "a")


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
    recorder.start(plan_of(1), "namespace", ["naming.Identity"])
    seqs = recorder.answers([answer(ask(f"/bin/{p}"), f"key={p}".encode()) for p in planted])
    said = Unobserved(Reason.PROTOCOL, planted[0])
    recorder.visits([("poste", "ssh", " ".join(planted), said)])
    recorder.facts({"naming.Identity": Identity(planted[1], planted[2])}, {"naming.Identity": seqs})
    recorder.finish()

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert written.count(b"<***>") >= len(planted)
    assert [text for text in planted if text[1:-1].rstrip("=").encode() in written] == []


def test_secrets_of_a_device_that_nobody_told_labctl_are_in_no_file(tmp_path: Path) -> None:
    """They are known by their line; the same text of another kind of machine stays."""
    said = b"ntp authentication-key 1 md5 104D000A0618 7\nhostname S\n"
    device = Question(NodeName("commutateur"), Transport.CLI, "show running-config", {})
    recorder = Recorder(tmp_path, ())

    recorder.answers((answer(device, said), answer(ask("a"), said)))
    recorder.finish()

    kept = {path.read_bytes() for path in (tmp_path / "evidence" / "raw").iterdir()}
    assert kept == {said, b"ntp authentication-key 1 md5 ***1 7\nhostname S\n"}


def test_only_the_owner_reads(tmp_path: Path) -> None:
    write(tmp_path)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    (raw,) = tmp_path.rglob("raw")
    modes = {oct(path.stat().st_mode & 0o077) for path in (raw, *files)}

    assert modes == {"0o0"}


def test_a_run_is_never_written_twice(tmp_path: Path) -> None:
    Recorder(tmp_path, []).start(plan_of(1), "namespace", [])

    with pytest.raises(StoreError):
        Recorder(tmp_path, [])

    assert (tmp_path / "evidence" / UNFINISHED).exists()


def test_the_journal_says_what_docs_evidence_says(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, [])
    handed_in = Document("-rf fiche.odt", b"a word", "2026-01-01T08:30:00Z")
    given = Help("2026-01-01T08:00:00.000Z", "jury", "essai")
    known = Circumstances(("6.2",), (given,), stamp=STAMP, documents=(handed_in,))
    recorder.start(plan_of(2), "vm", ["switching.Vlans", "naming.Identity"], known)
    late = Unobserved(Reason.TIMEOUT, "trop tard")
    recorder.visits([("poste", "ssh", "console", None), ("nas", "smb", "", late)])
    trouble = Unobserved(Reason.OUTPUT_LIMIT, "trop long")
    one = replace(answer(ask("/bin/a"), b"fine", 3), attempts=2, way=Way.CONSOLE)
    assert recorder.answers([one]) == (4,)
    assert recorder.answers([answer(ask("/bin/b"), b"", None, trouble)]) == (5,)
    facts = {"switching.Vlans": trouble, "naming.Identity": IDENTITY}
    recorder.facts(facts, {"naming.Identity": [4, 5]})
    head = recorder.finish()

    found = records(tmp_path)

    for rank, record in enumerate(found):
        assert record["seq"] == rank
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("at"))
        assert round(record["monotonic"], 3) == record.pop("monotonic") > 0
    empty = hashlib.sha256(b"").hexdigest()
    fine = hashlib.sha256(b"fine").hexdigest()
    plan = hashlib.sha256(to_json(plan_of(2)).encode()).hexdigest()
    bodies = [{k: v for k, v in r.items() if k not in ("seq", "prev")} for r in found]
    common = {"node": "poste", "transport": "ssh", "phase": 0, "elapsed_s": 0.01}
    common |= {"started_at": "2026-01-01T00:00:00.000Z", "kind": "answer"}
    said = {"reason": "output_limit", "detail": "trop long"}
    assert bodies == [
        {"kind": "start", "schema": "labctl/evidence/v2", "bench": 2, "cahier": "tai-tp-pme-01",
         "variant": plan_of(2).variant, "isolation": "vm", "plan": plan,
         "facts": ["naming.Identity", "switching.Vlans"], "only": ["6.2"],
         "helps": [{"at": "2026-01-01T08:00:00.000Z", "by": "jury", "reason": "essai", "lot": "",
                    "title": "", "topics": [], "stamp": None}], "restart": None,
         "session": {"session": "s1", "route": "titre", "exam_phase": 1, "head": "a"}},
        {"kind": "document", "name": "-rf fiche.odt", "bytes": 6,
         "digest": hashlib.sha256(b"a word").hexdigest(), "modified_at": "2026-01-01T08:30:00Z"},
        {"kind": "visit", "node": "poste", "transport": "ssh", "way": "console", "trouble": None},
        {"kind": "visit", "node": "nas", "transport": "smb", "way": "",
         "trouble": {"reason": "timeout", "detail": "trop tard"}},
        common | {"question": "/bin/a", "body": {"argv": ["/bin/a"]}, "exit_code": 3,
                  "trouble": None, "digest": fine, "bytes": 4, "attempt": 2, "way": "console"},
        common | {"question": "/bin/b", "body": {"argv": ["/bin/b"]}, "exit_code": None,
                  "trouble": said, "digest": empty, "bytes": 0, "attempt": 1, "way": "vantage"},
        {"kind": "fact", "fact": "naming.Identity", "answers": [4, 5],
         "value": {"running_name": "poste-07", "static_name": "poste-07"}},
        {"kind": "fact", "fact": "switching.Vlans", "answers": [], "unobserved": said},
        {"kind": "end", "records": 8},
    ]  # fmt: skip
    assert found[0]["prev"] == "0" * 64
    last = journal(tmp_path).read_bytes().splitlines()[-1]
    assert head == hashlib.sha256(last).hexdigest()


def refuse(_fd: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_cannot_be_made_durable_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "evidence"
    recorder = Recorder(tmp_path, [])
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreError) as journal_said:
            recorder.visits([("poste", "ssh", "", None)])
        with pytest.raises(StoreError) as raw_said:
            recorder.answers([answer(ask("/bin/a"), b"x")])
        with pytest.raises(StoreError):
            recorder.finish()
    assert journal_said.value.message == f"« {folder} » ne peut être écrit : le disque est plein"
    assert raw_said.value.message == f"« {folder}/raw » ne peut être écrit : le disque est plein"
    with pytest.raises(StoreError) as taken:
        Recorder(tmp_path, [])
    assert taken.value.message == f"« {folder} » ne peut être écrit : un fichier porte ce nom"


def test_a_journal_that_cannot_get_its_name_is_an_error(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", [])
    journal(tmp_path).mkdir()

    with pytest.raises(StoreError, match="ne peut être écrit : c'est un dossier"):
        recorder.finish()


def test_outputs_are_durable_before_what_cites_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path, [])
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda fd: synced.append(Path(f"/proc/self/fd/{fd}").readlink().name)
    )

    recorder.visits(
        [("poste", "ssh", "", None), ("nas", "ssh", "", None)]
    )  # made durable in one go
    recorder.answers([answer(ask("/bin/a"), b"x")])
    recorder.answers([answer(ask("/bin/a"), b"x")])
    recorder.finish()

    output = hashlib.sha256(b"x").hexdigest()
    assert synced == [
        UNFINISHED, output, "raw", UNFINISHED, UNFINISHED, UNFINISHED, "evidence",
    ]  # fmt: skip


def test_an_attempt_that_got_nothing_is_recorded_before_the_one_that_did(tmp_path: Path) -> None:
    late = replace(answer(ask("/bin/b"), b""), trouble=Unobserved(Reason.TIMEOUT, "trop tard"))
    found = replace(answer(ask("/bin/b"), b"ici\n"), attempts=2, earlier=(late,))
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", ["naming.Identity"])

    numbers = recorder.answers([answer(ask("/bin/a"), b"moi\n"), found])
    known = {"naming.Identity": Identity("poste", "moana.test")}
    recorder.facts(known, {"naming.Identity": numbers})
    recorder.finish()

    written = {one["seq"]: one for one in records(tmp_path)}
    assert [written[number]["bytes"] for number in numbers] == [4, 4]
    attempts = [one for one in written.values() if one.get("question") == "/bin/b"]
    assert [(one["attempt"], one["trouble"] and one["trouble"]["reason"]) for one in attempts] == [
        (1, Reason.TIMEOUT.value),
        (2, None),
    ]


def test_a_document_is_kept_as_it_is(tmp_path: Path) -> None:
    """It may hold a password: that is the candidate's answer, and not labctl's to change."""
    content = b"\xff code: " + SECRET.reveal().encode()
    recorder = Recorder(tmp_path, [SECRET])
    documents = (Document("fiche.bin", content, "2026-01-01T08:30:00Z"),)
    recorder.start(plan_of(1), "namespace", [], Circumstances(documents=documents))
    recorder.finish()

    assert raw(tmp_path, content).read_bytes() == content


def test_a_document_that_was_found_on_the_way_is_kept_like_the_others(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", [], Circumstances())
    recorder.documents(())
    recorder.documents((Document("devis.ods", b"a price", "2026-01-01T08:30:00Z"),))
    recorder.finish()

    told = [one for one in records(tmp_path) if one["kind"] == "document"]
    assert [(one["name"], one["bytes"]) for one in told] == [("devis.ods", 7)]
    assert raw(tmp_path, b"a price").read_bytes() == b"a price"


def test_evidence_that_has_no_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="ne peut être écrit"):
        Recorder(tmp_path / "file", [])


def test_names_of_outputs_that_cannot_be_made_durable_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path, [])
    monkeypatch.setattr("labctl.collect.recorder.sync_folder", lambda _folder: refuse(0))

    with pytest.raises(StoreError, match="disque est plein"):
        recorder.answers([answer(ask("/bin/a"), b"x")])
