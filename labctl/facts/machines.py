"""Which machines of the bench answer at all, on the path the candidate does not configure."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.connect.base import Answer, Question, Transport
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.probe import Probe
from labctl.plan.model import Plan
from labctl.spec.kind import load_kind
from labctl.spec.topology import NodeState

SIGN = "signe de vie"


@dataclass(frozen=True, slots=True)
class Machines:
    """Health of each machine: None when it answered, else why it did not.

    « Nobody answered » on the wire is counter-evidence only while the machines in between live.
    """

    troubles: dict[NodeName, Unobserved | None]

    def trouble(self, node: NodeName) -> Unobserved | None:
        """Return why a machine did not answer, None when it did; KeyError when not asked."""
        return self.troubles[node]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask every machine that traffic goes through for the sign of life of its kind."""
    return tuple(_list_questions(plan))


def _list_questions(plan: Plan) -> Iterator[Question]:
    for node in plan.nodes.values():
        sign = load_kind(node.kind).sign
        if sign is not None and node.state is not NodeState.OBSERVER:
            yield Question(
                node.name, Transport(sign.protocol), SIGN, dict(sign.ask), sign.timeout_s
            )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Machines:  # noqa: ARG001  # shape of a probe
    """Keep what went wrong with each machine."""
    return Machines({answer.question.node: _trouble(answer) for answer in answers})


def _trouble(answer: Answer) -> Unobserved | None:
    if answer.trouble is not None:
        return answer.trouble
    if answer.exit_code not in {None, 0}:
        return Unobserved(Reason.PROTOCOL, f"code {answer.exit_code}")
    return None


PROBE = Probe(Machines, ask, parse, takes_trouble=True)
