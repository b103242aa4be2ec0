"""What did not survive a power cut: it conformed before, and does not after."""

from dataclasses import replace

from labctl.core.i18n import _
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict


def name_lost(before: BenchVerdicts, after: BenchVerdicts) -> BenchVerdicts:
    """Return the verdicts after a power cut, with those that were lost with the power named.

    A check that its need blocks is named too: it conformed before, whatever the reason now.
    """
    restart = after.provenance.restart
    if restart is None:
        return after
    held = {_case_of(one) for one in before.verdicts if one.verdict is Verdict.CONFORM}
    lost = tuple(
        _case_of(one)
        for one in after.verdicts
        if _case_of(one) in held and one.verdict is not Verdict.CONFORM
    )
    return replace(
        after,
        verdicts=tuple(_name(one) if _case_of(one) in lost else one for one in after.verdicts),
        provenance=replace(
            after.provenance,
            restart=replace(restart, lost=tuple(dict.fromkeys(check for check, _machine in lost))),
        ),
    )


def _case_of(verdict: CheckVerdict) -> tuple[str, str]:
    return verdict.check, verdict.machine


def _name(verdict: CheckVerdict) -> CheckVerdict:
    values = {"why": verdict.message or _(verdict.verdict.value)}
    message = _("ne tient pas après redémarrage : %(why)s") % values
    return replace(verdict, message=message)
