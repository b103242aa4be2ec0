"""Sheets: facts beside each official critère, and no trace of points in an exam."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from checks.directory.facts.objects import Accounts, Groups
from checks.shares.facts.shares import ShareAccess
from labctl.core.errors import UsageError
from labctl.core.verdict import BenchVerdicts, Verdict
from labctl.grade.document import from_document, to_document
from labctl.grade.model import Blocked, CriterionSheet, GradeSheet, Mode, Points
from labctl.grade.sheet import Frame, build_sheet, with_blocked, without_points
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from labctl.spec.referential import load_referential
from tests.facts import evidence_of, solved_facts, untouched_facts
from tests.plans import ROOT, plan_of

PLAN = plan_of(1)
REFERENTIAL = load_referential(ROOT / "inventories" / "referentials" / "tai.yml")
(SOLVED, UNTOUCHED) = judge(
    [evidence_of(PLAN, solved_facts(PLAN)), evidence_of(PLAN, untouched_facts(PLAN))],
    choose_checks("tai"),
)


def sheet_of(
    verdicts: BenchVerdicts, mode: Mode = Mode.TRAINING, route: str = "titre"
) -> GradeSheet:
    """Return the sheet of these verdicts."""
    return build_sheet(verdicts, REFERENTIAL, Frame(mode, route, PLAN.title, PLAN.company))


def criterion_of(sheet: GradeSheet, number: str) -> CriterionSheet:
    """Return one critère of a sheet."""
    return next(
        criterion
        for competency in sheet.competencies
        for criterion in competency.criteria
        if criterion.id == number
    )


def keys_of(value: object) -> Iterator[str]:
    """Yield every key of a document, at any depth."""
    if isinstance(value, dict):
        yield from value
        for inside in value.values():
            yield from keys_of(inside)
    if isinstance(value, list):
        for inside in value:
            yield from keys_of(inside)


def test_every_critere_of_the_title_is_there_word_for_word() -> None:
    sheet = sheet_of(SOLVED)
    shown = [
        (criterion.id, criterion.wording)
        for competency in sheet.competencies
        for criterion in competency.criteria
    ]
    assert shown == [(criterion.id, criterion.wording) for criterion in REFERENTIAL.criteria]
    assert len(shown) == 46


def test_verdicts_stand_beside_their_critere() -> None:
    found = criterion_of(sheet_of(SOLVED), "6.2")
    assert [verdict.check for verdict in found.verdicts] == ["K-085", "K-086", "K-087", "K-088"]


def test_critere_that_only_the_jury_sees_has_no_points() -> None:
    found = criterion_of(sheet_of(SOLVED), "2.1")
    assert (found.verdicts, found.points) == ((), None)


@pytest.mark.parametrize(
    ("verdicts", "awarded"), [(SOLVED, "20.00"), (UNTOUCHED, "0.00")], ids=["solved", "untouched"]
)
def test_solved_earns_all_and_untouched_nothing(verdicts: BenchVerdicts, awarded: str) -> None:
    sheet = sheet_of(verdicts)
    given = [competency.points for competency in sheet.competencies if competency.points]
    assert {(one.maximum, one.awarded) for one in given} == {(Decimal(20), Decimal(awarded))}
    assert verdicts is UNTOUCHED or {one.pending for one in given} == {Decimal("0.00")}


def test_route_keeps_its_competences_and_their_trials() -> None:
    sheet = sheet_of(SOLVED, route="ccp2")
    assert [(one.number, one.modalities) for one in sheet.competencies] == [
        (5, ("ET",)),
        (6, ("ET",)),
        (7, ("MSP", "ET")),
    ]


def test_unknown_route_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="parcours inconnu : « ccp9 »") as caught:
        sheet_of(SOLVED, route="ccp9")
    assert "ccp1" in caught.value.hint


def test_counts_hold_every_verdict() -> None:
    assert sheet_of(UNTOUCHED).counts == {
        "conforme": 0,
        "non conforme": 42,
        "non vérifiable": 0,
        "bloqué": 38,
        "sans objet": 0,
        "aidé": 0,
    }


def test_help_is_counted_apart() -> None:
    helped = tuple(
        replace(verdict, assisted=verdict.check == "K-057") for verdict in SOLVED.verdicts
    )
    counts = sheet_of(replace(SOLVED, verdicts=helped)).counts
    assert (counts["conforme"], counts["aidé"]) == (79, 1)


def test_exam_sheet_has_no_points_anywhere() -> None:
    sheet = sheet_of(UNTOUCHED, Mode.EXAM)
    document = to_document(sheet)
    forbidden = {"points", "weight", "earned", "maximum", "awarded", "pending", "score", "mark"}
    assert not forbidden & set(keys_of(document))
    assert {
        verdict.earned
        for one in sheet.competencies
        for criterion in one.criteria
        for verdict in criterion.verdicts
    } == {Decimal(0)}


def without_one_account() -> BenchVerdicts:
    """Judge a bench where all is done but one account of four."""
    facts = solved_facts(PLAN)
    users, groups = facts[Accounts].users, facts[Groups].groups
    access = facts[ShareAccess]
    left = {name: one for name, one in users.items() if name != "htehei"}
    members = {n: replace(one, members=one.members - {"htehei"}) for n, one in groups.items()}
    trials = tuple(trial for trial in access.trials if trial.principal != "htehei")
    facts |= {
        Accounts: Accounts(left),
        Groups: Groups(members),
        ShareAccess: replace(access, trials=trials, missing=frozenset({"htehei"})),
    }
    (found,) = judge([evidence_of(PLAN, facts)], choose_checks("tai"))
    return found


def points_of(sheet: GradeSheet, number: int) -> Points | None:
    """Return the points of a compétence."""
    return next(one.points for one in sheet.competencies if one.number == number)


def test_one_account_of_four_that_is_missing_costs_its_own_part_only() -> None:
    """It cost ten points of twenty: a check that fails, one that fails in part, five blocked."""
    verdicts = without_one_account()
    failed = [one.check for one in verdicts.verdicts if one.verdict is Verdict.NON_CONFORM]
    roots = {root for one in verdicts.verdicts for root in one.blocked_by}
    sheet = sheet_of(verdicts)

    assert (failed, roots) == (["K-072"], {"K-072"})
    assert points_of(sheet, 6) == Points(Decimal(20), Decimal("18.68"), Decimal("1.18"))
    neutral = with_blocked(sheet, Blocked.NEUTRAL)
    assert points_of(neutral, 6) == Points(Decimal(20), Decimal("19.85"), Decimal("0.00"))
    assert with_blocked(neutral, Blocked.PENDING) == sheet


def test_where_all_is_blocked_the_maximum_stays_and_waits() -> None:
    sheet = with_blocked(sheet_of(UNTOUCHED), Blocked.NEUTRAL)
    for one in sheet.competencies:
        assert one.points is None or one.points.maximum == Decimal(20)
        assert one.points is None or one.points.awarded == 0
    blocked = [
        criterion.points
        for one in sheet.competencies
        for criterion in one.criteria
        if {verdict.verdict for verdict in criterion.verdicts} == {Verdict.BLOCKED}
    ]
    assert blocked
    assert set(blocked) == {Points(Decimal(20), Decimal(0), Decimal(20))}


def test_a_partial_sheet_keeps_the_maximum_and_waits_for_the_rest() -> None:
    (part,) = judge([evidence_of(PLAN, solved_facts(PLAN))], choose_checks("tai", ["6.1"]))
    sheet = sheet_of(part)
    found = {one.number: one.points for one in sheet.competencies}
    assert found[6] == Points(Decimal(20), Decimal("6.67"), Decimal("13.33"))
    assert found[5] == Points(Decimal(20), Decimal("0.00"), Decimal("20.00"))


@pytest.mark.parametrize("only", [(), ("6.2",)], ids=["whole", "partial"])
@pytest.mark.parametrize("mode", Mode)
def test_a_sheet_is_read_back_as_it_was_written(mode: Mode, only: tuple[str, ...]) -> None:
    (found,) = judge([evidence_of(PLAN, untouched_facts(PLAN))], choose_checks("tai", only))
    sheet = sheet_of(found, mode)
    assert from_document(json.loads(json.dumps(to_document(sheet)))) == sheet


def test_a_document_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="labctl/gradesheet/v2"):
        from_document(to_document(sheet_of(SOLVED)) | {"schema": "labctl/gradesheet/v2"})


def test_points_that_are_left_out_leave_the_sheet_of_an_exam() -> None:
    (part,) = judge([evidence_of(PLAN, untouched_facts(PLAN))], choose_checks("tai", ["6.2"]))
    assert without_points(sheet_of(part)) == sheet_of(part, Mode.EXAM)


def test_modes_show_the_same_facts() -> None:
    exam, training = (sheet_of(UNTOUCHED, mode) for mode in (Mode.EXAM, Mode.TRAINING))
    first, second = (criterion_of(sheet, "5.2").verdicts for sheet in (exam, training))
    assert [(one.check, one.verdict, one.message) for one in first] == [
        (one.check, one.verdict, one.message) for one in second
    ]


def test_points_are_written_exactly() -> None:
    document = to_document(sheet_of(SOLVED))
    assert '"20.00"' in json.dumps(document)
    assert document["schema"] == "labctl/gradesheet/v1"
