"""What a session allows: nothing before what must be signed, nothing between phases but a seal."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.core.errors import RuleRefused, StoreError, UsageError
from labctl.grade.model import Mode
from labctl.session.acts import choose_benches, name_benches
from labctl.session.agenda import list_benches, list_next
from labctl.session.seating import read_opening
from labctl.session.state import replay
from tests.unit.session.course import START, Course, minute, opening, opening_record


def ready() -> Course:
    return Course().sign()


def prepared() -> Course:
    """Return a session whose first phase is over."""
    return ready().start(1, at=10).do("stop", at=200)


def refused(act: Callable[[], object]) -> RuleRefused:
    with pytest.raises(RuleRefused) as caught:
        act()
    assert caught.value.exit_code == 5
    return caught.value


def test_an_opening_comes_back_from_its_record() -> None:
    assert read_opening(opening_record(opening())) == opening()


@pytest.mark.parametrize("missing", ["emargement", "notice"])
def test_no_phase_begins_before_everybody_signed(missing: str) -> None:
    course = Course()
    for document in {"emargement", "notice", "sujet"} - {missing}:
        course.do("sign", document=document)
    course.do("sign", 1, document=missing)

    said = refused(lambda: course.start(1))

    assert said.message.startswith("bancs 2 : pas signé")
    assert said.hint == f"labctl session sign s1 {missing} 2"
    assert course.start(1, 1).state.benches[1].exam_phase == 1


def test_no_phase_begins_before_a_witness_saw_the_subject_opened() -> None:
    course = Course().do("sign", document="emargement").do("sign", document="notice")

    assert "candidat témoin" in refused(lambda: course.start(1)).message
    course.do("sign", 2, document="sujet").start(1)


def test_all_reasons_are_told_at_once() -> None:
    said = refused(lambda: Course().do("absent", 1).start(1, 1, 2))

    assert len(said.message.splitlines()) == 4


def test_a_rehearsal_asks_for_no_signature_and_no_seal() -> None:
    course = Course(opening(mode=Mode.TRAINING)).start(1).do("stop", at=5).start(2, at=6)

    assert {one.exam_phase for one in course.state.benches.values()} == {2}


def test_nothing_is_signed_twice() -> None:
    assert "signé le" in refused(lambda: ready().do("sign", 1, document="notice")).message


def test_the_absent_do_not_begin_and_who_comes_late_signs() -> None:
    course = Course().do("absent", 2).sign(1).start(1, 1)

    assert "absent" in refused(lambda: course.start(1, 2)).message
    assert "absent" in refused(lambda: course.do("absent", 2)).message
    assert "a commencé" in refused(lambda: course.do("absent", 1)).message
    course.do("sign", 2, document="emargement").do("sign", 2, document="notice").start(1, 2)


def test_an_absence_noted_by_mistake_is_lifted_by_signing_again() -> None:
    course = ready().do("absent", 2)
    before = course.state.benches[2].signed
    assert "absent" in refused(lambda: course.start(1, 2)).message

    course.do("sign", 2, at=5, document="emargement").start(1, 2)

    assert (course.state.benches[2].absent, course.state.benches[2].exam_phase) == ("", 1)
    assert course.state.benches[2].signed == before  # signed since then, not since now


def test_a_phase_takes_place_once_and_in_order() -> None:
    course = ready()

    assert "n'a pas eu lieu" in refused(lambda: course.start(2)).message
    course.start(1)
    assert "n'est pas finie" in refused(lambda: course.start(2)).message
    assert "a commencé" in refused(lambda: course.start(1)).message
    assert "pas de phase 3" in refused(lambda: course.start(3)).message


def test_the_jury_phase_waits_for_the_seal_and_for_its_opening() -> None:
    course = prepared()

    assert "n'a pas été mis sous scellé" in refused(lambda: course.start(2)).message
    course.seal(at=205)
    assert "sous scellé" in refused(lambda: course.start(2)).message
    course.do("unseal", at=240).start(2, at=241)
    assert {one.exam_phase for one in course.state.benches.values()} == {2}


def test_a_seal_of_before_the_phase_does_not_count() -> None:
    course = ready().seal().do("unseal").start(1).do("stop", at=200)

    assert "n'a pas été mis sous scellé" in refused(lambda: course.start(2)).message


def test_a_running_bench_is_not_sealed_and_an_open_one_not_opened() -> None:
    course = ready().start(1)

    assert "n'est pas finie" in refused(lambda: course.seal(1)).message
    assert "n'est pas sous scellé" in refused(lambda: course.do("unseal", 1)).message


def test_a_seal_gets_the_number_that_was_put_on_it() -> None:
    course = prepared().seal().do("seal", 1, fingerprint="", number="004512")

    seal = course.state.benches[1].seal
    assert seal is not None
    assert (seal.fingerprint, seal.number, len(course.state.benches[1].seals)) == (
        "f" * 64, "004512", 1,
    )  # fmt: skip


def test_pauses_do_not_count_and_time_is_given_back() -> None:
    course = (
        ready().start(1, at=0).do("pause", at=60, reason="coupure").do("resume", at=75, reason="")
    )
    course.do("incident", 1, at=80, text="poste remplacé", given_s=600)

    first, last = course.state.benches[1].clock, course.state.benches[2].clock
    assert first is not None
    assert last is not None
    assert first.left_s(minute(135)) == 3600 + 600
    assert last.left_s(minute(135)) == 2 * 3600
    assert first.ends(minute(135)) == minute(205)
    assert first.paused_s(minute(135)) == 900


def test_a_clock_stops_also_in_a_pause() -> None:
    course = ready().start(1).do("pause", at=50, reason="").do("stop", at=90)

    clock = course.state.benches[1].clock
    assert clock is not None
    assert (clock.spent_s(minute(500)), clock.is_paused) == (3000, False)


def test_a_phase_stopped_by_mistake_goes_on_with_a_reason_until_the_seal() -> None:
    course = prepared()

    assert "--reason" in refused(lambda: course.do("resume", 1, reason="")).hint
    course.do("resume", 1, at=210, reason="arrêt par erreur")
    clock = course.state.benches[1].clock
    assert clock is not None
    assert clock.spent_s(minute(220)) == 200 * 60
    course.seal(2, at=221)
    assert "scellé" in refused(lambda: course.do("resume", 2, reason="oubli")).message


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("pause", {"reason": ""}),
        ("stop", {}),
        ("resume", {"reason": ""}),
        ("incident", {"text": "x", "given_s": 60}),
    ],
)
def test_without_a_clock_nothing_is_paused_stopped_or_given(
    kind: str, detail: dict[str, Any]
) -> None:
    refused(lambda: ready().do(kind, 1, **detail))


def test_nothing_is_paused_twice_nor_resumed_when_it_runs() -> None:
    course = ready().start(1)

    assert "pas en pause" in refused(lambda: course.do("resume", 1, reason="")).message
    course.do("pause", 1, reason="")
    assert "déjà en pause" in refused(lambda: course.do("pause", 1, reason="")).message


def test_incidents_are_numbered() -> None:
    course = ready().do("incident", 1, text="clé remise", given_s=0)
    course.do("incident", 1, 2, text="coupure", given_s=0)

    assert [one.number for one in course.state.incidents] == [1, 2]
    assert course.state.incidents[1].benches == (1, 2)


def finished() -> Course:
    course = prepared().seal(at=205).do("unseal", at=210).start(2, at=211)
    return course.do("stop", at=251)


def test_a_session_closes_when_all_is_over_and_changes_no_more() -> None:
    course = finished()

    assert "n'est pas close" in refused(lambda: course.do("archive", sha256="a")).message
    course.do("close", reason="").do("archive", sha256="a")
    assert course.state.archived == ("a",)
    assert "est close depuis" in refused(lambda: course.do("stop", 1)).message


def test_what_did_not_take_place_needs_a_reason_to_close() -> None:
    assert "n'est pas finie" in refused(lambda: ready().start(1).do("close", reason="x")).message
    course = prepared()
    assert "--reason" in refused(lambda: course.do("close", reason="")).hint
    assert course.do("close", reason="cyclone").state.closed_why == "cyclone"


def test_the_benches_of_an_act_are_those_it_can_be_done_on() -> None:
    course = ready().start(1, 1)

    assert choose_benches(course.state, "stop", (), START) == (1,)
    assert choose_benches(course.state, "resume", (), START) == ()
    assert choose_benches(course.state, "start", (), START) == (1, 2)
    assert choose_benches(course.state, "sign", (2, 2), START) == (2,)
    with pytest.raises(UsageError, match="personne au banc 9"):
        choose_benches(course.state, "stop", (9,), START)


@pytest.mark.parametrize(
    ("at", "stopped"),
    [(179, (1, 2)), (181, (1,)), (241, (1, 2))],  # all leave early; one third more time goes on
)
def test_who_was_granted_more_time_is_not_stopped_with_the_others(
    at: float, stopped: tuple[int, ...]
) -> None:
    course = ready().start(1)

    assert choose_benches(course.state, "stop", (), minute(at)) == stopped
    assert choose_benches(course.state, "stop", (1, 2), minute(at)) == (1, 2)


def test_an_act_on_no_bench_is_refused() -> None:
    course = Course(opening(()))

    assert "aucun banc" in refused(lambda: course.do("pause", reason="")).message


def test_benches_are_named_as_people_write_them() -> None:
    assert name_benches([3, 1, 2, 7, 9, 10]) == "1-3, 7, 9-10"


def test_what_comes_next_is_told_through_the_day() -> None:
    course = Course().do("absent", 2)
    told = [" / ".join(list_next(course.state, minute(0)))]
    steps: list[Callable[[], Course]] = [
        lambda: course.sign(1),
        lambda: course.start(1, 1, at=0),
        lambda: course.do("pause", 1, at=5, reason=""),
        lambda: course.do("resume", 1, at=10, reason=""),
        lambda: course.do("stop", 1, at=185),
        lambda: course.seal(1, at=190),
        lambda: course.do("unseal", 1, at=200),
        lambda: course.start(2, 1, at=200),
        lambda: course.do("stop", 1, at=240),
        lambda: course.do("close", at=250, reason=""),
        lambda: course.do("archive", at=260, sha256="a"),
    ]
    for step in steps:
        step()
        told.append(" / ".join(list_next(course.state, minute(186))))

    assert told == [
        "faire signer émargement : bancs 1 / faire signer notice des dispositifs de surveillance"
        " : bancs 1 / ouvrir le sujet du parcours titre devant un témoin"
        " / commencer la phase 1 : bancs 1",
        "commencer la phase 1 : bancs 1",
        "le temps est écoulé, arrêter : bancs 1",
        "reprendre : bancs 1",
        "le temps est écoulé, arrêter : bancs 1",
        "mettre sous scellé : bancs 1",
        "ouvrir le scellé devant le jury : bancs 1",
        "commencer la phase 2 : bancs 1",
        "",
        "labctl session close s1",
        "labctl session archive s1",
        "",
    ]


def test_a_bench_is_told_with_its_clock() -> None:
    course = ready().start(1, 2, at=0).do("pause", 2, at=30, reason="")

    first, last = list_benches(course.state, minute(40))

    assert (first.condition, first.left_s, first.ends) == ("waiting", None, "")
    assert (last.condition, last.exam_phase, last.extra_s) == ("paused", 1, 3600)
    assert (last.paused_s, last.left_s) == (600, 4 * 3600 - 1800)
    assert last.signed == ("emargement", "notice", "sujet")
    conditions = [
        list_benches(made.state, minute(300))[0].condition
        for made in (Course().do("absent", 1), prepared(), prepared().seal(), finished())
    ]
    assert conditions == ["absent", "stopped", "sealed", "done"]


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "dance", "seq": 1, "at": START.isoformat()},
        {"kind": "stop", "seq": 1, "at": START.isoformat(), "benches": [1]},
        {"kind": "stop", "seq": 1, "at": START.isoformat(), "benches": [7]},
        {"kind": "stop", "seq": 1, "at": "now", "benches": []},
        {"kind": "stop", "seq": 1},
    ],
    ids=str,
)
def test_a_journal_of_another_form_is_an_error(record: dict[str, object]) -> None:
    with pytest.raises(StoreError, match="l'enregistrement 1 du journal"):
        replay([opening_record(opening()), record], "")


def test_a_journal_begins_with_an_opening() -> None:
    with pytest.raises(StoreError, match="enregistrement 0"):
        replay([{**opening_record(opening()), "schema": "other"}], "")
    with pytest.raises(StoreError, match="enregistrement 0"):
        replay([{**opening_record(opening()), "kind": "stop"}], "")
    with pytest.raises(StoreError, match="ouverte"):
        replay([{"kind": "torn", "seq": 0, "at": START.isoformat()}], "")


def test_torn_lines_are_counted() -> None:
    torn = {"kind": "torn", "seq": 1, "at": START.isoformat()}

    assert replay([opening_record(opening()), torn], "").torn == 1


STEPS = st.sampled_from(
    [
        ("sign", {"document": "emargement"}), ("sign", {"document": "notice"}),
        ("sign", {"document": "sujet"}), ("absent", {}), ("start", {"exam_phase": 1}),
        ("start", {"exam_phase": 2}), ("pause", {"reason": ""}), ("resume", {"reason": ""}),
        ("resume", {"reason": "x"}), ("stop", {}), ("unseal", {}), ("close", {"reason": "x"}),
        ("seal", {"fingerprint": "f", "number": ""}), ("incident", {"text": "t", "given_s": 60}),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(STEPS, st.sampled_from([(1,), (2,), (1, 2)])), max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_is_tried_no_phase_ran_unsigned_nor_unsealed(
    tries: list[tuple[tuple[str, dict[str, Any]], tuple[int, ...]]],
) -> None:
    course = Course()
    for number, ((kind, detail), benches) in enumerate(tries):
        try:
            course.do(kind, *benches, at=number, **detail)
        except RuleRefused:
            continue

    for bench, one in course.state.benches.items():
        kinds = [
            (str(r["kind"]), r.get("document"), r.get("exam_phase"))
            for r in course.records[1:]
            if bench in r["benches"]  # type: ignore[operator]  # a list
        ]
        firsts = [kinds.index(("start", None, n)) for n in range(1, one.exam_phase + 1)]
        for begun, needed in zip(firsts, (("emargement", "notice"), ()), strict=False):
            assert {("sign", name, None) for name in needed} <= set(kinds[:begun])
        if len(firsts) == 2:
            between = [kind for kind, _document, _phase in kinds[firsts[0] : firsts[1]]]
            assert between.index("stop") < between.index("seal") < between.index("unseal")
        assert one.exam_phase == 0 or any(
            "sujet" in other.signed for other in course.state.benches.values()
        )
