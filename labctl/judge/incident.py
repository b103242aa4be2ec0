"""The verdict on an incident: four lines, each for itself, never one (pure).

What the user sees, what was broken, what else broke, and whether security was lowered. A candidate
who makes a symptom go away without its cause, or at the price of something else, is told apart.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from labctl.core.check import CheckSpec
from labctl.core.i18n import _, about
from labctl.core.incident import Told
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.facts.watched import Seen
from labctl.judge.catalogue import dependants
from labctl.spec.incident import Incident, LineName
from labctl.spec.watch import Watch

FINE = (Verdict.CONFORM, Verdict.NOT_APPLICABLE)
_FIRST = (LineName.SYMPTOM, LineName.CAUSE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict, and why it does not say yes."""

    name: LineName
    told: Told
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Glance:
    """What a bench was like at one moment: the verdict of each case, and what each look showed."""

    verdicts: Mapping[str, CheckVerdict]
    seen: Mapping[str, Seen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guard:
    """What must not be lowered: checks by their id, and looks, named after their topics."""

    checks: frozenset[str] = frozenset()
    watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one incident."""

    incident: str
    lines: tuple[Line, ...]

    def line(self, name: LineName) -> Line:
        """Return one line."""
        return next(line for line in self.lines if line.name is name)

    @property
    def is_repaired(self) -> bool:
        """Tell whether all four lines say yes."""
        return len(self.lines) > len(_FIRST) and all(line.told is Told.YES for line in self.lines)

    @property
    def is_workaround(self) -> bool:
        """Tell whether the symptom is gone, and its cause is not."""
        symptom, cause = self.line(LineName.SYMPTOM), self.line(LineName.CAUSE)
        return symptom.told is Told.YES and cause.told is Told.NO


def make_glance(verdicts: BenchVerdicts, seen: Iterable[Seen]) -> Glance:
    """Return a moment of a bench; the verdicts are named by their cases."""
    return Glance({one.check: one for one in verdicts.verdicts}, {one.name: one for one in seen})


def judge_incidents(
    incidents: Sequence[Incident],
    before: Glance,
    now: Glance,
    catalogue: Sequence[CheckSpec],
    guard: Guard,
) -> tuple[Finding, ...]:
    """Return the verdict on each of the incidents that are on a bench together.

    What must not be lowered and another incident may itself have lowered, while its cause is there,
    is that one's: it is said of it alone.

    ``before`` is the healthy bench. What an incident changes is excused as long as its cause is
    there; once that is repaired it must conform again, but for what another incident changes, and
    what must be the same is compared.
    """
    return tuple(
        _judge(incident, incidents, before, now, (catalogue, guard)) for incident in incidents
    )


def judge_symptom(incident: Incident, now: Glance) -> Finding:
    """Return the first two lines on an incident, where nothing else was looked at."""
    parts = (incident.symptom, incident.cause)
    found = zip(_FIRST, parts, strict=True)
    return Finding(incident.id, tuple(Line(name, *tell(part, now)) for name, part in found))


def leave_ended(before: Glance, catalogue: Sequence[CheckSpec]) -> Glance:
    """Return the healthy bench without the checks of what a power cut ends by nature.

    After a cut, what they say is not the doing of an incident or of its repair.
    """
    ended = {str(one.id) for one in catalogue if one.ended_by_cut}
    kept = {case: one for case, one in before.verdicts.items() if not _is_of(case, ended)}
    return replace(before, verdicts=kept)


def find_refusal(incident: Incident, now: Glance) -> str:
    """Return why an incident cannot be injected into a bench as it is, "" when it can."""
    for need in incident.needs:
        for verdict in _cases_of(need, now):
            if verdict.verdict is not Verdict.CONFORM:
                said = _("%(check)s doit être conforme avant : %(verdict)s, %(why)s")
                words = {"check": verdict.check, "verdict": _(verdict.verdict.value)}
                return said % {**words, "why": verdict.message or "–"}
        if not _cases_of(need, now):
            return _("%(check)s n'est pas jugé sur ce banc") % {"check": need}
    parts = [(_("elle ne va pas à ce banc : %(why)s"), incident.before)]
    if not incident.request:
        parts.append((_("le symptôme est déjà là : %(why)s"), incident.symptom))
        parts.append((_("la cause est déjà là : %(why)s"), incident.cause))
    for said, watches in parts:
        told, reasons = tell(watches, now)
        if told is not Told.YES:
            return said % {"why": _(" ; ").join(reasons)}
    return ""


def is_shown(incident: Incident, now: Glance) -> bool:
    """Tell whether the user would see that something is wrong."""
    return tell(incident.symptom, now)[0] is Told.NO


def tell(
    watches: Sequence[Watch], now: Glance, before: Glance | None = None
) -> tuple[Told, tuple[str, ...]]:
    """Return whether everything that is looked at is healthy, and as ``before``, and what is not.

    One thing that is wrong outweighs what could not be seen.
    """
    found = [_tell_one(watch, now, before) for watch in watches]
    for worst in (Told.NO, Told.UNKNOWN):
        reasons = tuple(why for told, why in found if told is worst)
        if reasons:
            return worst, reasons
    return Told.YES, ()


def list_unexpected(
    incidents: Iterable[Incident], before: Glance, now: Glance, catalogue: Sequence[CheckSpec]
) -> tuple[str, ...]:
    """Return what changed on a bench that incidents were injected into, and none of them says."""
    excused = list_excused(incidents, catalogue)
    return tuple(
        about(case, _describe(now.verdicts.get(case)))
        for case in _list_held(before)
        if not _is_of(case, excused) and not _is_fine(now.verdicts.get(case))
    )


def list_still(incident: Incident, before: Glance, now: Glance) -> tuple[str, ...]:
    """Return the checks that an incident says it changes, and that conform all the same."""
    held = _list_held(before)
    return tuple(
        check
        for check in incident.changes
        if check not in incident.sometimes
        and (cases := [case for case in held if _is_of(case, {check})])
        and all(_is_fine(now.verdicts.get(case)) for case in cases)
    )


def list_excused(incidents: Iterable[Incident], catalogue: Sequence[CheckSpec]) -> set[str]:
    """Return the checks that incidents change, and all that waits for one of them."""
    named = {check for one in incidents for check in one.changes}
    named |= {watch.check for one in incidents for watch in one.watches if watch.check}
    return named.union(*(dependants(catalogue, check) for check in named))


def _judge(
    incident: Incident,
    together: Sequence[Incident],
    before: Glance,
    now: Glance,
    known: tuple[Sequence[CheckSpec], Guard],
) -> Finding:
    catalogue, guard = known
    there = [
        one for one in together if one.request or tell(one.cause, now)[0] is not Told.YES
    ]  # what a request changes is meant to stay
    own = {watch.check for watch in incident.watches if watch.check}
    excused = list_excused(there, catalogue) | own
    for other in together:
        if other is not incident and tell(other.symptom, now)[0] is not Told.YES:
            excused |= {watch.check for watch in other.watches if watch.check}
    held = [case for case in _list_held(before) if not _is_of(case, excused)]
    intact = [case for case in held if not _is_of(case, guard.checks)]
    secure = [case for case in held if _is_of(case, guard.checks)]
    guarded = [
        watch
        for watch in _list_healthy(guard.watches, before)
        if not any(_may_lower(one, watch) for one in there if one is not incident)
    ]
    same = [] if incident in there else _list_healthy(incident.same, before)
    return Finding(
        incident.id,
        (
            Line(LineName.SYMPTOM, *tell(incident.symptom, now)),
            Line(LineName.CAUSE, *tell(incident.cause, now)),
            Line(LineName.INTACT, *_join(_tell_cases(intact, now), tell(same, now, before))),
            Line(LineName.SECURE, *_join(_tell_cases(secure, now), tell(guarded, now))),
        ),
    )


def _list_healthy(watches: Iterable[Watch], before: Glance) -> list[Watch]:
    seen = before.seen
    return [one for one in watches if one.name in seen and seen[one.name].is_healthy]


def _may_lower(incident: Incident, watch: Watch) -> bool:
    """Tell whether an incident is about the topic of a guard's look, on the machine of it."""
    machines = {step.node for step in incident.inject}
    return watch.name.startswith(f"{incident.topic}/") and watch.node in machines


def _tell_one(watch: Watch, now: Glance, before: Glance | None) -> tuple[Told, str]:
    if watch.check:
        return _tell_check(watch.check, now)
    label = watch.label or watch.name
    seen = now.seen.get(watch.name)
    if seen is None:
        return Told.UNKNOWN, about(label, _("n'a pas été regardé"))
    if seen.trouble is not None:
        return Told.UNKNOWN, about(label, seen.trouble.detail)
    is_fine = seen.is_healthy and (before is None or seen.said == before.seen[watch.name].said)
    return (Told.YES if is_fine else Told.NO), about(label, seen.said or "–")


def _tell_check(check: str, now: Glance) -> tuple[Told, str]:
    """Return what the cases of a check say: one that fails is enough."""
    cases = _cases_of(check, now)
    found = [_tell_case(one, now) for one in cases]
    for worst in (Told.NO, Told.UNKNOWN):
        for one, told in zip(cases, found, strict=True):
            if told is worst:
                return worst, about(one.check, _describe(one))
    if not cases:
        return Told.UNKNOWN, about(check, _("n'est pas jugé sur ce banc"))
    return Told.YES, check


def _tell_case(verdict: CheckVerdict | None, now: Glance) -> Told:
    """Return what a verdict says; what another failure blocks fails with it."""
    if verdict is None or verdict.verdict is Verdict.UNVERIFIABLE:
        return Told.UNKNOWN
    if verdict.verdict is Verdict.BLOCKED:
        blockers = [one for check in verdict.blocked_by for one in _cases_of(check, now)]
        fails = any(one.verdict is Verdict.NON_CONFORM for one in blockers)
        return Told.NO if fails else Told.UNKNOWN
    return Told.NO if verdict.verdict is Verdict.NON_CONFORM else Told.YES


def _tell_cases(cases: Iterable[str], now: Glance) -> tuple[Told, tuple[str, ...]]:
    told = {case: _tell_case(now.verdicts.get(case), now) for case in cases}
    for worst in (Told.NO, Told.UNKNOWN):
        wrong = [case for case in told if told[case] is worst]
        if wrong:
            return worst, tuple(about(case, _describe(now.verdicts.get(case))) for case in wrong)
    return Told.YES, ()


def _join(
    first: tuple[Told, tuple[str, ...]], second: tuple[Told, tuple[str, ...]]
) -> tuple[Told, tuple[str, ...]]:
    """Return the worse of two lines, with the reasons of both where they say the same."""
    order = (Told.NO, Told.UNKNOWN, Told.YES)
    worst = min(first[0], second[0], key=order.index)
    return worst, tuple(
        why for told, reasons in (first, second) if told is worst for why in reasons
    )


def _cases_of(check: str, glance: Glance) -> tuple[CheckVerdict, ...]:
    return tuple(one for case, one in glance.verdicts.items() if _is_of(case, {check}))


def _is_of(case: str, checks: Collection[str]) -> bool:
    return case in checks or case.partition("@")[0] in checks


def _list_held(before: Glance) -> tuple[str, ...]:
    """Return the cases that conformed on the healthy bench."""
    return tuple(case for case, one in before.verdicts.items() if one.verdict is Verdict.CONFORM)


def _is_fine(verdict: CheckVerdict | None) -> bool:
    return verdict is not None and verdict.verdict in FINE


def _describe(verdict: CheckVerdict | None) -> str:
    if verdict is None:
        return _("n'a pas été jugé")
    return verdict.message or _(verdict.verdict.value)
