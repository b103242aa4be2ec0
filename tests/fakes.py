"""Small fakes that implement the protocols: no patched internals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from labctl.connect.base import Answer, Endpoint, Question, Transport, Vantage
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.verdict import Unobserved


def ask(
    *argv: str, node: str = "poste", timeout_s: float = 10.0, cap_bytes: int = 1 << 20
) -> Question:
    """Return a question to a Linux machine."""
    body: dict[str, object] = {"argv": argv}
    return Question(NodeName(node), Transport.SSH, argv[0], body, timeout_s, cap_bytes)


def answer(
    question: Question,
    output: bytes = b"",
    exit_code: int | None = 0,
    trouble: Unobserved | None = None,
) -> Answer:
    """Return an answer that came at once."""
    return Answer(question, output, exit_code, trouble, "2026-01-01T00:00:00.000Z", 0.01)


def endpoint(node: str, transport: Transport = Transport.SSH, **changes: object) -> Endpoint:
    """Return a way to a machine that nobody will really take, unless changed."""
    fields: dict[str, object] = {
        "node": NodeName(node),
        "transport": transport,
        "address": "198.18.0.20",
        "port": 22,
        "account": "labctl-audit",
        "credential": "/nonexistent",
        "trust": "",
        "vantage": Vantage(),
        "console": Vantage(),
        "server_name": "",
    }
    return Endpoint(**(fields | changes))  # type: ignore[arg-type]  # as its fields say


@dataclass
class FakeSession:
    """A session that answers from a table, by text of the question, and remembers what it saw."""

    outputs: Mapping[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_closed: bool = False
    before: Callable[[], None] = lambda: None
    seen: list[Question] = field(default_factory=list)

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:  # noqa: ARG002
        """Answer what the table says, nothing for the rest."""
        self.before()
        self.asked += [question.text for question in questions]
        self.seen += questions
        return tuple(answer(one, self.outputs.get(one.text, b"")) for one in questions)

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True
