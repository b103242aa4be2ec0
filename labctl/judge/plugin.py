"""The pytest plugin: one item per bench and check, facts in, one verdict out of each.

``labctl.judge.run`` passes it to pytest; it is not an entry point, or it would attach itself to
every pytest run of the environment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, Never

import pytest

from labctl.core.check import CheckSpec
from labctl.core.expect import Hindered, NotAsked, Undecided
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.verdict import CheckVerdict, Match, Mismatch, Reason, Unobserved, Verdict
from labctl.facts.evidence import Evidence
from labctl.facts.machines import Machines
from labctl.judge.catalogue import Check
from labctl.judge.words import reason_in_words
from labctl.plan.model import Node, Plan
from labctl.spec.grid import NOWHERE, Entry

FAILED = frozenset({Verdict.NON_CONFORM, Verdict.BLOCKED})


class Blocked(Exception):
    """A check this one waits for does not conform."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        super().__init__(_("bloqué par %(roots)s") % {"roots": ", ".join(roots)})
        self.roots = roots


class Unmet(Exception):
    """Something this check needs is not known."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


Key = tuple[int, str, str]
"""Rank of a bench, check, machine."""


@dataclass(frozen=True, slots=True)
class Case:
    """One check of one bench, or of one of its machines."""

    bench: int  # rank of the evidence in the run
    evidence: Evidence
    check: Check
    machine: str = ""
    entry: Entry = NOWHERE

    @property
    def key(self) -> Key:
        """Return what its verdict is known by."""
        return (self.bench, self.check.spec.id, self.machine)

    def find(self, fact: type[Any]) -> Any:
        """Return a fact as this case sees it, None when it was not asked for."""
        return self.evidence.facts.get(self.evidence.key_of(fact, self.machine))


def list_cases(
    bench: int, evidence: Evidence, check: Check, entry: Entry = NOWHERE
) -> tuple[Case, ...]:
    """Return the cases of a check: one for each machine that it is judged for."""
    machines = check.spec.machines(evidence.plan)
    return tuple(Case(bench, evidence, check, machine, entry) for machine in machines)


class CheckItem(pytest.Item):
    """What pytest runs: setup gathers the facts, call runs the check."""

    def __init__(self, case: Case, judge: "JudgePlugin", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.judge = judge
        self.arguments: tuple[Any, ...] = ()
        self.way: tuple[NodeName, ...] = ()
        self.match: Match | None = None

    def setup(self) -> None:
        """Refuse to run a check that could not mean anything."""
        if self.case.check.spec.each and not self.case.machine:
            raise NotAsked(_("le sujet ne le demande pas"))
        try:
            self._prepare()
        except (Blocked, Unmet):
            _require_asked(self.case)
            raise

    def _prepare(self) -> None:
        done = self.judge.dependencies_of(self.case)
        roots = [root for verdict in done for root in _roots(verdict)]
        if roots:
            raise Blocked(tuple(sorted(set(roots))))
        self.arguments = _arguments(self.case)
        over = self.case.check.spec.over
        self.way = tuple(over(self.case.evidence.plan)) if over else ()
        if any(verdict.verdict is Verdict.UNVERIFIABLE for verdict in done):
            raise _depends_on(done)

    def runtest(self) -> None:
        """Run the check on what is asked and the facts."""
        self.match = self.case.check.function(*self.arguments)


class Unseen:
    """Stands for a fact when only what is asked may decide: to look at it is an error."""

    def __getattribute__(self, name: str) -> Never:
        """Refuse to be looked at."""
        raise LookupError(name)

    def __bool__(self) -> Never:
        """Refuse to be taken for something, or nothing."""
        raise LookupError

    def __eq__(self, other: object) -> Never:
        """Refuse to be compared."""
        raise LookupError

    def __hash__(self) -> Never:
        """Refuse to be looked for."""
        raise LookupError


class JudgePlugin:
    """Gives pytest its items and keeps the first thing that went wrong with each."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.verdicts: dict[Key, CheckVerdict] = {}
        self.is_interrupted = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Replace collection from files: the catalogue is loaded and in order already."""
        session.items = [
            CheckItem.from_parent(
                session,
                name="-".join(map(str, case.key)),
                nodeid="::".join(map(str, case.key)),
                case=case,
                judge=self,
            )
            for case in self.cases
        ]
        session.testscollected = len(session.items)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: CheckItem, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Classify a phase; nothing that comes later makes a verdict better.

        The report handed back is bare: rendering tracebacks nobody reads would cost 20 ms each.
        """
        key = item.case.key
        is_worse = call.excinfo is not None and not _is_decided(self.verdicts.get(key))
        if is_worse or call.when == "call":  # a setup that went well proves nothing yet
            self.verdicts[key] = _verdict(item, call)
        outcome: Literal["failed", "passed"] = "failed" if call.excinfo else "passed"
        when = "call" if call.when == "collect" else call.when
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell Ctrl-C from a check that asked pytest to leave."""
        self.is_interrupted = isinstance(excinfo.value, KeyboardInterrupt)

    def dependencies_of(self, case: Case) -> tuple[CheckVerdict, ...]:
        """Return the verdicts of the checks that a case waits for."""
        return self._verdicts_of(case, case.check.spec.after)

    def verdicts_of(self, case: Case, checks: Iterable[str]) -> tuple[CheckVerdict, ...]:
        """Return the verdicts of checks that a case declares in ``partly_after``, no others."""
        return self._verdicts_of(
            case, [name for name in checks if name in case.check.spec.partly_after]
        )

    def _verdicts_of(self, case: Case, checks: Iterable[str]) -> tuple[CheckVerdict, ...]:
        """Return what other checks said of the machine of a case, else of every machine."""
        return tuple(one for check in checks for one in self._seen(case, check))

    def _seen(self, case: Case, check: str) -> tuple[CheckVerdict, ...]:
        same = self.verdicts.get((case.bench, check, case.machine))
        if same is not None:
            return (same,)
        return tuple(
            verdict
            for (bench, name, _machine), verdict in self.verdicts.items()
            if (bench, name) == (case.bench, check)
        )


def blank(case: Case) -> CheckVerdict:
    """Return the verdict of a check nothing is known of: « non vérifiable »."""
    spec, evidence = case.check.spec, case.evidence
    types = (*spec.needs, *spec.witnesses)
    keys = (evidence.key_of(fact, case.machine) for fact in types)
    references = (ref for key in keys for ref in evidence.references.get(key, ()))
    return CheckVerdict(
        check=spec.id,
        criterion=case.entry.criterion,
        label=spec.label,
        weight=case.entry.weight,
        verdict=Verdict.UNVERIFIABLE,
        reason=Reason.SPEC,
        message=_("le contrôle n'a pas été exécuté"),
        assisted=any(one.covers(case.check.topic) for one in evidence.helps),
        evidence=tuple(dict.fromkeys(references)),
        machine=case.machine,
    )


def _is_decided(verdict: CheckVerdict | None) -> bool:
    return verdict is not None and verdict.verdict is not Verdict.CONFORM


def _verdict(item: CheckItem, call: pytest.CallInfo[None]) -> CheckVerdict:
    case = item.case
    base = replace(blank(case), reason=None, message="")
    error = call.excinfo.value if call.excinfo else None
    if error is None:
        right = replace(base, verdict=Verdict.CONFORM, earned=Decimal(1))
        match = item.match
        return replace(right, expected=match.expected, found=match.found) if match else right
    if isinstance(error, Blocked):
        blocked = replace(base, verdict=Verdict.BLOCKED, message=str(error), waiting=Decimal(1))
        return replace(blocked, blocked_by=error.roots)
    if isinstance(error, NotAsked | pytest.skip.Exception):
        return replace(base, verdict=Verdict.NOT_APPLICABLE, message=str(error))
    if isinstance(error, AssertionError | Hindered) and call.when == "call":
        return _wrong_answer(item, base, error)
    return _not_known(base, error)


def _hindered(item: CheckItem, base: CheckVerdict, error: Hindered) -> CheckVerdict:
    """Return that a check is blocked, unless the checks it names do not fail: that is no reason."""
    named = item.judge.verdicts_of(item.case, error.by)
    if len({one.check for one in named}) < len(error.by):
        return _not_known(base, ValueError(f"partly_after: {', '.join(error.by)}"))
    sound = [one for one in named if one.verdict not in FAILED]
    if any(one.verdict is Verdict.UNVERIFIABLE for one in sound):
        return _not_known(base, _depends_on(sound))
    if sound:
        said = _("les observations se contredisent : %(checks)s")
        names = ", ".join(one.check for one in sound)
        return _not_known(base, Unmet(Reason.PROTOCOL, said % {"checks": names}))
    roots = tuple(sorted({root for one in named for root in _roots(one)}))
    blocked = replace(base, verdict=Verdict.BLOCKED, message=str(Blocked(roots)), blocked_by=roots)
    return replace(blocked, earned=error.earned, waiting=error.waiting, found=str(error))


def _wrong_answer(
    item: CheckItem, base: CheckVerdict, error: AssertionError | Hindered
) -> CheckVerdict:
    trouble = _trouble_on_the_way(item)
    if trouble:
        return _not_known(base, Unmet(trouble.reason, trouble.detail))
    if isinstance(error, Hindered):
        return _hindered(item, base, error)
    wrong = replace(
        base, verdict=Verdict.NON_CONFORM, message=str(error) or _("ne correspond pas à la demande")
    )
    if isinstance(error, Mismatch):
        named = item.judge.verdicts_of(item.case, error.hindered_by)
        failed = [one for one in named if one.verdict in FAILED]
        is_explained = {one.check for one in failed} == set(error.hindered_by)
        waiting = error.waiting if is_explained else Decimal(0)
        said = replace(wrong, expected=error.expected, found=error.found)
        return replace(said, earned=error.earned, waiting=waiting)
    return wrong


def _depends_on(verdicts: Iterable[CheckVerdict]) -> Unmet:
    unknown = sorted(one.check for one in verdicts if one.verdict is Verdict.UNVERIFIABLE)
    return Unmet(Reason.DEPENDENCY, _("dépend de %(checks)s") % {"checks": ", ".join(unknown)})


def _not_known(base: CheckVerdict, error: BaseException) -> CheckVerdict:
    if isinstance(error, Unmet | Undecided):
        reason, detail = error.reason, error.detail
    else:
        reason, detail = Reason.SPEC, f"{type(error).__name__}: {error}"
    return replace(
        base,
        verdict=Verdict.UNVERIFIABLE,
        reason=reason,
        message=about(reason_in_words(reason), detail),
    )


def _trouble_on_the_way(item: CheckItem) -> Unobserved | None:
    """Return why a wrong answer proves nothing: a machine it went through does not live."""
    if not item.way:
        return None
    machines = item.case.evidence.facts[Machines, ""]
    if not isinstance(machines, Machines):
        return machines  # why the machines were not asked
    for node in item.way:
        trouble = machines.troubles.get(node)
        if trouble:
            return Unobserved(trouble.reason, f"{node}, {trouble.detail}")
    return None


def read_asked(spec: CheckSpec, plan: Plan, machine: str) -> tuple[Any, ...]:
    """Return what a check compares facts to: demands, the plan, the machine that is judged."""
    own = {Plan: plan, Node: plan.nodes.get(NodeName(machine))}
    return tuple(own[cls] if cls in own else plan.demand(cls) for cls in spec.asks or (Plan,))


def _arguments(case: Case) -> tuple[Any, ...]:
    needed: list[Any] = list(read_asked(case.check.spec, case.evidence.plan, case.machine))
    for fact in case.check.spec.needs:
        value = case.evidence.facts[case.evidence.key_of(fact, case.machine)]
        if isinstance(value, Unobserved):
            raise Unmet(value.reason, value.detail)
        needed.append(value)
    seconds = (case.find(fact) for fact in case.check.spec.witnesses)
    return (*needed, *(None if isinstance(value, Unobserved) else value for value in seconds))


def _require_asked(case: Case) -> None:
    """Raise NotAsked where the subject alone tells a check to: it then waits for nothing."""
    spec = case.check.spec
    unseen = [Unseen() for _fact in (*spec.needs, *spec.witnesses)]
    try:
        case.check.function(*read_asked(spec, case.evidence.plan, case.machine), *unseen)
    except NotAsked:
        raise
    except Exception:  # noqa: BLE001, S110  # it went on to the facts, and its own reason stands
        pass


def _roots(verdict: CheckVerdict) -> tuple[str, ...]:
    """Return the checks at the root of a failure: the one, or those that blocked it."""
    if verdict.verdict not in FAILED:
        return ()
    return verdict.blocked_by or (verdict.check,)
