"""The guide of the interview asks; it says neither what the work is worth, nor what to decide."""

import re
from dataclasses import replace

import pytest

from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import CompetencySheet, CriterionSheet, GradeSheet
from labctl.reports.printed.guide import list_questions
from labctl.spec.observed import Unread
from tests.sheets import make_sheet

CONCLUSIONS = re.compile(
    r"conforme|vérifiable|bloqué|aidé|échec|réussi|acquis|atteint|note|points|faute|erreur", re.I
)


def sheet_of(*verdicts: CheckVerdict, unread: tuple[Unread, ...] = ()) -> GradeSheet:
    """Return a sheet of one critère."""
    criterion = CriterionSheet("6.1", "Le critère.", verdicts, None, unread)
    competency = CompetencySheet(6, "La compétence", ("MSP",), (criterion,), None)
    return replace(make_sheet(), competencies=(competency,))


def verdict_of(verdict: Verdict, *, assisted: bool = False) -> CheckVerdict:
    """Return what a check said."""
    return CheckVerdict("K-071", "6.1", "Les unités existent.", 1, verdict, assisted=assisted)


@pytest.mark.parametrize(
    "verdict",
    [
        verdict_of(Verdict.NON_CONFORM),
        verdict_of(Verdict.UNVERIFIABLE),
        verdict_of(Verdict.BLOCKED),
        verdict_of(Verdict.CONFORM, assisted=True),
    ],
    ids=["non-conform", "unverifiable", "blocked", "assisted"],
)
def test_what_is_open_is_asked_without_a_conclusion(verdict: CheckVerdict) -> None:
    ((criterion,),) = (one.criteria for one in list_questions(sheet_of(verdict)))

    (question,) = criterion.questions
    assert question.about == "K-071 Les unités existent."
    assert not CONCLUSIONS.search(question.question)


def test_what_was_asked_and_nobody_read_is_asked_of_the_candidate() -> None:
    sheet = sheet_of(unread=(Unread("wifi", "Point d'accès sans fil"),))

    ((criterion,),) = (one.criteria for one in list_questions(sheet))

    assert [one.about for one in criterion.questions] == ["Point d'accès sans fil"]


@pytest.mark.parametrize("verdict", [Verdict.CONFORM, Verdict.NOT_APPLICABLE])
def test_what_is_settled_leaves_no_question(verdict: Verdict) -> None:
    assert list_questions(sheet_of(verdict_of(verdict))) == ()
