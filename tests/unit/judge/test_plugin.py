"""What becomes of a check that fails, breaks or cannot look, and what is said of it."""

import os
import sys
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from labctl.core.errors import UsageError
from labctl.core.expect import Expectation, Undecided, require, truth
from labctl.core.ids import CheckId, CriterionId
from labctl.core.verdict import Help, Mismatch, Reason, Unobserved, Verdict
from labctl.facts.machines import Machines
from labctl.judge.run import judge
from labctl.judge.selection import Selection, select
from labctl.pipeline.exam import load_referential
from labctl.plan.document import digest
from labctl.spec.grid import Entry, Grid
from tests.facts import evidence_of, machines
from tests.runs import SOLVED
from tests.unit.judge.trial import PLAN, Thing, accept, declared, judged, judged_on, raising, reject


def test_a_wrong_answer_says_nothing_that_its_check_did_not() -> None:
    found = judged(declared("K-901", raising(Mismatch("faux"))))["K-901"]
    assert (found.verdict, found.expected, found.found) == (Verdict.NON_CONFORM, "", "")


def test_check_that_returns_conforms_with_its_evidence() -> None:
    found = judged(declared("K-901", accept))["K-901"]
    assert (found.verdict, found.earned, found.message) == (Verdict.CONFORM, Decimal(1), "")
    assert [reference.question for reference in found.evidence] == ["Thing"]
    assert found.label == "Un contrôle d'essai"


def test_mismatch_says_what_was_expected_and_earned() -> None:
    found = judged(declared("K-901", reject))["K-901"]
    assert found.verdict is Verdict.NON_CONFORM
    assert (found.message, found.expected, found.found) == ("faux", "A", "B")
    assert found.earned == Decimal("0.5")


def test_plain_assertion_is_a_wrong_answer() -> None:
    found = judged(declared("K-901", raising(AssertionError("il manque un groupe"))))["K-901"]
    assert (found.verdict, found.message) == (Verdict.NON_CONFORM, "il manque un groupe")
    assert found.earned == 0


def test_assertion_without_words_still_says_something() -> None:
    found = judged(declared("K-901", raising(AssertionError())))["K-901"]
    assert found.message == "ne correspond pas à la demande"


