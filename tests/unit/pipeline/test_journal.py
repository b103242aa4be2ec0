"""The journal of a session on disk: one act, one record; what a bench is stamped with."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from labctl.core.chain import ChainBroken
from labctl.core.errors import RuleRefused, UsageError
from labctl.core.verdict import ExamStamp
from labctl.pipeline import doors, journal
from labctl.pipeline.conduct import act
from labctl.pipeline.outcome import Outcome
from labctl.session.acts import Act
from labctl.session.seating import Opening
from labctl.session.state import State
from tests.unit.session.course import opening

BOTH = (1, 2)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


def begin(what: Opening | None = None) -> State:
    wanted = what or opening()
    journal.check_new(wanted)
    return journal.begin(wanted, "V", {})


def do(kind: str, *benches: int, **detail: object) -> State:
    return journal.perform("s1", lambda _state: Act(kind, "V", benches or BOTH, detail))


def sign() -> None:
    for document in ("emargement", "notice", "sujet"):
        do("sign", document=document)


def test_a_session_is_opened_once_for_its_owner_alone() -> None:
    state = begin()

    assert (state.opening, journal.list_sessions()) == (opening(), ("s1",))
    assert journal.session_dir("s1").stat().st_mode & 0o777 == 0o700
    with pytest.raises(RuleRefused, match="déjà ouverte"):
        begin()
    with pytest.raises(RuleRefused, match="déjà ouverte"):
        journal.begin(opening(), "V", {})


@pytest.mark.parametrize("left", [b"", b'{"at":"2026'], ids=["empty", "torn"])
def test_a_journal_whose_opening_was_killed_is_begun_again(left: bytes) -> None:
    path = journal.session_dir("s1") / journal.JOURNAL
    path.parent.mkdir(parents=True)
    path.write_bytes(left)

    assert journal.find_stamp(1) is None
    assert begin().torn == int(bool(left))


def test_a_bench_is_in_one_open_session() -> None:
    begin()
    other = replace(opening((2, 3)), session="s2")

    with pytest.raises(RuleRefused, match="« s1 » est ouverte, et a les bancs 2"):
        begin(other)
    do("close", reason="essai")
    with pytest.raises(RuleRefused, match="a eu lieu, et est close"):
        journal.begin(opening(), "V", {})
    assert begin(other).opening.session == "s2"


def test_a_refused_act_leaves_no_record() -> None:
    head = begin().head

    with pytest.raises(RuleRefused):
        do("start", exam_phase=1)

    assert journal.read_state("s1").head == head


def test_a_session_that_was_not_opened_is_named_with_those_that_were() -> None:
    begin()

    with pytest.raises(UsageError) as caught:
        journal.read_state("s3")
    assert "s1" in caught.value.hint
    with pytest.raises(UsageError):
        journal.read_state("../sessions/s1")


def test_a_changed_record_is_named() -> None:
    begin()
    sign()
    path = journal.session_dir("s1") / journal.JOURNAL
    path.write_bytes(path.read_bytes().replace(b'"emargement"', b'"notice"'))

    with pytest.raises(ChainBroken, match="l'enregistrement 1 "):
        journal.read_state("s1")


def test_a_bench_is_stamped_with_its_phase_while_the_session_is_open() -> None:
    assert journal.find_stamp(1) is None
    head = begin().head
    assert journal.find_stamp(1) == ExamStamp("s1", "titre", 0, head)
    assert journal.find_stamp(9) is None
    sign()
    head = do("start", 1, exam_phase=1).head

    assert journal.find_stamp(1) == ExamStamp("s1", "titre", 1, head)
    do("stop", 1)
    do("close", reason="essai")
    assert journal.find_stamp(1) is None


def test_a_candidate_is_before_the_jury_while_that_phase_goes_on() -> None:
    begin()
    sign()
    do("start", exam_phase=1)
    found = [journal.is_before_jury(1)]
    do("stop")
    do("seal", fingerprint="f" * 64, number="")
    do("unseal")
    found.append(journal.is_before_jury(1))
    do("start", exam_phase=2)
    found += [journal.is_before_jury(1), journal.is_before_jury(9)]
    do("stop")
    found.append(journal.is_before_jury(1))

    assert found == [False, False, True, False, False]


def test_seals_are_recorded_once_and_openings_too() -> None:
    begin()
    sign()
    do("start", exam_phase=1)
    with pytest.raises(RuleRefused, match="n'est pas finie"):
        journal.refuse_running({1: journal.find_stamp(1), 9: None})
    do("stop")
    journal.refuse_running({1: journal.find_stamp(1)})
    heads = []
    for kind in ("unseal", "seal", "seal", "unseal", "unseal", "seal"):
        journal.note_seals({1: "f" * 64, 9: "e" * 64}, "V", kind)
        heads.append(journal.read_state("s1").head)

    assert [first == last for first, last in pairwise(heads)] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert len(journal.read_state("s1").benches[1].seals) == 2


def test_doors_follow_an_act_before_it_is_recorded_and_only_one_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    followed: list[tuple[str, tuple[int, ...], str]] = []

    def follow(kind: str, benches: tuple[int, ...]) -> dict[int, Outcome[None]]:
        followed.append((kind, benches, journal.read_state("s1").head))
        return {benches[0]: Outcome(None, "bloquée", "", 5)}

    monkeypatch.setattr(doors, "follow_session", follow)
    begin()
    sign()
    head = do("start", exam_phase=1).head

    acted = act("s1", "pause", (2,), "V", {"reason": ""}, dry_run=False)
    with pytest.raises(RuleRefused):
        act("s1", "pause", (2,), "V", {"reason": ""}, dry_run=False)
    act("s1", "incident", (2,), "V", {"text": "x", "given_s": 0}, dry_run=False)
    act("s1", "resume", (), "V", {"reason": ""}, dry_run=True)

    assert followed == [("pause", (2,), head)]
    assert (list(acted.failed), acted.benches) == ([2], (2,))
    clock = acted.state.benches[2].clock
    assert clock is not None
    assert clock.is_paused


def test_a_restart_by_the_candidate_is_a_record_and_changes_nothing_else() -> None:
    before = begin()
    journal.note_restart(2, ["poste"])
    journal.note_restart(9, ["poste"])  # in no session
    after = journal.read_state("s1")
    path = journal.session_dir("s1") / journal.JOURNAL
    last = json.loads(path.read_text().splitlines()[-1])
    assert (last["kind"], last["by"], last["machines"]) == ("restart", "candidat", ["poste"])
    assert after.benches == before.benches
    assert after.head != before.head


def test_what_is_done_with_an_incident_is_a_record_and_changes_nothing_else() -> None:
    before = begin()
    journal.note_breakdown(2, "look", "P-12", {"symptom": "non"})
    journal.note_breakdown(9, "look", "P-12", {})  # in no session
    path = journal.session_dir("s1") / journal.JOURNAL
    last = json.loads(path.read_text().splitlines()[-1])
    assert (last["kind"], last["did"], last["incident"]) == ("breakdown", "look", "P-12")
    assert last["lines"] == {"symptom": "non"}
    assert journal.read_state("s1").benches == before.benches


def test_the_menu_is_told_the_time_of_the_phase_that_goes_on() -> None:
    begin()
    sign()
    assert doors.find_clock(1) is None
    do("start", exam_phase=1)
    told = doors.find_clock(1)
    assert told is not None
    assert told.runs
    assert 0 <= told.spent_s < 60
    do("pause", reason="alerte")
    told = doors.find_clock(1)
    assert told is not None
    assert not told.runs
    do("stop")
    assert doors.find_clock(1) is None
