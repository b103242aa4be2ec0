"""From facts to questions."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from labctl.collect.needs import Door, gather
from labctl.connect.base import Answer, Question, Transport
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason
from labctl.facts.probe import Probe
from labctl.facts.reading import Wanted, as_reader
from labctl.facts.script import ask_part
from labctl.plan.model import Plan
from tests.fakes import ask
from tests.plans import plan_of


@dataclass(frozen=True)
class One:
    """A fact."""


@dataclass(frozen=True)
class Two:
    """Another fact."""


def probe(fact: type, *questions: Question) -> Wanted:
    return Wanted(as_reader(Probe(fact, lambda _plan: questions, _keep)))


def _keep(_plan: Plan, answers: tuple[Answer, ...]) -> object:
    return answers


def test_each_probe_finds_its_questions_in_its_order() -> None:
    needs = gather(
        plan_of(1), [probe(One, ask("/bin/b"), ask("/bin/a")), probe(Two, ask("/bin/a"))]
    )

    assert [one.text for one in needs.questions] == ["/bin/b", "/bin/a"]
    assert needs.asked_by == {"One": (0, 1), "Two": (1,)}


def test_the_same_question_is_asked_once_with_the_most_patience() -> None:
    hasty = ask("/bin/a", timeout_s=1, cap_bytes=10)
    patient = ask("/bin/a", timeout_s=9, cap_bytes=5)

    needs = gather(plan_of(1), [probe(One, hasty), probe(Two, patient)])

    assert needs.questions == (ask("/bin/a", timeout_s=9, cap_bytes=10),)


def test_the_same_question_in_two_phases_is_two() -> None:
    later = replace(ask("/bin/a"), phase=1)

    needs = gather(plan_of(1), [probe(One, ask("/bin/a"), later)])

    assert (len(needs.questions), needs.phases) == (2, (0, 1))


def test_every_way_in_is_named_once() -> None:
    cli = Question(NodeName("commutateur"), Transport.CLI, "show version", {"command": "x"})

    needs = gather(plan_of(1), [probe(One, ask("/bin/a"), ask("/bin/b"), cli)])

    assert needs.doors() == (
        Door(NodeName("poste"), Transport.SSH),
        Door(NodeName("commutateur"), Transport.CLI),
    )


def test_a_probe_that_cannot_ask_costs_its_fact_only() -> None:
    broken = Wanted(as_reader(Probe(One, _raise(KeyError("SEGMENT")), _keep)))
    needs = gather(plan_of(1), [broken, probe(Two)])

    assert needs.unaskable["One"].reason is Reason.SPEC
    assert list(needs.wanted) == ["Two"]


def part(name: str, code: str, node: str = "poste") -> Question:
    return ask_part(NodeName(node), name, code, f"Get-{name}")


def test_parts_of_a_machine_are_one_script() -> None:
    needs = gather(plan_of(1), [probe(One, part("b", "2")), probe(Two, part("a", "1"))])

    (asked,) = needs.questions
    assert asked.text == "PowerShell : Get-b, Get-a"
    assert "Fact a {\n1\n}\nFact b {\n2\n}\n" in str(asked.body["script"])
    assert needs.asked_by == {"One": (0,), "Two": (0,)}


def test_the_same_part_is_played_once() -> None:
    needs = gather(plan_of(1), [probe(One, part("a", "1")), probe(Two, part("a", "1"))])

    assert str(needs.questions[0].body["script"]).count("Fact a {") == 1


def test_each_machine_plays_its_own_script() -> None:
    needs = gather(plan_of(1), [probe(One, part("a", "1")), probe(Two, part("a", "2", "dc"))])

    assert [one.node for one in needs.questions] == ["poste", "dc"]


def test_two_parts_of_one_name_cost_the_fact_that_comes_later() -> None:
    needs = gather(plan_of(1), [probe(One, part("a", "1")), probe(Two, part("a", "2"))])

    assert list(needs.wanted) == ["One"]
    assert needs.unaskable["Two"].reason is Reason.SPEC


def _raise(error: Exception) -> Callable[[Plan], tuple[Question, ...]]:
    def act(_plan: Plan) -> tuple[Question, ...]:
        raise error

    return act
