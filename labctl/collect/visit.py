"""Visits: one connection per way into a machine, all at once; a sick one costs only itself.

When the network does not reach a machine, its console may: the answers are used and marked, so
that a broken network is told from a broken machine.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import cast

from labctl.collect.needs import Door
from labctl.connect.base import (
    Answer,
    Endpoint,
    Endpoints,
    Opener,
    Question,
    Session,
    Shell,
    Transport,
    Vantage,
    Way,
)
from labctl.connect.knock import open_soonest
from labctl.connect.trouble import explain, refuse
from labctl.connect.wire.session import open_wire
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, Unreachable
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import log
from labctl.core.secrets import NO_SECRETS, Secret, fill_in
from labctl.core.verdict import Reason, Unobserved

VISIT_S = 40.0
"""Seconds one machine may take for one round of questions, on a line that loses frames too."""
ENOUGH_S = 5.0
"""What must be left of them for a second try of what got no answer in time."""
RUN_S = 12.0
"""How long one command of ours may take, and connecting for it."""
GRACE_S = 0.7
"""How long after its deadline a visit is waited for before it is given up."""
OPENERS = {
    Transport.SSH: "labctl.connect.ssh.session:open_ssh",
    Transport.CLI: "labctl.connect.cli.device:open_device",
    Transport.LDAP: "labctl.connect.ldap.session:open_ldap",
    Transport.CIM: "labctl.connect.cim.winrm:open_winrm",
}
LANES = 4
"""Extra connections to a machine, for questions that take seconds when a bench is broken."""
_ASKED_ONCE = (Transport.WIRE, Transport.SMB, Transport.DEPOT)
"""A probe tries again by itself; a trial on a share writes, and only reads are asked again; a
document that was too long to read is so again."""


def load_opener(transport: Transport) -> Opener:
    """Return the function that opens a session of a transport."""
    module_name, name = OPENERS[transport].split(":")
    return cast("Opener", getattr(import_module(module_name), name))


class Visit:
    """One way into one machine; opened by the first question, closed at the end.

    ``secrets`` are what the input of a command may refer to (``Question``).
    """

    def __init__(
        self,
        endpoint: Endpoint | None,
        opener: Opener | None,
        secrets: Mapping[str, Secret] = NO_SECRETS,
    ) -> None:
        self._endpoint = endpoint
        self._opener = opener
        self._secrets = secrets
        self.session: Session | None = None
        self.way = Way.VANTAGE
        self.trouble: Unobserved | None = None
        self._has_tried_again = False

    @classmethod
    def of(cls, session: Session) -> "Visit":
        """Return the visit of a session that is open."""
        visit = cls(None, None)
        visit.session = session
        return visit

    @classmethod
    def through(
        cls, door: Door, endpoints: Endpoints, secrets: Mapping[str, Secret] = NO_SECRETS
    ) -> "Visit":
        """Return the visit through a door that was not opened yet."""
        if door.transport is Transport.WIRE:
            visit = cls(None, None)
            vantage = endpoints.probes.get(door.node)
            if vantage is not None:
                visit.session = open_wire(vantage)
            return visit
        if door.transport not in OPENERS:
            return cls(endpoints.find(door.node, door.transport), None)
        opener = load_opener(door.transport)
        return cls(endpoints.find(door.node, door.transport), opener, secrets)

    def opened_by(self, opener: Opener) -> "Visit":
        """Return the same visit, with another way to open the session."""
        return Visit(self._endpoint, opener, self._secrets)

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Ask, opening the connection first when there is none; one answer each.

        What was late is asked once more on a new connection, once in the life of the visit: a line
        that loses frames may have lost these. A script is never played twice.
        """
        answers = self._ask(questions, deadline)
        late = [at for at, answer in enumerate(answers) if _is_late(answer)]
        if self._has_tried_again or not late or deadline.remaining_s() < ENOUGH_S:
            return answers
        self._has_tried_again = True
        self._forget()
        later = self._ask([questions[at] for at in late], deadline)
        seconds = dict(zip(late, later, strict=True))
        return tuple(
            replace(seconds[at], attempts=answer.attempts + 1, earlier=(answer,))
            if at in seconds
            else answer
            for at, answer in enumerate(answers)
        )

    def _ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        self.open(deadline)
        if self.session is None:
            return refuse(questions, self.trouble or _no_door())
        told = [self._tell(question) for question in questions]
        answers = self.session.ask(told, deadline)
        return tuple(
            replace(answer, question=question, way=self.way)
            for question, answer in zip(questions, answers, strict=True)
        )

    def _tell(self, question: Question) -> Question:
        """Return a question whose command reads secrets where it referred to them."""
        lines = question.body.get("stdin")
        if not lines or not isinstance(lines, (tuple, list)):
            return question
        filled = tuple(fill_in(str(line), self._secrets) for line in lines)
        return replace(question, body={**question.body, "stdin": filled})

    def open(self, deadline: Deadline) -> None:
        """Connect over the network, else through the console; ``trouble`` says why neither did."""
        if self.session is not None or self.trouble is not None:
            return
        if self._endpoint is None or self._opener is None:
            self.trouble = _no_door()
            return
        endpoint, opener = self._endpoint, self._opener
        try:
            self.session = open_soonest(lambda until: opener(endpoint, until), deadline)
        except Unreachable as exc:
            self._open_console(endpoint, opener, deadline, exc)
        except ConnectError as exc:
            self.trouble = explain(exc)

    def open_late(self, deadline: Deadline) -> None:
        """Connect also when the machine was late before: on a bad line it may be there now."""
        if self.trouble is not None and self.trouble.reason is Reason.TIMEOUT:
            self.trouble = None
        self.open(deadline)

    def run(self, argv: Sequence[str], deadline: Deadline, *, stdin: str = "") -> Completed:
        """Run a command that only reads, once more on a new connection when that one is lost."""
        try:
            return self._run(argv, deadline.within(RUN_S), stdin)
        except ConnectError:
            self._forget()
            return self._run(argv, deadline.within(RUN_S), stdin)

    def _run(self, argv: Sequence[str], deadline: Deadline, stdin: str) -> Completed:
        self.open(deadline)
        if self.session is None:
            raise ConnectError((self.trouble or _no_door()).detail)
        return cast("Shell", self.session).run(argv, deadline, stdin=stdin)

    def close(self) -> None:
        """Close the connection; succeeds when there is none."""
        if self.session is not None:
            self.session.close()

    def _forget(self) -> None:
        """Be as before the first question."""
        self.close()
        self.session, self.trouble, self.way = None, None, Way.VANTAGE

    def _open_console(
        self, endpoint: Endpoint, opener: Opener, deadline: Deadline, network: ConnectError
    ) -> None:
        """Connect from inside the machine: with that, only its network is broken."""
        if endpoint.console == Vantage():
            self.trouble = explain(network)
            return
        inside = replace(endpoint, vantage=endpoint.console, address="127.0.0.1")
        try:
            self.session = opener(inside, deadline)
            self.way = Way.CONSOLE
        except ConnectError as exc:
            values = {"network": network.message, "console": exc.message}
            detail = _("ni par le réseau (%(network)s), ni par la console (%(console)s)") % values
            self.trouble = Unobserved(explain(exc).reason, detail)


