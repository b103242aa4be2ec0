"""An errand: what a topic does on machines to observe them, and which leaves traces meanwhile.

A trial of a share needs accounts that exist only for it; no reader can ask for that. A topic says
how in ``checks/<topic>/errand.py``, as ``ERRAND``. The engine runs errands last, when every machine
has answered: what they leave for a moment is in no other answer. What a killed run left is seen in
the answers of the next one, swept, and the questions that showed it are asked again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from labctl.connect.base import Answer, Opener, Question, Shell, Transport
from labctl.connect.ldap.entries import DirectorySession
from labctl.core import content
from labctl.core.deadline import Deadline
from labctl.core.errors import Mistake, SpecError
from labctl.core.ids import NodeName
from labctl.core.verdict import Unobserved
from labctl.plan.model import Plan

FILE = "errand.py"
NAME = "ERRAND"


class Hampered(Exception):
    """An errand could not be done: what stands in the way of all its questions."""

    def __init__(self, trouble: Unobserved) -> None:
        super().__init__(trouble.detail)
        self.trouble = trouble


class Doors(Protocol):
    """The ways into the machines of a bench that an errand may use besides its questions."""

    def enter_directory(self, node: NodeName, deadline: Deadline) -> DirectorySession:
        """Return the connection to a directory; Hampered with the reason when there is none."""
        ...

    def find_shell(self, node: NodeName) -> Shell:
        """Return what runs commands on a machine: it connects when the first one is run."""
        ...


@dataclass(frozen=True, slots=True)
class Lent:
    """What an errand lends while it lasts: how its questions are asked, which of them cannot be."""

    opener: Opener
    find_trouble: Callable[[Question], Unobserved | None]


class Run(Protocol):
    """How an errand is begun; leaving the context takes away what it needed, on its own time."""

    def __call__(
        self, doors: Doors, plan: Plan, questions: Sequence[Question], deadline: Deadline
    ) -> AbstractContextManager[Lent]:
        """Make what the questions need; Hampered when that cannot be done."""
        ...


@dataclass(frozen=True, slots=True)
class Errand:
    """What a topic does for the questions that go over one transport; ``act`` says it in French.

    ``is_marked`` tells whether an answer may show what a killed run left; ``sweep`` removes that,
    and tells whether there was any. ``cleaning_s`` is kept for the end of it.
    """

    act: str
    transport: Transport
    run: Run
    is_marked: Callable[[Answer], bool]
    sweep: Callable[[Doors, Plan, Deadline], bool]
    cleaning_s: float


def load_errands(plan: Plan) -> tuple[Errand, ...]:
    """Return the errands of the topics that a cahier names; SpecError when one does not load."""
    content.install()
    return tuple(_load(plan))


def _load(plan: Plan) -> Iterator[Errand]:
    for topic in plan.demands:
        for name, path in content.list_topic_files(topic, FILE).items():
            module: Any = content.load_module(name, path)
            if isinstance(module, Mistake):
                raise SpecError((module,))
            errand = getattr(module, NAME, None)
            if isinstance(errand, Errand):
                yield errand
