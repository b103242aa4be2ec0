"""Do the checks discriminate? Untouched, solved and sabotaged benches, compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from labctl.core.check import CheckSpec
from labctl.core.expect import fraction
from labctl.core.i18n import _
from labctl.core.ids import CheckId
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Reason, Verdict
from labctl.judge.catalogue import dependants

Verdicts = Mapping[str, CheckVerdict]


@dataclass(frozen=True, slots=True)
class Trial:
    """One sabotage applied to a solved bench, then undone.

    ``also`` are the checks that it is declared to change besides those that wait for it.
    """

    check: str
    also: frozenset[str]
    sabotaged: BenchVerdicts
    reverted: BenchVerdicts


@dataclass(frozen=True, slots=True)
class Row:
    """What the proof of one check came to; no ``reasons``: the check discriminates.

    ``changed`` are the checks that the sabotage took away from « conforme », with their verdict.
    """

    check: str
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
) -> Proof:
    """Compare, check by check: untouched, solved, under its own sabotage, and after it."""
    before, after = _by_check(untouched), _by_check(solved)
    tried = {trial.check: trial for trial in trials}
    rows = tuple(
        _row(spec, before[spec.id], after[spec.id], _outcome(catalogue, spec, tried.get(spec.id)))
        for spec in catalogue
    )
    return Proof(rows, fraction(sum(not row.reasons for row in rows), len(rows)))


@dataclass(frozen=True, slots=True)
class _Outcome:
    sabotaged: Verdict | None
    changed: dict[str, Verdict]
    reasons: tuple[str, ...]


def _row(spec: CheckSpec, before: CheckVerdict, after: CheckVerdict, outcome: _Outcome) -> Row:
    reasons = (*_untouched_reasons(before), *_solved_reasons(after), *outcome.reasons)
    return Row(
        spec.id,
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


def _outcome(catalogue: Sequence[CheckSpec], spec: CheckSpec, trial: Trial | None) -> _Outcome:
    if trial is None:
        return _Outcome(None, {}, (_("aucun sabotage ne l'éprouve"),))
    under = _by_check(trial.sabotaged)
    changed: dict[str, Verdict] = {
        check: verdict.verdict
        for check, verdict in under.items()
        if verdict.verdict is not Verdict.CONFORM
    }
    waiting = dependants(catalogue, spec.id) & under.keys()  # those of that bench's kind
    reasons = (
        *_own_reasons(under[spec.id]),
        *_stayed(waiting - changed.keys()),
        *_disturbed(changed.keys() - waiting - trial.also - {spec.id}, under),
        *_left_over(_by_check(trial.reverted)),
    )
    return _Outcome(under[spec.id].verdict, changed, reasons)


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
        if verdict.verdict is not Verdict.CONFORM:
            yield _("une fois réparé, %(check)s reste « %(verdict)s » : %(why)s") % {
                "check": check,
                "verdict": verdict.verdict,
                "why": verdict.message,
            }


def _by_check(verdicts: BenchVerdicts) -> dict[str, CheckVerdict]:
    return {verdict.check: verdict for verdict in verdicts.verdicts}
