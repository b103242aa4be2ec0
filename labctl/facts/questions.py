"""How a probe words its questions: one function per transport."""

import shlex
from collections.abc import Mapping, Sequence

from labctl.connect.base import DEPOT, Question, Transport
from labctl.core.ids import NodeName
from labctl.plan.model import Plan


def run_on(node: NodeName, *argv: str, timeout_s: float = 10.0, phase: int = 0) -> Question:
    """Ask a Linux machine to run one command; absolute path first."""
    text = shlex.join(argv)
    return Question(node, Transport.SSH, text, {"argv": argv}, timeout_s, phase=phase)


def show(node: NodeName, command: str, *, phase: int = 0) -> Question:
    """Ask a device one command of its own command line."""
    body: dict[str, object] = {"command": command}
    return Question(node, Transport.CLI, command, body, phase=phase)


def try_from(plan: Plan, segment: str, trials: Sequence[Mapping[str, object]]) -> Question:
    """Have labctl's probe of a segment try something on the wire (``labctl.connect.wire``)."""
    node = plan.probe_node(segment)
    kinds = " ".join(sorted({str(trial["kind"]) for trial in trials}))
    text = f"sonde {segment} : {kinds} ({len(trials)})"
    body: dict[str, object] = {"trials": tuple(dict(trial) for trial in trials)}
    return Question(node, Transport.WIRE, text, body)


def document(name: str) -> Question:
    """Ask for a document that was handed in, by the name that the subject gives it."""
    body: dict[str, object] = {"name": name}
    return Question(DEPOT, Transport.DEPOT, f"document remis : {name}", body, timeout_s=40.0)


def card_of(plan: Plan, segment: str) -> str:
    """Return the card that labctl's probe of a segment sends from."""
    return plan.nodes[plan.probe_node(segment)].interfaces[0].name
