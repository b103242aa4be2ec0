"""What becomes of a check that fails, breaks, waits or cannot look."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from labctl.core.check import Over, check
from labctl.core.errors import UsageError
from labctl.core.expect import Expectation, NotAsked, Undecided, require, truth
from labctl.core.ids import CheckId, CriterionId, NodeName
from labctl.core.verdict import (
    CheckVerdict,
    Help,
    Match,
    Mismatch,
    Outside,
    Reason,
    Unobserved,
    Verdict,
)
from labctl.facts.evidence import Evidence
from labctl.facts.machines import Machines
from labctl.judge.catalogue import Check
from labctl.judge.run import judge
from labctl.judge.selection import Selection, select
from labctl.pipeline.exam import load_referential
from labctl.plan.document import digest
from labctl.plan.model import Plan
from labctl.spec.grid import Entry, Grid
from tests.facts import Facts, evidence_of, machines
from tests.network import router_of
from tests.plans import plan_of
from tests.runs import SOLVED

PLAN = plan_of(1)


@dataclass(frozen=True, slots=True)
class Thing:
    """A fact of these tests."""

    value: int = 1


@dataclass(frozen=True, slots=True)
class Other:
    """Another fact of these tests."""

    value: int = 1


def through_the_router(plan: Plan) -> tuple[NodeName, ...]:
    """Return what lies in the way of a wrong answer of these tests."""
    return (router_of(plan).node,)


def declared(
    check_id: str,
    body: Callable[[Thing], Match | None],
    *,
    after: tuple[str, ...] = (),
    partly_after: tuple[str, ...] = (),
    over: Over | None = None,
) -> Check:
    """Return a check that runs this body."""

    @check(check_id, needs=Thing, after=after, partly_after=partly_after, over=over)
    def function(plan: Plan, thing: Thing) -> Match | None:
        """Un contrôle d'essai."""
        assert plan.bench
        return body(thing)

    return Check(function.labctl_check, function, "essai.py", 1)  # type: ignore[attr-defined]


def judged(
    *checks: Check, facts: Facts | None = None, support: tuple[Check, ...] = ()
) -> dict[str, CheckVerdict]:
    """Judge one bench and return its verdicts by check."""
    evidence = evidence_of(PLAN, {Thing: Thing(), Machines: machines(PLAN)} | (facts or {}))
    return judged_on(evidence, *checks, support=support)


def judged_on(
    evidence: Evidence, *checks: Check, support: tuple[Check, ...] = ()
) -> dict[str, CheckVerdict]:
    """Judge one evidence and return its verdicts by check."""
    (bench,) = judge([evidence], Selection(checks, support))
    return {verdict.check: verdict for verdict in bench.verdicts}


def accept(_thing: Thing) -> None:
    """Find nothing wrong."""


def reject(_thing: Thing) -> None:
    raise Mismatch("faux", expected="A", found="B", earned=Decimal("0.5"))


def raising(error: BaseException) -> Callable[[Thing], None]:
    """Return a body that raises."""

    def body(_thing: Thing) -> None:
        raise error

    return body


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


def test_failure_blocks_what_waits_for_it_and_names_the_root() -> None:
    found = judged(
        declared("K-901", reject),
        declared("K-902", accept, after=("K-901",)),
        declared("K-903", accept, after=("K-902",)),
    )
    assert found["K-902"].verdict is found["K-903"].verdict is Verdict.BLOCKED
    assert found["K-903"].blocked_by == ("K-901",)
    assert found["K-903"].message == "bloqué par K-901"


def test_order_of_the_catalogue_does_not_matter() -> None:
    found = judged(declared("K-901", accept, after=("K-902",)), declared("K-902", reject))
    assert list(found) == ["K-901", "K-902"]
    assert found["K-901"].blocked_by == ("K-902",)


def test_two_roots_are_both_named() -> None:
    found = judged(
        declared("K-901", reject),
        declared("K-902", reject),
        declared("K-903", accept, after=("K-902", "K-901")),
    )
    assert found["K-903"].blocked_by == ("K-901", "K-902")


