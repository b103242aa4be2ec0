"""One bench's collection: phases of questions, shares, facts, waiting for what must settle."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from labctl.collect.errands import run_errand, sweep
from labctl.collect.facts import is_settled, parse
from labctl.collect.needs import Needs
from labctl.collect.recorder import Recorder
from labctl.collect.visit import Visits
from labctl.connect.base import Answer, Question, Transport
from labctl.core.deadline import Deadline
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.core.wait import until
from labctl.facts.errand import load_errands
from labctl.plan.model import Plan

SETTLE_EVERY_S = 1.0
AFTER_CUT = 3.0
"""How many times longer what converges is waited for after a power cut: all machines ask for their
addresses at once, and dnsmasq first looks, three seconds for each, whether an address is free
(dnsmasq(8), ``no-ping``): the last one to ask is answered late."""
LATER_S = 35.0
"""What an errand must leave of the time for later rounds, and for longer questions."""


class Gathering:
    """Answers and facts of one bench while they come in."""

    def __init__(
        self,
        plan: Plan,
        needs: Needs,
        visits: Visits,
        recorder: Recorder,
        deadline: Deadline,
        *,
        is_after_cut: bool = False,
    ) -> None:
        self._settle_times = AFTER_CUT if is_after_cut else 1.0
        self._plan = plan
        self._needs = needs
        self._visits = visits
        self._recorder = recorder
        self._deadline = deadline
        self._answers: dict[int, Answer] = {}
        self._records: dict[int, int] = {}
        self._facts: dict[str, Any] = dict(needs.unaskable)
        self._errands = load_errands(plan)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Close every connection."""
        self._visits.close()

    def run(self, report: Report) -> None:
        """Ask everything, and record answers and facts as they come."""
        asked = self._needs.questions
        report(_("pose %(count)d questions") % {"count": len(asked)})
        on_wire = self._visits.begin(self._list(Transport.WIRE), self._deadline)
        self._ask([at for at, one in enumerate(asked) if self._is_for_machines(one)])
        self._ask_without_traces()
        self._run_errands(report)
        self._keep(on_wire())
        self._ask([at for at, one in enumerate(asked) if one.phase])
        self._understand()
        self._settle(report)
        self._insist(report)
        self._recorder.visits(
            (door.node, door.transport, visit.way, visit.trouble)
            for door, visit in self._visits.made()
        )
        self._recorder.facts(self._facts, self._sources())

    def _list(self, transport: Transport) -> list[tuple[int, Question]]:
        """Return the questions of the first round that go over one transport."""
        asked = enumerate(self._needs.questions)
        return [(at, one) for at, one in asked if one.transport is transport and not one.phase]

    def _ask(self, indexes: Sequence[int], *, attempt: int = 1) -> None:
        """Ask questions, phase by phase."""
        for phase in self._needs.phases:
            asked = [(at, self._needs.questions[at]) for at in indexes]
            batch = [(at, question) for at, question in asked if question.phase == phase]
            self._keep(self._visits.ask(batch, self._deadline), attempt=attempt)

    def _ask_without_traces(self) -> None:
        """Ask again what shows traces that a killed collection left on the machines."""
        for errand in self._errands:
            seen = [at for at, answer in self._answers.items() if errand.is_marked(answer)]
            if seen and sweep(errand, self._plan, self._visits, self._deadline):
                self._ask(seen, attempt=2)

    def _run_errands(self, report: Report) -> None:
        """Do what leaves traces while the probes of the wire still listen.

        The traces exist only meanwhile: every machine has answered, none is asked again before they
        are gone.
        """
        for errand in self._errands:
            questions = self._list(errand.transport)
            if questions:
                report(_(errand.act))
                limit = self._deadline.before(LATER_S)
                self._keep(run_errand(errand, self._plan, self._visits, questions, limit))

    def _is_for_machines(self, question: Question) -> bool:
        left = {Transport.WIRE, *(errand.transport for errand in self._errands)}
        return question.transport not in left and not question.phase

    def _keep(self, answers: Mapping[int, Answer], *, attempt: int = 1) -> None:
        """Record answers; those of a later attempt take the place of the earlier ones."""
        indexes = sorted(answers)
        kept = [replace(answers[at], attempts=answers[at].attempts + attempt - 1) for at in indexes]
        self._answers.update(zip(indexes, kept, strict=True))
        self._records.update(zip(indexes, self._recorder.answers(kept), strict=True))

    def _understand(self) -> None:
        """Parse the facts that are not known yet and whose answers are all there."""
        for name, wanted in self._needs.wanted.items():
            indexes = self._needs.asked_by[name]
            if name not in self._facts and all(at in self._answers for at in indexes):
                answers = [self._answers[at] for at in indexes]
                self._facts[name] = parse(self._plan, wanted, answers)

    def _settle(self, report: Report) -> None:
        """Ask again, reads only, for the facts that may still be converging."""
        budgets = {
            name: self._deadline.within(wanted.reader.settle_s * self._settle_times)
            for name, wanted in self._needs.wanted.items()
        }
        attempt = 1
        while names := [name for name in self._facts if self._must_wait(name, budgets)]:
            attempt += 1
            report(_("attend que cela converge : %(names)s") % {"names": ", ".join(names)})
            until(_never, self._deadline.within(SETTLE_EVERY_S))
            for name in names:
                del self._facts[name]
            again = {at for name in names for at in self._needs.asked_by[name]}
            self._ask(sorted(again), attempt=attempt)
            self._ask_without_traces()
            self._understand()

    def _must_wait(self, name: str, budgets: Mapping[str, Deadline]) -> bool:
        wanted = self._needs.wanted.get(name)
        if wanted is None or wanted.reader.settle_s <= 0 or budgets[name].is_over():
            return False
        return not is_settled(self._plan, wanted.reader, self._facts[name])

    def _insist(self, report: Report) -> None:
        """Ask the longer questions of the facts that are still not settled, once.

        One that comes to nothing leaves the answer of the short one. They are not asked when too
        little time is left: a fact knows what was waited for.
        """
        longer: dict[int, Question] = {}
        names = [name for name in self._needs.wanted if self._may_insist(name)]
        for name in names:
            longer |= self._word_longer(name)
        most_s = max((one.timeout_s for one in longer.values()), default=0.0)
        if not longer or self._deadline.remaining_s() < most_s * self._deadline.patience:
            return
        report(_("attend que cela converge : %(names)s") % {"names": ", ".join(names)})
        answers = self._visits.ask(longer.items(), self._deadline)
        self._recorder.answers([answer for answer in answers.values() if answer.trouble])
        self._keep({at: one for at, one in answers.items() if one.trouble is None}, attempt=2)
        for name in names:
            del self._facts[name]
        self._understand()

    def _may_insist(self, name: str) -> bool:
        reader = self._needs.wanted[name].reader
        if reader.insist is None or name not in self._facts:
            return False
        return not is_settled(self._plan, reader, self._facts[name])

    def _word_longer(self, name: str) -> dict[int, Question]:
        insist = self._needs.wanted[name].reader.insist
        worded = {
            at: insist and insist(self._needs.questions[at]) for at in self._needs.asked_by[name]
        }
        return {at: question for at, question in worded.items() if question is not None}

    def _sources(self) -> dict[str, list[int]]:
        """Return the numbers of the records that each fact comes from."""
        return {
            name: [self._records[at] for at in indexes if at in self._records]
            for name, indexes in self._needs.asked_by.items()
        }


def _never() -> None:
    """Answer nothing: the pause between two attempts lasts to its end."""
