"""Which machines of the bench answer at all, on the path the candidate does not configure."""

from dataclasses import dataclass, replace

from labctl.connect.base import Answer, Question, Transport
from labctl.core.ids import NodeName
from labctl.core.kind import WITH_SHELL
from labctl.core.verdict import Reason, Unobserved
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.windows.asking import ask_cim

SIGN = "signe de vie"
UNASKED_ROLES = frozenset({"probe", "vantage", "switch"})


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
    """Ask every machine that traffic goes through for a sign of life."""
    asked = (node.name for node in plan.nodes.values() if node.role not in UNASKED_ROLES)
    return (
        *(_sign(plan, name) for name in asked),
        Question(plan.switch.node, Transport.CLI, SIGN, {"command": "show version"}),
    )


def _sign(plan: Plan, node: NodeName) -> Question:
    if node == plan.workstation.node and plan.workstation.kind not in WITH_SHELL:
        return replace(ask_cim(plan, "Win32_OperatingSystem", "BuildNumber"), text=SIGN)
    return Question(node, Transport.SSH, SIGN, {"argv": ("/bin/true",)})


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
