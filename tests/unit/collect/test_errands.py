"""An errand lends how its questions are asked; what stands in its way is the trouble of each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from labctl.collect.errands import run_errand
from labctl.collect.needs import Door
from labctl.collect.visit import Visit, Visits
from labctl.connect.base import Answer, Endpoint, Question, Session, Transport
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.errand import Doors, Errand, Hampered, Lent, load_errands
from labctl.plan.model import Plan
from tests.fakes import answer, endpoint
from tests.plans import plan_of

CLOSED = Unobserved(Reason.UNREACHABLE, "fermé")
QUESTIONS = [
    (3, Question(NodeName("nas"), Transport.SMB, "hina", {"principal": "hina"})),
    (5, Question(NodeName("nas"), Transport.SMB, "personne", {"principal": "personne"})),
]


@dataclass
class Server:
    """A server that answers, and notes what was done in which order."""

    done: list[str] = field(default_factory=list)

    def open(self, _way: Endpoint, _deadline: Deadline) -> Session:
        return self

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:  # noqa: ARG002
        self.done += [f"asked {one.text}" for one in questions]
        return tuple(answer(one, b"oui") for one in questions)

    def close(self) -> None:
        self.done.append("closed")


def ask(server: Server, *, is_hampered: bool = False) -> dict[int, Answer]:
    """Return the answers of an errand that lends a server to everybody but « personne »."""

    @contextmanager
    def run(
        doors: Doors, plan: Plan, questions: Sequence[Question], deadline: Deadline
    ) -> Iterator[Lent]:
        server.done.append(f"{len(questions)} in {plan.domain}, {deadline.patience}")
        doors.find_shell(NodeName("dc"))
        if is_hampered:
            raise Hampered(CLOSED)
        yield Lent(server.open, lambda one: CLOSED if one.text == "personne" else None)
        server.done.append("cleaned")

    def visit(door: Door) -> Visit:
        return Visit(endpoint(door.node, door.transport), None)

    errand = Errand("essaie", Transport.SMB, run, lambda _a: False, lambda *_a: False, 1.0)
    return run_errand(errand, plan_of(1), Visits(visit), QUESTIONS, Deadline.after(20))


def test_what_it_lends_is_asked_and_closed_before_it_cleans_up() -> None:
    server = Server()

    found = ask(server)

    assert server.done == ["2 in moana.test, 1.0", "asked hina", "closed", "cleaned"]
    assert {at: one.trouble for at, one in found.items()} == {3: None, 5: CLOSED}


def test_what_stands_in_its_way_is_the_trouble_of_every_question() -> None:
    found = ask(Server(), is_hampered=True)

    assert {at: one.trouble for at, one in found.items()} == {3: CLOSED, 5: CLOSED}


def test_errands_are_those_of_the_topics_that_a_cahier_names() -> None:
    assert [one.transport for one in load_errands(plan_of(1))] == [Transport.SMB]