@pytest.mark.parametrize(
    "error",
    [
        KeyError("VLAN"),
        ZeroDivisionError(),
        RecursionError(),
        OSError("disque"),
        SystemExit(0),
        GeneratorExit(),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_broken_check_is_not_the_candidates_mistake(error: BaseException) -> None:
    found = judged(declared("K-901", raising(error)), declared("K-902", accept))
    assert (found["K-901"].verdict, found["K-901"].reason) == (Verdict.UNVERIFIABLE, Reason.SPEC)
    assert found["K-901"].message.startswith(f"contrôle défectueux : {type(error).__name__}")
    assert found["K-902"].verdict is Verdict.CONFORM


def test_pytest_exit_in_a_check_does_not_lose_the_others() -> None:
    stop = raising(pytest.exit.Exception("adieu"))
    found = judged(declared("K-901", stop), declared("K-902", accept))
    assert {verdict.verdict for verdict in found.values()} == {Verdict.UNVERIFIABLE}
    assert found["K-902"].message == "le contrôle n'a pas été exécuté"


def test_interruption_is_passed_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        judged(declared("K-901", raising(KeyboardInterrupt())))


def test_undecided_keeps_its_reason() -> None:
    error = Undecided("la sonde ne fonctionne pas", Reason.UNREACHABLE)
    found = judged(declared("K-901", raising(error)))["K-901"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.UNREACHABLE)
    assert found.message == "machine injoignable : la sonde ne fonctionne pas"


def test_unobserved_need_keeps_the_check_from_running() -> None:
    unseen = Unobserved(Reason.OUTPUT_LIMIT, "plus de 1 Mio")
    found = judged(declared("K-901", reject), facts={Thing: unseen})["K-901"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.OUTPUT_LIMIT)
    assert found.message == "trop de données reçues : plus de 1 Mio"


def test_what_conforms_says_what_was_expected_and_found() -> None:
    points = (Expectation("masque", 24, 24), truth("carte allumée", "éteinte", holds=True))

    found = judged(declared("K-901", lambda _thing: require(points)))["K-901"]

    assert found.verdict is Verdict.CONFORM
    assert found.expected == "masque : 24 ; carte allumée : oui"
    assert found.found == found.expected


def test_many_points_are_counted_beyond_the_first() -> None:
    points = [Expectation(f"p{number}", number, number) for number in range(15)]

    found = judged(declared("K-901", lambda _thing: require(points)))["K-901"]

    assert found.found.endswith("p10 : 10 ; p11 : 11 ; et 3 autres")


def test_nothing_asked_is_not_applicable() -> None:
    found = judged(declared("K-901", lambda _thing: require(())))["K-901"]
    assert (found.verdict, found.message) == (
        Verdict.NOT_APPLICABLE,
        "le sujet ne le demande pas",
    )


def test_skip_is_not_applicable() -> None:
    found = judged(declared("K-901", raising(pytest.skip.Exception("sans objet ici"))))["K-901"]
    assert found.verdict is Verdict.NOT_APPLICABLE


def test_help_is_marked() -> None:
    facts = {Thing: Thing(), Machines: machines(PLAN)}
    lot = Help("2026-01-01T08:00:00.000Z", "jury", "essai", "L1", "Réseau", ("routing",))
    evidence = replace(evidence_of(PLAN, facts), helps=(lot,))
    routing = replace(declared("K-901", accept), topic="routing")
    found = judged_on(evidence, routing, declared("K-902", accept))
    assert (found["K-901"].assisted, found["K-902"].assisted) == (True, False)


def test_no_evidence_no_verdict() -> None:
    assert judge([], Selection((declared("K-901", accept),), ())) == ()


def test_variables_and_files_of_the_shell_change_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -k rien")
    monkeypatch.setenv("PYTEST_PLUGINS", "plugin_that_does_not_exist")
    assert judged(declared("K-901", accept))["K-901"].verdict is Verdict.CONFORM


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.UNREACHABLE, "machine injoignable"),
        (Reason.TIMEOUT, "pas de réponse à temps"),
        (Reason.OUTPUT_LIMIT, "trop de données reçues"),
        (Reason.NO_EXIT_STATUS, "commande interrompue"),
        (Reason.PROTOCOL, "réponse incomprise"),
        (Reason.TAMPER, "preuve altérée"),
        (Reason.SPEC, "contrôle défectueux"),
        (Reason.DEPENDENCY, "dépendance non vérifiable"),
    ],
)
def test_every_reason_has_its_words(reason: Reason, said: str) -> None:
    found = judged(declared("K-901", raising(Undecided("ici", reason))))["K-901"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, reason)
    assert found.message == f"{said} : ici"


def test_what_was_not_named_is_left_out_of_a_partial_run() -> None:
    chosen, left = declared("K-901", accept), declared("K-902", accept)
    entry = Entry(CriterionId("6.1"), 1)
    grid = Grid(load_referential("tai"), {CheckId("K-901"): entry, CheckId("K-902"): entry})
    whole = select((chosen, left), grid)
    named = select((chosen, left), grid, ("K-901",))
    evidence = evidence_of(PLAN, {Thing: Thing()})
    assert not judge([evidence], whole)[0].provenance.partial
    assert [one.check for one in judge([evidence], named)[0].provenance.outside] == ["K-902"]


def test_after_the_solution_every_check_is_helped() -> None:
    evidence = evidence_of(PLAN, {Thing: Thing()}, helps=(SOLVED,))
    (bench,) = judge([evidence], Selection((declared("K-901", accept),), ()))
    assert bench.verdicts[0].assisted
    assert bench.provenance.helps == (SOLVED,)


def test_a_bench_says_whose_verdicts_these_are() -> None:
    evidence = evidence_of(PLAN, {Thing: Thing()}, isolation="vm")
    (bench,) = judge([evidence], Selection((declared("K-901", accept),), ()))
    assert (bench.bench, bench.variant, bench.cahier) == (1, "A", "tai-tp-pme-01")
    assert (bench.isolation, bench.workstation) == ("vm", PLAN.desks[0].desk)
    assert (bench.collected_at, bench.evidence_head) == (evidence.collected_at, "f" * 64)
    assert bench.plan_digest == digest(PLAN)


def test_python_without_assertions_judges_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under ``-O`` every check would conform."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "flags", SimpleNamespace(optimize=1))
        with pytest.raises(UsageError) as caught:
            judge([], Selection((), ()))
    assert caught.value.message == (
        "Python est lancé avec -O, qui efface les assertions des contrôles"
    )
    assert caught.value.hint == "enlever -O et PYTHONOPTIMIZE"


def test_variables_of_the_shell_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k rien")
    judged(declared("K-901", accept))
    assert os.environ["PYTEST_ADDOPTS"] == "-k rien"
