"""The proof of the checks: what counts against one."""

from dataclasses import replace
from decimal import Decimal

from labctl.core.check import CheckSpec
from labctl.core.ids import CheckId
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Reason, Verdict
from labctl.judge.prove import Proof, Trial, list_pointless, prove

NAMES = ("K-901", "K-902", "K-903")
CATALOGUE = (
    CheckSpec(CheckId("K-901"), (), (), "un"),
    CheckSpec(CheckId("K-902"), (), (CheckId("K-901"),), "deux"),
    CheckSpec(CheckId("K-903"), (), (), "trois"),
)
YES, NO, BLOCKED = Verdict.CONFORM, Verdict.NON_CONFORM, Verdict.BLOCKED


def bench(*verdicts: Verdict) -> BenchVerdicts:
    """Return verdicts of the three checks."""
    made = tuple(
        CheckVerdict(name, "6.1", "", 1, verdict, message="pourquoi")
        for name, verdict in zip(NAMES, verdicts, strict=True)
    )
    return BenchVerdicts(1, "A", "c", "namespace", "", "", "", made)


def with_reason(verdicts: BenchVerdicts, check: str, reason: Reason) -> BenchVerdicts:
    """Return verdicts, one of them with a reason."""
    made = tuple(
        replace(one, reason=reason) if one.check == check else one for one in verdicts.verdicts
    )
    return replace(verdicts, verdicts=made)


UNTOUCHED, SOLVED = bench(NO, BLOCKED, NO), bench(YES, YES, YES)
TRIALS = {
    "K-901": Trial("K-901", frozenset(), bench(NO, BLOCKED, YES), SOLVED),
    "K-902": Trial("K-902", frozenset(), bench(YES, NO, YES), SOLVED),
    "K-903": Trial("K-903", frozenset(), bench(YES, YES, NO), SOLVED),
}


def proof_with(trial: Trial) -> Proof:
    """Return the proof with one trial replaced."""
    return prove(CATALOGUE, UNTOUCHED, SOLVED, [*(TRIALS | {trial.check: trial}).values()])


def reasons(proof: Proof, check: str) -> tuple[str, ...]:
    """Return what counts against a check."""
    return next(row.reasons for row in proof.rows if row.check == check)


def test_checks_that_discriminate_score_one() -> None:
    found = prove(CATALOGUE, UNTOUCHED, SOLVED, list(TRIALS.values()))
    assert found.score == 1
    assert [row.reasons for row in found.rows] == [(), (), ()]
    assert found.rows[0].changed == {"K-901": NO, "K-902": BLOCKED}


def test_conforming_untouched_counts_against() -> None:
    found = prove(CATALOGUE, bench(NO, BLOCKED, YES), SOLVED, list(TRIALS.values()))
    assert reasons(found, "K-903") == ("conforme sur un banc que personne n'a touché",)
    assert found.score == Decimal(2) / 3


def test_points_for_nothing_count_against() -> None:
    made = tuple(replace(one, earned=Decimal("0.2")) for one in UNTOUCHED.verdicts)
    found = prove(CATALOGUE, replace(UNTOUCHED, verdicts=made), SOLVED, list(TRIALS.values()))
    assert reasons(found, "K-903") == ("rapporte des points sur un banc que personne n'a touché",)


def test_unverifiable_untouched_counts_against_but_for_a_missing_need() -> None:
    unknown = bench(NO, Verdict.UNVERIFIABLE, Verdict.UNVERIFIABLE)
    before = with_reason(
        with_reason(unknown, "K-902", Reason.DEPENDENCY), "K-903", Reason.UNREACHABLE
    )
    found = prove(CATALOGUE, before, SOLVED, list(TRIALS.values()))
    assert reasons(found, "K-902") == ()
    assert reasons(found, "K-903") == (
        "non vérifiable sur un banc que personne n'a touché : pourquoi",
    )


def test_not_conforming_solved_counts_against() -> None:
    found = prove(CATALOGUE, UNTOUCHED, bench(YES, YES, NO), list(TRIALS.values()))
    assert reasons(found, "K-903") == ("non conforme sur le banc corrigé : pourquoi",)


def test_check_without_a_sabotage_counts_against() -> None:
    found = prove(CATALOGUE, UNTOUCHED, SOLVED, [TRIALS["K-901"], TRIALS["K-902"]])
    assert reasons(found, "K-903") == ("aucun sabotage ne l'éprouve",)


