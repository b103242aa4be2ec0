"""Points of the training mode."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.core.verdict import CheckVerdict, Reason, Verdict
from labctl.grade.model import Blocked, Points
from labctl.grade.points import SCALE, Share, in_points, mean_of, share_of


def verdict(kind: Verdict, weight: int = 1, earned: str = "0") -> CheckVerdict:
    """Return a verdict of this kind and weight."""
    return CheckVerdict("K-901", "6.1", "", weight, kind, earned=Decimal(earned))


YES = verdict(Verdict.CONFORM, 1, "1")
NO = verdict(Verdict.NON_CONFORM)
UNKNOWN = verdict(Verdict.UNVERIFIABLE)
BLOCKED = replace(verdict(Verdict.BLOCKED), waiting=Decimal(1))
VERDICTS = st.builds(
    verdict,
    st.sampled_from(Verdict),
    st.integers(1, 3),
    st.sampled_from(["0", "0.333", "0.5", "1"]),
)


def points_of(*verdicts: CheckVerdict) -> Points | None:
    """Return the points of one critère."""
    return in_points(share_of(verdicts))


def test_weights_count() -> None:
    found = points_of(verdict(Verdict.CONFORM, 3, "1"), NO)
    assert found == Points(SCALE, Decimal("15.00"), Decimal("0.00"))


def test_part_of_a_check_counts() -> None:
    found = points_of(verdict(Verdict.NON_CONFORM, 3, "0.6666666666666667"))
    assert found == Points(SCALE, Decimal("13.33"), Decimal("0.00"))


def test_half_a_cent_is_rounded_up() -> None:
    assert in_points(Share(Fraction(1, 4000), Fraction(1, 4000))) == Points(
        SCALE, Decimal("0.01"), Decimal("0.00")
    )


def test_unverifiable_is_pending_not_lost() -> None:
    assert points_of(YES, UNKNOWN) == Points(SCALE, Decimal("10.00"), Decimal("10.00"))


def test_blocked_is_pending_not_lost() -> None:
    assert points_of(YES, BLOCKED) == Points(SCALE, Decimal("10.00"), Decimal("10.00"))


def test_blocked_that_is_neutral_does_not_count() -> None:
    found = share_of([YES, NO, BLOCKED], blocked=Blocked.NEUTRAL)
    assert in_points(found) == Points(SCALE, Decimal("10.00"), Decimal("0.00"))
    assert share_of([BLOCKED], blocked=Blocked.NEUTRAL) is None


def test_a_part_that_waits_is_pending_and_the_rest_is_earned_or_lost() -> None:
    half = replace(BLOCKED, earned=Decimal("0.25"), waiting=Decimal("0.5"))
    assert points_of(half) == Points(SCALE, Decimal("5.00"), Decimal("10.00"))
    neutral = share_of([half], blocked=Blocked.NEUTRAL)
    assert in_points(neutral) == Points(SCALE, Decimal("10.00"), Decimal("0.00"))


def test_unverifiable_stays_pending_where_blocked_is_neutral() -> None:
    found = share_of([YES, UNKNOWN], blocked=Blocked.NEUTRAL)
    assert in_points(found) == Points(SCALE, Decimal("10.00"), Decimal("10.00"))


def test_what_was_blocked_after_help_leaves_nothing_pending() -> None:
    assert points_of(replace(BLOCKED, assisted=True)) == Points(SCALE, Decimal(0), Decimal(0))


def test_what_was_not_asked_does_not_count() -> None:
    assert points_of(YES, verdict(Verdict.NOT_APPLICABLE, 3)) == Points(
        SCALE, Decimal("20.00"), Decimal("0.00")
    )


def test_help_earns_nothing() -> None:
    helped = replace(YES, assisted=True)
    assert points_of(YES, helped) == Points(SCALE, Decimal("10.00"), Decimal("0.00"))


def test_help_leaves_nothing_pending() -> None:
    helped = replace(UNKNOWN, assisted=True, reason=Reason.TIMEOUT)
    assert points_of(YES, helped) == Points(SCALE, Decimal("10.00"), Decimal("0.00"))


@pytest.mark.parametrize("verdicts", [(), (verdict(Verdict.NOT_APPLICABLE),)])
def test_nothing_seen_gives_no_points(verdicts: tuple[CheckVerdict, ...]) -> None:
    assert points_of(*verdicts) is None


def test_criteres_count_the_same_in_a_competence() -> None:
    """A critère with many checks does not outweigh one with a single check."""
    many, one = share_of([YES] * 9), share_of([NO])
    assert in_points(mean_of([many, one, None])) == Points(SCALE, Decimal("10.00"), Decimal("0.00"))


def test_competence_that_no_machine_saw_has_no_points() -> None:
    assert mean_of([None, None]) is None


def test_competence_is_rounded_once() -> None:
    """Three rounded thirds would give another result than the rounded mean."""
    third = share_of([YES, NO, NO])
    assert in_points(mean_of([third, third, third])) == in_points(third)


def test_what_a_partial_run_does_not_judge_is_pending() -> None:
    """Or one check that conforms, of the ten of a critère, would earn all of its points."""
    assert in_points(share_of([YES], 3)) == Points(SCALE, Decimal("5.00"), Decimal("15.00"))
    assert in_points(share_of([], 3)) == Points(SCALE, Decimal("0.00"), Decimal("20.00"))


@given(st.lists(VERDICTS, max_size=12))
def test_interval_stays_within_the_maximum(verdicts: list[CheckVerdict]) -> None:
    found = points_of(*verdicts) or Points(SCALE, Decimal(0), Decimal(0))
    assert found.awarded >= 0
    assert found.pending >= 0
    assert found.awarded + found.pending <= found.maximum == SCALE


@given(st.lists(VERDICTS, min_size=1, max_size=12))
def test_what_could_not_run_never_changes_the_maximum_nor_what_is_earned(
    verdicts: list[CheckVerdict],
) -> None:
    """Losing sight of a check moves its points from earned or lost to pending, nothing else."""
    before = share_of(verdicts)
    lost = [
        replace(one, verdict=Verdict.UNVERIFIABLE, earned=Decimal(0))
        if one.verdict is not Verdict.NOT_APPLICABLE
        else one
        for one in verdicts
    ]
    after = share_of(lost)
    assert (before is None) == (after is None)
    assert after is None or after == Share(Fraction(0), Fraction(1))


def test_machines_of_a_check_share_its_weight() -> None:
    """Two workstations do not weigh double, and one of three that conforms earns a third."""
    good = [replace(verdict(Verdict.CONFORM, 3, "1"), machine=name) for name in ("a",)]
    bad = [replace(verdict(Verdict.NON_CONFORM, 3), machine=name) for name in ("b", "c")]
    other = replace(verdict(Verdict.CONFORM, 1, "1"), check="K-902")
    assert share_of([*good, *bad]) == Share(Fraction(1, 3), Fraction(1, 3))
    assert share_of([*good, *bad, other]) == Share(Fraction(1, 2), Fraction(1, 2))
