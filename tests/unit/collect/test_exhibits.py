"""Answers are opened as they were recorded, and only where the chain and the digests hold."""

import json
from pathlib import Path

import pytest

from labctl.collect.exhibits import read_dossier
from labctl.collect.recorder import Recorder
from labctl.connect.base import Question, Transport
from labctl.core.errors import StoreError
from labctl.core.verdict import Reason, Unobserved
from tests.fakes import answer, ask
from tests.plans import plan_of
from tests.unit.collect.evidence_run import SECRET, journal, raw, records, write

MOST = 1000


def test_an_answer_is_what_was_recorded(tmp_path: Path) -> None:
    head = write(tmp_path)

    dossier = read_dossier(tmp_path, {1}, MOST)

    exhibit = dossier.exhibits[1]
    assert (dossier.run, dossier.head, dossier.broken) == (tmp_path.name, head, "")
    assert (exhibit.question, exhibit.answer, exhibit.size) == ("/bin/uname", "poste\n", 6)
    assert (exhibit.node, exhibit.trouble, exhibit.is_cut) == (
        records(tmp_path)[1]["node"],
        "",
        False,
    )


def test_all_are_given_when_none_is_named(tmp_path: Path) -> None:
    write(tmp_path)

    assert sorted(read_dossier(tmp_path, None, MOST).exhibits) == [1, 2]


def test_bytes_that_are_no_text_are_shown_and_secrets_are_not(tmp_path: Path) -> None:
    write(tmp_path)

    assert (
        read_dossier(tmp_path, {2}, MOST).exhibits[2].answer == "\N{REPLACEMENT CHARACTER} key=***"
    )
    assert SECRET.reveal() not in str(read_dossier(tmp_path, None, MOST))


def test_a_long_answer_is_cut_and_says_so(tmp_path: Path) -> None:
    write(tmp_path)

    exhibit = read_dossier(tmp_path, {1}, 3).exhibits[1]

    assert (exhibit.answer, exhibit.is_cut, exhibit.size) == ("pos", True, 6)


def test_an_output_that_was_changed_is_not_shown(tmp_path: Path) -> None:
    write(tmp_path)
    raw(tmp_path, b"poste\n").write_bytes(b"autre\n")

    exhibit = read_dossier(tmp_path, {1}, MOST).exhibits[1]

    assert (exhibit.answer, exhibit.is_cut) == (None, False)


def test_a_changed_record_is_not_shown_nor_what_follows(tmp_path: Path) -> None:
    write(tmp_path)
    lines = journal(tmp_path).read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"/bin/cat", b"/bin/dog")
    journal(tmp_path).write_bytes(b"".join(lines))

    dossier = read_dossier(tmp_path, None, MOST)

    assert sorted(dossier.exhibits) == [1]
    assert "l’enregistrement 2" in dossier.broken


def test_a_journal_hashed_again_into_another_form_is_refused(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", [])
    recorder._append([("answer", {"node": "poste"})])
    recorder.finish()

    with pytest.raises(StoreError, match="forme d’un relevé"):
        read_dossier(tmp_path, None, MOST)


def test_a_run_without_evidence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        read_dossier(tmp_path, None, MOST)


def test_what_was_sent_and_why_it_failed_are_said(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, [])
    recorder.start(plan_of(1), "namespace", [])
    trouble = Unobserved(Reason.TIMEOUT, "trop tard")
    failed = answer(ask("/bin/cat"), b"")
    asked = Question(failed.question.node, Transport.LDAP, "LDAP", {"base": "dc=été"})
    recorder.answers([type(failed)(asked, b"", None, trouble, failed.started_at, 0.5)])
    recorder.finish()

    exhibit = read_dossier(tmp_path, {1}, MOST).exhibits[1]

    assert json.loads(exhibit.body) == {"base": "dc=été"}
    assert (exhibit.trouble, exhibit.exit_code, exhibit.answer) == ("trop tard", None, "")
