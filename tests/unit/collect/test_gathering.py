"""One bench's collection: phases in order, facts that settle, and what is written down."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.gathering import LATER_S, Gathering
from labctl.collect.needs import Door, gather
from labctl.collect.recorder import JOURNAL, Recorder
from labctl.collect.visit import Visit, Visits
from labctl.connect.base import Answer, Endpoint, Question, Session, Transport
from labctl.core.deadline import Deadline
from labctl.core.errors import Unreachable
from labctl.core.ids import NodeName
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.facts.probe import Probe
from labctl.facts.reading import Wanted, as_reader
from labctl.plan.model import Plan
from tests.fakes import FakeSession, ask, endpoint
from tests.plans import plan_of


@dataclass(frozen=True)
class Text:
    """A fact."""

    text: str


def probe(*questions: Question, **options: Any) -> Probe:
    def read(_plan: Plan, answers: tuple[Answer, ...]) -> Text:
        return Text(b" ".join(one.output for one in answers).decode())

    return Probe(Text, lambda _plan: questions, read, **options)


class Machines:
    """Fake machines by node, and the order in which they were asked."""

    def __init__(self, outputs: dict[str, bytes]) -> None:
        self.asked: list[str] = []
        self.outputs = outputs
        self.sessions: list[FakeSession] = []
        self.times: dict[str, float] = {}
        self.gone: set[str] = set()
        self.waits_for: dict[NodeName, NodeName] = {}

    def visit(self, door: Door) -> Visit:
        def opener(_endpoint: Endpoint, deadline: Deadline) -> Session:
            self.times[door.node] = deadline.remaining_s()
            other = self.waits_for.get(door.node)
            assert other is None or until(lambda: other in self.times, deadline)
            if door.node in self.gone:
                raise Unreachable("gone")
            session = FakeSession(self.outputs, self.asked)
            self.sessions.append(session)
            return session

        return Visit(endpoint(door.node), opener)


def collect(
    run: Path,
    machines: Machines,
    *probes: Probe,
    within_s: float = 5,
    is_after_cut: bool = False,
) -> list[Any]:
    needs = gather(plan_of(1), [Wanted(as_reader(probe)) for probe in probes])
    recorder = Recorder(run, [])
    recorder.start(plan_of(1), "namespace", list(needs.asked_by))
    deadline = Deadline.after(within_s)
    visits = Visits(machines.visit)
    with Gathering(plan_of(1), needs, visits, recorder, deadline, is_after_cut=is_after_cut) as one:
        one.run(silent)
    recorder.finish()
    return [json.loads(line) for line in (run / "evidence" / JOURNAL).read_bytes().splitlines()]


def fact_of(records: list[Any]) -> Any:
    (found,) = [one for one in records if one["kind"] == "fact"]
    return found


def test_a_later_phase_waits_for_every_machine(tmp_path: Path) -> None:
    machines = Machines({})
    later = replace(ask("/bin/log", node="internet"), phase=1)

    collect(tmp_path, machines, probe(later, ask("/bin/a"), ask("/bin/b", node="nas")))

    assert machines.asked[-1] == "/bin/log"


TRIAL = Question(NodeName("nas"), Transport.SMB, "hina : COMMUN", {"principal": "hina"})


def test_the_shares_leave_time_to_what_is_asked_later(tmp_path: Path) -> None:
    machines = Machines({})
    machines.gone.add("dc")

    collect(tmp_path, machines, probe(ask("/bin/a"), TRIAL), within_s=10 + LATER_S)

    assert machines.times["poste"] > LATER_S > 10 >= machines.times["dc"] > 0


def test_the_shares_are_tried_while_the_wire_is_listened_to(tmp_path: Path) -> None:
    machines = Machines({})
    machines.gone.add("dc")
    listens = Question(NodeName("sonde_wan"), Transport.WIRE, "sonde", {})
    machines.waits_for[listens.node] = NodeName("dc")  # which only the shares ask

    collect(tmp_path, machines, probe(listens, ask("/bin/a"), TRIAL), within_s=4 * LATER_S)

    assert machines.asked == ["/bin/a", "sonde"]


def test_a_fact_cites_the_answers_it_comes_from(tmp_path: Path) -> None:
    records = collect(
        tmp_path, Machines({"/bin/b": b"b\xc3\xa9"}), probe(ask("/bin/a"), ask("/bin/b"))
    )

    fact = fact_of(records)
    cited = [records[seq]["question"] for seq in fact["answers"]]
    assert (fact["value"], cited) == ({"text": " bé"}, ["/bin/a", "/bin/b"])


def test_connections_are_closed(tmp_path: Path) -> None:
    machines = Machines({})

    collect(tmp_path, machines, probe(ask("/bin/a"), ask("/bin/b", node="nas")))

    assert [one.is_closed for one in machines.sessions] == [True, True]


def test_how_each_machine_was_reached_is_recorded(tmp_path: Path) -> None:
    records = collect(tmp_path, Machines({}), probe(ask("/bin/a")))

    (visit,) = [one for one in records if one["kind"] == "visit"]
    assert (visit["node"], visit["way"], visit["trouble"]) == ("poste", "vantage", None)


@pytest.fixture
def converging() -> tuple[Machines, Callable[[Plan, Text], bool]]:
    machines = Machines({"/bin/a": b"not yet"})

    def is_settled(_plan: Plan, fact: Text) -> bool:
        machines.outputs["/bin/a"] = b"ready"  # the next look will see it
        return fact.text == "ready"

    return machines, is_settled


def test_what_converges_is_asked_again_and_every_attempt_kept(
    tmp_path: Path, converging: tuple[Machines, Callable[[Plan, Text], bool]]
) -> None:
    machines, is_settled = converging

    records = collect(tmp_path, machines, probe(ask("/bin/a"), settle_s=4.0, is_settled=is_settled))

    attempts = [one["attempt"] for one in records if one["kind"] == "answer"]
    assert (attempts, fact_of(records)["value"]) == ([1, 2], {"text": "ready"})


def test_the_budget_of_a_fact_ends_the_wait(tmp_path: Path) -> None:
    never = probe(ask("/bin/a"), settle_s=0.1, is_settled=lambda _plan, _fact: False)

    records = collect(tmp_path, Machines({"/bin/a": b"x"}), never)

    assert fact_of(records)["value"] == {"text": "x"}


def test_after_a_power_cut_what_converges_is_waited_for_longer(tmp_path: Path) -> None:
    never = probe(ask("/bin/a"), settle_s=0.5, is_settled=lambda _plan, _fact: False)

    counts = []
    for is_after_cut in (False, True):
        machines = Machines({"/bin/a": b"x"})
        run = tmp_path / str(is_after_cut)
        collect(run, machines, never, within_s=30, is_after_cut=is_after_cut)
        counts.append(machines.asked.count("/bin/a"))

    assert counts == [2, 3]  # at once and after one second; and after two


def test_no_time_left_is_an_answer_too(tmp_path: Path) -> None:
    records = collect(tmp_path, Machines({"/bin/a": b"x"}), probe(ask("/bin/a")), within_s=0)

    assert fact_of(records)["value"] == {"text": "x"}


def settled_by(text: str) -> dict[str, Any]:
    """Return the options of a probe that is not settled before a text, and then insists."""

    def insist(question: Question) -> Question | None:
        if question.body["argv"] != ("/bin/a",):
            return None
        return replace(question, text="/bin/long", timeout_s=0.5)

    return {"is_settled": lambda _plan, fact: fact.text == text, "insist": insist}


def test_a_longer_question_is_asked_once_and_only_that_one(tmp_path: Path) -> None:
    machines = Machines({"/bin/long": b"late", "/bin/b": b"there"})

    records = collect(
        tmp_path, machines, probe(ask("/bin/a"), ask("/bin/b"), **settled_by("never")), within_s=20
    )

    assert machines.asked == ["/bin/a", "/bin/b", "/bin/long"]
    assert fact_of(records)["value"] == {"text": "late there"}


def test_a_fact_that_is_settled_needs_no_longer_question(tmp_path: Path) -> None:
    machines = Machines({"/bin/a": b"soon"})

    collect(tmp_path, machines, probe(ask("/bin/a"), **settled_by("soon")), within_s=20)

    assert machines.asked == ["/bin/a"]


def test_a_longer_question_is_not_asked_without_the_time_for_it(tmp_path: Path) -> None:
    machines = Machines({})

    collect(tmp_path, machines, probe(ask("/bin/a"), **settled_by("never")), within_s=0.4)

    assert machines.asked == ["/bin/a"]


def test_a_longer_question_that_comes_to_nothing_leaves_the_short_answer(tmp_path: Path) -> None:
    machines = Machines({"/bin/a": b"short"})
    machines.gone.add("nas")

    def insist(question: Question) -> Question:
        return replace(question, node=NodeName("nas"), timeout_s=0.5)

    asked = probe(ask("/bin/a"), **(settled_by("never") | {"insist": insist}))
    records = collect(tmp_path, machines, asked, within_s=20)

    answers = [one for one in records if one["kind"] == "answer"]
    assert [one["trouble"] is None for one in answers] == [True, False]
    assert fact_of(records)["value"] == {"text": "short"}


def test_a_probe_without_patience_is_asked_once(tmp_path: Path) -> None:
    machines = Machines({})

    collect(tmp_path, machines, probe(ask("/bin/a"), is_settled=lambda _plan, _fact: False))

    assert machines.asked == ["/bin/a"]