class Visits:
    """The visits of one bench, each made when first needed."""

    def __init__(self, make: Callable[[Door], Visit]) -> None:
        self._make = make
        self._visits: dict[Door, Visit] = {}

    def at(self, door: Door) -> Visit:
        """Return the visit through a door."""
        if door not in self._visits:
            self._visits[door] = self._make(door)
        return self._visits[door]

    def replace(self, door: Door, opener: Opener) -> Visit:
        """Visit through a door with another opener: one that knows who to be."""
        self._visits[door] = self._make(door).opened_by(opener)
        return self._visits[door]

    def made(self) -> Iterable[tuple[Door, Visit]]:
        """Return the visits so far."""
        return tuple(self._visits.items())

    def ask(
        self, questions: Iterable[tuple[int, Question]], deadline: Deadline
    ) -> dict[int, Answer]:
        """Ask questions, all machines at once; every one gets an answer before the deadline.

        Nothing waits longer than the deadline and the grace: a visit that would is given up, and
        its thread left to the end of the process.
        """
        return self.begin(questions, deadline)()

    def begin(
        self, questions: Iterable[tuple[int, Question]], deadline: Deadline
    ) -> Callable[[], dict[int, Answer]]:
        """Start asking, as ``ask`` does; return what waits for the answers."""
        batches: dict[Door, list[tuple[int, Question]]] = {}
        aside: Counter[tuple[NodeName, Transport]] = Counter()
        for index, question in questions:
            where = (question.node, question.transport)
            lane = 1 + aside[where] % LANES if question.aside else 0
            aside[where] += question.aside
            batches.setdefault(Door(*where, lane), []).append((index, question))
        own = deadline.within(VISIT_S)
        jobs = [_Job(self.at(door), batch, own) for door, batch in batches.items()]
        for job in jobs:
            job.thread.start()

        def collect() -> dict[int, Answer]:
            answers: dict[int, Answer] = {}
            for job in jobs:
                job.thread.join(own.remaining_s() + GRACE_S)
                answers.update(job.collect())
            return answers

        return collect

    def close(self) -> None:
        """Close every connection."""
        for visit in self._visits.values():
            visit.close()


class _Job:
    """One visit's round in its own thread."""

    def __init__(
        self, visit: Visit, batch: Sequence[tuple[int, Question]], deadline: Deadline
    ) -> None:
        self._visit = visit
        self._batch = batch
        self._deadline = deadline
        self._answers: tuple[Answer, ...] = ()
        self._defect: Unobserved | None = None
        self.thread = threading.Thread(target=self._work, daemon=True)

    def collect(self) -> dict[int, Answer]:
        """Return the answers, or why there are none."""
        indexes = [index for index, _question in self._batch]
        answers = self._answers
        if not answers:
            questions = [question for _index, question in self._batch]
            late = Unobserved(Reason.TIMEOUT, _("la machine n’a pas répondu à temps"))
            answers = refuse(questions, self._defect or late)
        return dict(zip(indexes, answers, strict=True))

    def _work(self) -> None:
        try:
            self._answers = self._visit.ask([q for _index, q in self._batch], self._deadline)
        except Exception as exc:  # noqa: BLE001  # a defect of ours must not cost the other machines
            log.error("visit of %s: %r", self._batch[0][1].node, exc, exc_info=exc)
            detail = _("défaut de labctl : %s") % type(exc).__name__
            self._defect = Unobserved(Reason.PROTOCOL, detail)


def _is_late(answer: Answer) -> bool:
    trouble = answer.trouble
    return (
        trouble is not None
        and trouble.reason is Reason.TIMEOUT
        and answer.question.transport not in _ASKED_ONCE
        and "script" not in answer.question.body
    )


def _no_door() -> Unobserved:
    return Unobserved(Reason.UNREACHABLE, _("aucun moyen d’accès à cette machine"))