def test_unverifiable_dependency_does_not_block() -> None:
    found = judged(
        declared("K-901", raising(KeyError("x"))), declared("K-902", accept, after=("K-901",))
    )["K-902"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.DEPENDENCY)
    assert found.message == "dépendance non vérifiable : dépend de K-901"


def test_own_reason_comes_before_that_of_a_dependency() -> None:
    gone = Unobserved(Reason.UNREACHABLE, "poste")
    found = judged(
        declared("K-901", accept), declared("K-902", accept, after=("K-901",)), facts={Thing: gone}
    )
    assert found["K-902"].reason is Reason.UNREACHABLE


def test_dependency_that_is_not_applicable_does_not_matter() -> None:
    found = judged(
        declared("K-901", raising(NotAsked("rien"))), declared("K-902", accept, after=("K-901",))
    )
    assert found["K-902"].verdict is Verdict.CONFORM


def test_dependency_that_was_not_chosen_is_judged_and_not_reported() -> None:
    found = judged(
        declared("K-902", accept, after=("K-901",)), support=(declared("K-901", reject),)
    )
    assert list(found) == ["K-902"]
    assert found["K-902"].verdict is Verdict.BLOCKED


def test_wrong_answer_over_a_dead_machine_proves_nothing() -> None:
    dead = machines(PLAN, routeur=Unobserved(Reason.TIMEOUT, "rien en 10 s"))
    found = judged(declared("K-901", reject, over=through_the_router), facts={Machines: dead})[
        "K-901"
    ]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.TIMEOUT)
    assert found.message == "pas de réponse à temps : routeur, rien en 10 s"


def test_right_answer_over_a_dead_machine_stands() -> None:
    dead = machines(PLAN, routeur=Unobserved(Reason.TIMEOUT, ""))
    found = judged(declared("K-901", accept, over=through_the_router), facts={Machines: dead})
    assert found["K-901"].verdict is Verdict.CONFORM


def test_another_dead_machine_changes_nothing() -> None:
    dead = machines(PLAN, nas=Unobserved(Reason.TIMEOUT, ""))
    found = judged(declared("K-901", reject, over=through_the_router), facts={Machines: dead})
    assert found["K-901"].verdict is Verdict.NON_CONFORM


def test_a_path_that_no_cable_makes_is_a_defect_of_the_check() -> None:
    def nowhere(plan: Plan) -> tuple[NodeName, ...]:
        return plan.between(router_of(plan).node, NodeName("ailleurs"))

    found = judged(declared("K-901", reject, over=nowhere))["K-901"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.SPEC)


def test_machines_that_nobody_asked_prove_nothing() -> None:
    unseen = Unobserved(Reason.TAMPER, "journal coupé")
    found = judged(declared("K-901", reject, over=through_the_router), facts={Machines: unseen})
    assert found["K-901"].reason is Reason.TAMPER


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


def test_roots_of_a_failure_are_all_said() -> None:
    found = judged(
        declared("K-901", reject),
        declared("K-902", reject),
        declared("K-903", accept, after=("K-902", "K-901")),
    )["K-903"]
    assert found.message == "bloqué par K-901, K-902"


def test_a_check_whose_facts_nobody_collected_is_left_out_and_named() -> None:
    """Nor is one judged whose second opinion, or whose way, was not looked at."""
    plain = declared("K-901", accept)
    needing = replace(plain.spec, id=CheckId("K-902"), needs=(Other,))
    witness = replace(plain.spec, id=CheckId("K-903"), witnesses=(Other,))
    over = declared("K-904", accept, over=through_the_router)
    others = tuple(Check(spec, plain.function, "essai.py", 1) for spec in (needing, witness))
    evidence = evidence_of(PLAN, {Thing: Thing()}, only=("K-901",))

    entries = {CheckId("K-902"): Entry(CriterionId("6.1"), 3)}

    (bench,) = judge([evidence], Selection((plain, *others, over), (), (), entries))

    assert [verdict.check for verdict in bench.verdicts] == ["K-901"]
    known = bench.provenance
    assert (known.partial, known.only) == (True, ("K-901",))
    assert [check.check for check in known.outside] == ["K-902", "K-903", "K-904"]
    assert known.outside[0] == Outside("K-902", "6.1", "Un contrôle d'essai", 3)