def test_sabotage_that_nothing_sees_counts_against() -> None:
    found = proof_with(replace(TRIALS["K-903"], sabotaged=SOLVED))
    assert reasons(found, "K-903") == ("son sabotage le laisse « conforme » : pourquoi",)


def test_sabotage_that_makes_it_unverifiable_counts_against() -> None:
    found = proof_with(replace(TRIALS["K-903"], sabotaged=bench(YES, YES, Verdict.UNVERIFIABLE)))
    assert reasons(found, "K-903") == ("son sabotage le laisse « non vérifiable » : pourquoi",)


def test_sabotage_that_changes_an_unrelated_check_counts_against() -> None:
    found = proof_with(replace(TRIALS["K-903"], sabotaged=bench(NO, BLOCKED, NO)))
    assert reasons(found, "K-903") == (
        "son sabotage change aussi K-901 (non conforme) : pourquoi",
        "son sabotage change aussi K-902 (bloqué) : pourquoi",
    )


def test_side_effect_that_was_declared_is_allowed() -> None:
    declared = frozenset({"K-901", "K-902"})
    found = proof_with(Trial("K-903", declared, bench(NO, BLOCKED, NO), SOLVED))
    assert reasons(found, "K-903") == ()


def test_dependant_that_does_not_change_counts_against() -> None:
    found = proof_with(replace(TRIALS["K-901"], sabotaged=bench(NO, YES, YES)))
    assert reasons(found, "K-901") == ("en dépendent sans changer : K-902",)


def test_repair_that_does_not_heal_counts_against() -> None:
    found = proof_with(replace(TRIALS["K-903"], reverted=bench(YES, YES, NO)))
    assert reasons(found, "K-903") == ("une fois réparé, K-903 reste « non conforme » : pourquoi",)


def test_what_a_partner_may_have_changed_says_nothing_of_a_sabotage() -> None:
    together = Trial("K-903", frozenset(), bench(NO, BLOCKED, NO), SOLVED, frozenset(NAMES[:2]))
    apart = Trial("K-903", frozenset(), bench(YES, YES, NO), SOLVED, frozenset({"K-904"}))
    trials = [TRIALS["K-901"], TRIALS["K-902"], together, apart]

    found = prove(CATALOGUE, UNTOUCHED, SOLVED, trials)

    assert reasons(found, "K-903") == ()
    assert found.rows[2].changed == {"K-903": NO}


def test_a_sabotage_that_was_never_seen_without_a_partner_counts_against() -> None:
    together = Trial("K-903", frozenset(), bench(NO, BLOCKED, NO), SOLVED, frozenset(NAMES[:2]))
    found = proof_with(together)
    assert reasons(found, "K-903") == ("n'a été essayé qu'avec ce qui change aussi K-901, K-902",)


def test_what_a_sabotage_shows_alone_decides() -> None:
    deaf_together = Trial("K-903", frozenset(), SOLVED, SOLVED, frozenset(NAMES[:2]))
    found = prove(CATALOGUE, UNTOUCHED, SOLVED, [*TRIALS.values(), deaf_together])
    assert reasons(found, "K-903") == ()


def test_a_sabotage_that_could_not_be_tried_says_why() -> None:
    trials = [TRIALS["K-901"], TRIALS["K-902"]]
    found = prove(CATALOGUE, UNTOUCHED, SOLVED, trials, {"K-903": "banc perdu"})
    assert reasons(found, "K-903") == ("son sabotage n'a pas pu être essayé : banc perdu",)


def test_what_the_subject_does_not_ask_changes_nothing() -> None:
    nothing = Verdict.NOT_APPLICABLE
    assert list_pointless(bench(YES, nothing, NO)) == {"K-902"}
    asked = (CATALOGUE[0], CATALOGUE[2])
    trial = Trial("K-901", frozenset(), bench(NO, BLOCKED, YES), bench(YES, nothing, YES))
    third = Trial("K-903", frozenset(), bench(YES, nothing, NO), bench(YES, nothing, YES))
    found = prove(asked, UNTOUCHED, bench(YES, nothing, YES), [trial, third])
    assert found.score == 1
    assert [row.changed for row in found.rows] == [{"K-901": NO, "K-902": BLOCKED}, {"K-903": NO}]
