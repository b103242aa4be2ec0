"""Do the checks discriminate? Untouched, solved and sabotaged benches, compared.

A check is a case here: verdicts are named by ``judge.cases.name_cases``, what declares them is
``judge.cases.list_specs``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from labctl.core.check import CheckSpec
from labctl.core.expect import fraction
from labctl.core.i18n import _
from labctl.core.ids import CheckId
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Reason, Verdict
from labctl.judge.catalogue import blocked_with, dependants

Verdicts = Mapping[str, CheckVerdict]
_FINE = (Verdict.CONFORM, Verdict.NOT_APPLICABLE)
NOTHING_LOST: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Trial:
    """One sabotage applied to a solved bench, then undone.

    ``also`` are the checks that it is declared to change besides those that wait for it.
    ``company`` are those that sabotages tried with it may have changed: what changed there says
    nothing of this one. ``reverted`` holds at least the checks that changed.
    """

    check: str
    also: frozenset[str]
    sabotaged: BenchVerdicts
    reverted: BenchVerdicts
    company: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """What the proof of one case came to; no ``reasons``: the check discriminates.

    ``case`` is its check, with the machine where there are several: ``K-034@poste2``. ``changed``
    are the cases that the sabotage took away from « conforme », with their verdict.
    """

    case: str
    check: str
    machine: str  # empty where the check is about the bench as a whole
    label: str
    untouched: Verdict
    solved: Verdict
    sabotaged: Verdict | None
    changed: dict[str, Verdict]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """The matrix of a proof and its score: the part of the checks that discriminate, 0 to 1."""

    rows: tuple[Row, ...]
    score: Decimal


def prove(
    catalogue: Sequence[CheckSpec],
    untouched: BenchVerdicts,
    solved: BenchVerdicts,
    trials: Sequence[Trial],
    lost: Mapping[str, str] = NOTHING_LOST,
) -> Proof:
    """Compare, check by check: untouched, solved, under its own sabotage, and after it.

    ``lost`` says, by check, why its sabotage could not be tried. A sabotage that was tried alone
    is judged by that; others by all their trials.
    """
    before, after = _by_check(untouched), _by_check(solved)
    rows = []
    for spec in catalogue:
        tried = [trial for trial in trials if trial.check == spec.id]
        outcome = _outcome(catalogue, spec, tried, lost.get(spec.id, ""))
        rows.append(_row(spec, before[spec.id], after[spec.id], outcome))
    return Proof(tuple(rows), fraction(sum(not row.reasons for row in rows), len(rows)))


def list_doubts(catalogue: Sequence[CheckSpec], trial: Trial) -> tuple[str, ...]:
    """Return what a look at a sabotaged bench shows against a sabotage; the repair is left out."""
    under = _by_check(trial.sabotaged)
    known = {spec.id for spec in catalogue}
    changed = {c: v for c, v in list_changed(trial.sabotaged).items() if c in known}
    waiting = dependants(catalogue, trial.check) & under.keys()  # those of that bench's kind
    blocked = blocked_with(catalogue, trial.check) & under.keys()
    return (
        *_own_reasons(under[trial.check]),
        *_stayed(blocked - changed.keys()),
        *_disturbed(changed.keys() - waiting - trial.also - trial.company - {trial.check}, under),
    )


def list_changed(verdicts: BenchVerdicts) -> dict[str, Verdict]:
    """Return the checks that are neither « conforme » nor « sans objet », with their verdict."""
    return {one.check: one.verdict for one in verdicts.verdicts if one.verdict not in _FINE}


def list_pointless(solved: BenchVerdicts) -> frozenset[str]:
    """Return the checks that have nothing to say of a subject, even of a bench that is solved."""
    return frozenset(one.check for one in solved.verdicts if one.verdict is Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class _Outcome:
    sabotaged: Verdict | None
    changed: dict[str, Verdict]
    reasons: tuple[str, ...]


def _row(spec: CheckSpec, before: CheckVerdict, after: CheckVerdict, outcome: _Outcome) -> Row:
    reasons = (*_untouched_reasons(before), *_solved_reasons(after), *outcome.reasons)
    return Row(
        spec.id,
        spec.id.partition("@")[0],
        after.machine,
        spec.label,
        before.verdict,
        after.verdict,
        outcome.sabotaged,
        outcome.changed,
        reasons,
    )


def _untouched_reasons(before: CheckVerdict) -> Iterator[str]:
    if before.verdict is Verdict.CONFORM:
        yield _("conforme sur un banc que personne n'a touché")
    if before.earned:
        yield _("rapporte des points sur un banc que personne n'a touché")
    if before.verdict is Verdict.UNVERIFIABLE and before.reason is not Reason.DEPENDENCY:
        yield _("non vérifiable sur un banc que personne n'a touché : %(why)s") % {
            "why": before.message
        }


def _solved_reasons(after: CheckVerdict) -> Iterator[str]:
    if after.verdict is not Verdict.CONFORM:
        yield _("%(verdict)s sur le banc corrigé : %(why)s") % {
            "verdict": after.verdict,
            "why": after.message,
        }


def _outcome(
    catalogue: Sequence[CheckSpec], spec: CheckSpec, tried: Sequence[Trial], lost: str
) -> _Outcome:
    trials = [trial for trial in tried if not trial.company] or tried
    if not trials:
        why = _("son sabotage n'a pas pu être essayé : %(why)s") % {"why": lost}
        return _Outcome(None, {}, (why if lost else _("aucun sabotage ne l'éprouve"),))
    reasons: dict[str, None] = {}
    changed: dict[str, Verdict] = {}
    found = []
    for trial in trials:
        reasons |= dict.fromkeys(list_doubts(catalogue, trial))
        reasons |= dict.fromkeys(_left_over(_by_check(trial.reverted)))
        changed |= {
            check: verdict
            for check, verdict in list_changed(trial.sabotaged).items()
            if check not in trial.company
        }
        found.append(_by_check(trial.sabotaged)[spec.id].verdict)
    reasons |= dict.fromkeys(_never_apart(trials))
    wrong = [verdict for verdict in found if verdict is not Verdict.NON_CONFORM]
    return _Outcome((wrong or found)[0], changed, tuple(reasons))


def _never_apart(trials: Sequence[Trial]) -> Iterator[str]:
    """Say of which checks it was never seen that the sabotage alone leaves them as they are."""
    hidden = trials[0].company.intersection(*(trial.company for trial in trials))
    if hidden:
        yield _("n'a été essayé qu'avec ce qui change aussi %(checks)s") % {
            "checks": ", ".join(sorted(hidden))
        }


def _own_reasons(under: CheckVerdict) -> Iterator[str]:
    if under.verdict is not Verdict.NON_CONFORM:
        yield _("son sabotage le laisse « %(verdict)s » : %(why)s") % {
            "verdict": under.verdict,
            "why": under.message or _("rien n'est signalé"),
        }


def _stayed(checks: frozenset[CheckId]) -> Iterator[str]:
    if checks:
        yield _("en dépendent sans changer : %(checks)s") % {"checks": ", ".join(sorted(checks))}


def _disturbed(checks: set[str], under: Verdicts) -> Iterator[str]:
    for check in sorted(checks):
        yield _("son sabotage change aussi %(check)s (%(verdict)s) : %(why)s") % {
            "check": check,
            "verdict": under[check].verdict,
            "why": under[check].message,
        }


def _left_over(reverted: Verdicts) -> Iterator[str]:
    for check, verdict in sorted(reverted.items()):
        if verdict.verdict not in _FINE:
            yield _("une fois réparé, %(check)s reste « %(verdict)s » : %(why)s") % {
                "check": check,
                "verdict": verdict.verdict,
                "why": verdict.message,
            }


def _by_check(verdicts: BenchVerdicts) -> dict[str, CheckVerdict]:
    """Return the verdicts by the name of their case."""
    return {verdict.check: verdict for verdict in verdicts.verdicts}
