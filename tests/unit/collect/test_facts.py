"""From answers to facts, and facts as JSON."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

import pytest

from checks.routing.facts.layer3 import SwitchAddresses
from checks.switching.demand import PortMode
from checks.switching.facts.tables import PortFact, Ports
from labctl.collect.facts import from_json, is_settled, parse, to_plain
from labctl.connect.base import Answer
from labctl.core.plain import canonical
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.machines import Machines
from labctl.facts.probe import NotUnderstood, Probe
from labctl.facts.reading import Wanted, as_reader
from labctl.plan.model import Plan
from tests.fakes import answer, ask
from tests.plans import plan_of


@dataclass(frozen=True)
class Text:
    """A fact."""

    text: str


def probe(act: Any, **options: Any) -> Wanted:
    def read(_plan: Plan, answers: tuple[Answer, ...]) -> object:
        return act(answers)

    return Wanted(as_reader(Probe(Text, lambda _plan: (), read, **options)))


def fail(error: Exception) -> Any:
    def act(_answers: object) -> object:
        raise error

    return act


def test_understood_answers_are_the_fact() -> None:
    fact = parse(plan_of(1), probe(lambda answers: Text(answers[0].output.decode())), [good()])

    assert fact == Text("fine")


def good() -> Answer:
    return answer(ask("/bin/a"), b"fine")


def bad() -> Answer:
    return answer(ask("/bin/b"), trouble=Unobserved(Reason.TIMEOUT, "trop tard"))


def test_one_troubled_answer_troubles_the_fact_and_names_the_machine() -> None:
    fact = parse(plan_of(1), probe(fail(AssertionError())), [good(), bad()])

    assert fact == Unobserved(Reason.TIMEOUT, "poste : trop tard")


def test_a_probe_of_troubles_gets_them() -> None:
    reading = probe(lambda answers: Text(str(len(answers))), takes_trouble=True)

    assert parse(plan_of(1), reading, [good(), bad()]) == Text("2")


def test_an_answer_that_is_not_understood_says_why() -> None:
    fact = parse(plan_of(1), probe(fail(NotUnderstood("no rows", Reason.TAMPER))), [good()])

    assert fact == Unobserved(Reason.TAMPER, "no rows")


@pytest.mark.parametrize(
    "error",
    [ValueError("secret"), KeyError("a"), IndexError(), TypeError(), ZeroDivisionError(),
     AttributeError(), RecursionError(), UnicodeDecodeError("utf-8", b"", 0, 1, "")],
)  # fmt: skip
def test_an_unforeseen_error_gives_its_type_only(error: Exception) -> None:
    fact = parse(plan_of(1), probe(fail(error)), [good()])

    assert fact == Unobserved(Reason.PROTOCOL, f"Text : {type(error).__name__}")


def test_a_lone_surrogate_is_no_text() -> None:
    fact = parse(plan_of(1), probe(lambda _answers: Text("\ud800")), [good()])

    assert fact == Unobserved(Reason.PROTOCOL, "Text : UnicodeEncodeError")


def test_a_fact_that_needs_no_wait_is_settled() -> None:
    assert is_settled(plan_of(1), probe(None).reader, Text("x"))


def test_a_fact_that_may_converge_is_not_settled_until_its_probe_says_so() -> None:
    waiting = probe(None, settle_s=5.0, is_settled=lambda _plan, fact: fact.text == "ready").reader

    assert not is_settled(plan_of(1), waiting, Text("x"))
    assert is_settled(plan_of(1), waiting, Text("ready"))
    assert is_settled(plan_of(1), waiting, Unobserved(Reason.TIMEOUT, ""))


def test_a_fact_whose_readiness_breaks_is_not_waited_for() -> None:
    def breaks(_plan: Plan, _fact: object) -> bool:
        raise KeyError("a")

    assert is_settled(plan_of(1), probe(None, settle_s=5.0, is_settled=breaks).reader, Text("x"))


def test_readiness_is_asked_of_the_plan_and_the_fact() -> None:
    asked: list[object] = []

    def remember(*what: object) -> bool:
        asked.extend(what)
        return False

    assert not is_settled(
        plan_of(1), probe(None, settle_s=0.1, is_settled=remember).reader, Text("x")
    )
    assert asked == [plan_of(1), Text("x")]


FACTS = [
    Ports({"Gi1/0/1": PortFact(PortMode.TRUNK, 1, 99, frozenset({30, 10}), True, False, "à ç")}),
    SwitchAddresses({10: IPv4Interface("10.0.0.1/24")}, frozenset({10})),
    Machines({"dc": None, "nas": Unobserved(Reason.TIMEOUT, "x")}),  # type: ignore[dict-item]
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_a_fact_survives_its_json(fact: object) -> None:
    assert from_json(type(fact), canonical(to_plain(fact))) == fact


def test_equal_sets_are_equal_texts() -> None:
    names = [f"OU={number}" for number in range(50)]

    assert to_plain(frozenset(names)) == to_plain(frozenset(reversed(names)))


def test_addresses_are_text() -> None:
    assert to_plain({"a": (IPv4Address("10.0.0.1"),)}) == {"a": ["10.0.0.1"]}


def test_another_json_is_no_fact() -> None:
    with pytest.raises(ValueError, match="not a Ports"):
        from_json(Ports, '{"ports": 3}')


def test_keys_are_text_and_sets_of_numbers_are_in_order() -> None:
    assert to_plain({PortMode.TRUNK: {2, 1}, 3: None}) == {"trunk": [1, 2], "3": None}
