"""What becomes of a check that waits for another, for a machine, or for facts that nobody has."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from labctl.core.expect import Expectation, NotAsked, require, truth
from labctl.core.ids import CheckId, CriterionId, NodeName
from labctl.core.verdict import Match, Outside, Reason, Unobserved, Verdict
from labctl.facts.machines import Machines
from labctl.judge.catalogue import Check
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.plan.model import Plan
from labctl.spec.grid import Entry
from tests.facts import Facts, evidence_of, machines
from tests.network import router_of
from tests.unit.judge.trial import (
    PLAN,
    Thing,
    accept,
    declared,
    judged,
    raising,
    reject,
    through_the_router,
)


@dataclass(frozen=True, slots=True)
class Other:
    """Another fact of these tests."""

    value: int = 1


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


def not_asked(_thing: Thing) -> None:
    raise NotAsked("le sujet ne le demande pas")


@pytest.mark.parametrize("before", [accept, reject, raising(KeyError("x"))])
@pytest.mark.parametrize("thing", [Thing(), Unobserved(Reason.UNREACHABLE, "poste")])
def test_what_is_not_asked_has_no_object_whatever_else_is_lacking(
    thing: object, before: Callable[[Thing], None]
) -> None:
    checks = declared("K-901", before), declared("K-902", not_asked, after=("K-901",))
    found = judged(*checks, facts={Thing: thing})["K-902"]
    assert (found.verdict, found.message) == (Verdict.NOT_APPLICABLE, "le sujet ne le demande pas")


@pytest.mark.parametrize(
    "is_needless",
    [
        lambda thing: thing.value > 5,
        bool,
        lambda thing: thing != 1,
        lambda thing: thing not in {1},
        lambda thing: not isinstance(thing, Thing),
        lambda thing: not list(thing),
    ],
)
def test_only_what_is_asked_tells_that_an_unseen_machine_has_no_object(
    is_needless: Callable[[object], bool],
) -> None:
    def body(thing: Thing) -> None:
        if is_needless(thing):
            raise NotAsked("facultatif, et non fait")

    found = judged(declared("K-901", body), facts={Thing: Unobserved(Reason.UNREACHABLE, "poste")})
    assert found["K-901"].reason is Reason.UNREACHABLE


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
