"""What did not survive a power cut: it conformed before, and does not after."""

from collections.abc import Collection
from dataclasses import replace

from labctl.core.i18n import _
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict


def name_lost(
    before: BenchVerdicts, after: BenchVerdicts, ended_by_cut: Collection[str] = ()
) -> BenchVerdicts:
    """Return the verdicts after a power cut, with those that were lost with the power named.

    A check that its need blocks is named too: it conformed before, whatever the reason now.
    ``ended_by_cut`` are the checks of what a cut ends by nature (``CheckSpec.ended_by_cut``): they
    have the verdict of the look before it, unless they conform after it too, or their need does
    not hold (docs/adr/0086-what-a-power-cut-ends-is-judged-before-it.md).
    """
    restart = after.provenance.restart
    if restart is None:
        return after
    earlier = {_case_of(one): one for one in before.verdicts}
    held = {case for case, one in earlier.items() if one.verdict is Verdict.CONFORM}
    verdicts, lost = [], []
    for one in after.verdicts:
        case = _case_of(one)
        if one.verdict is Verdict.CONFORM or case not in earlier:
            verdicts.append(one)
        elif one.check in ended_by_cut and one.verdict is not Verdict.BLOCKED:
            verdicts.append(_date(earlier[case], restart.before))
        elif case in held:
            verdicts.append(_name(one))
            lost.append(one.check)
        else:
            verdicts.append(one)
    named = replace(restart, lost=tuple(dict.fromkeys(lost)))
    provenance = replace(after.provenance, restart=named)
    return replace(after, verdicts=tuple(verdicts), provenance=provenance)


def _case_of(verdict: CheckVerdict) -> tuple[str, str]:
    return verdict.check, verdict.machine


def _date(verdict: CheckVerdict, run: str) -> CheckVerdict:
    """Say that a verdict is of the run before the cut, where its evidence has its numbers."""
    is_conform = verdict.verdict is Verdict.CONFORM
    word = verdict.label if is_conform else _(verdict.verdict.value)
    message = _("vu avant la coupure (relevé %(run)s) : %(why)s")
    values = {"run": run, "why": verdict.message or word}
    return replace(verdict, message=message % values, evidence=())


def _name(verdict: CheckVerdict) -> CheckVerdict:
    values = {"why": verdict.message or _(verdict.verdict.value)}
    message = _("ne tient pas après redémarrage : %(why)s") % values
    return replace(verdict, message=message)