def test_what_waits_for_a_check_that_is_left_out_is_left_out_with_it() -> None:
    first = declared("K-901", accept)
    spec = replace(first.spec, needs=(Other,))
    second, third = declared("K-902", accept, after=("K-901",)), declared("K-903", accept)
    evidence = evidence_of(PLAN, {Thing: Thing()})

    (bench,) = judge(
        [evidence], Selection((second, third), (Check(spec, first.function, "essai.py", 1),))
    )

    assert [verdict.check for verdict in bench.verdicts] == ["K-903"]
    assert [check.check for check in bench.provenance.outside] == ["K-902"]


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


def hindered(_thing: Thing) -> Match:
    """Find one point right, and one wrong that K-901 answers for."""
    return require(
        (
            truth("ceci", "pas ceci", holds=True),
            Expectation("cela", 1, 2, "cela manque", hindered_by=("K-901",)),
        )
    )


def test_a_part_that_another_failure_explains_waits_and_the_rest_is_earned() -> None:
    found = judged(declared("K-901", reject), declared("K-902", hindered, partly_after=("K-901",)))[
        "K-902"
    ]
    assert (found.verdict, found.blocked_by) == (Verdict.BLOCKED, ("K-901",))
    assert (found.earned, found.waiting) == (Decimal("0.5"), Decimal("0.5"))
    assert (found.message, found.found) == ("bloqué par K-901", "cela manque")


def test_the_root_of_what_explains_is_named() -> None:
    found = judged(
        declared("K-900", reject),
        declared("K-901", accept, after=("K-900",)),
        declared("K-902", hindered, partly_after=("K-901",)),
    )["K-902"]
    assert found.blocked_by == ("K-900",)


def test_what_conforms_explains_no_failure() -> None:
    """Nobody gets out of a wrong answer by what is right elsewhere."""
    found = judged(declared("K-901", accept), declared("K-902", hindered, partly_after=("K-901",)))[
        "K-902"
    ]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.PROTOCOL)
    assert found.message == "réponse incomprise : les observations se contredisent : K-901"
    assert {found.earned, found.waiting} == {Decimal(0)}


def test_what_is_not_known_explains_nothing_either() -> None:
    found = judged(
        declared("K-901", raising(KeyError("x"))),
        declared("K-902", hindered, partly_after=("K-901",)),
    )["K-902"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.DEPENDENCY)


def test_a_check_that_names_one_it_does_not_wait_for_is_defective() -> None:
    found = judged(declared("K-901", reject), declared("K-902", hindered))["K-902"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.SPEC)


def test_a_dead_machine_on_the_way_explains_before_other_checks_do() -> None:
    dead = Unobserved(Reason.UNREACHABLE, "connexion refusée")
    check_of = declared("K-902", hindered, partly_after=("K-901",), over=through_the_router)
    facts: Facts = {Machines: machines(PLAN, routeur=dead)}
    found = judged(declared("K-901", reject), check_of, facts=facts)["K-902"]
    assert (found.verdict, found.reason) == (Verdict.UNVERIFIABLE, Reason.UNREACHABLE)


@pytest.mark.parametrize(("body", "waiting"), [("reject", "0.25"), ("accept", "0")])
def test_beside_a_wrong_answer_only_what_really_fails_explains(body: str, waiting: str) -> None:
    def mixed(_thing: Thing) -> Match:
        points = [truth(name, "faux", holds=name == "a") for name in ("a", "b", "c")]
        return require((*points, Expectation("d", 1, 2, hindered_by=("K-901",))))

    first = declared("K-901", reject if body == "reject" else accept)
    found = judged(first, declared("K-902", mixed, partly_after=("K-901",)))["K-902"]
    assert (found.verdict, found.message) == (Verdict.NON_CONFORM, "faux ; faux")
    assert (found.earned, found.waiting) == (Decimal("0.25"), Decimal(waiting))


def test_what_is_blocked_whole_waits_whole() -> None:
    found = judged(declared("K-901", reject), declared("K-902", accept, after=("K-901",)))
    assert found["K-902"].earned == 0
    assert found["K-902"].waiting == 1


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
