"""What was delivered working and does not work any more, and the wrong answers that it explains."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from labctl.core.i18n import _, about
from labctl.core.ids import CheckId
from labctl.core.verdict import Broken, CheckVerdict, Reason, Verdict
from labctl.judge.catalogue import Check
from labctl.spec.topic import list_before


def list_broken(verdicts: Iterable[CheckVerdict]) -> tuple[Broken, ...]:
    """Return what does not conform, or could not be told, without what waits for it."""
    return tuple(
        Broken(one.check, one.label, one.verdict, one.message, one.machine)
        for one in verdicts
        if one.verdict is Verdict.NON_CONFORM
        or (one.verdict is Verdict.UNVERIFIABLE and one.reason is not Reason.DEPENDENCY)
    )


def blame(
    verdict: CheckVerdict, topic: str, broken: Iterable[Broken], given: Mapping[CheckId, Check]
) -> CheckVerdict:
    """Return a verdict of the candidate's, blocked where it stands on what is broken.

    A wrong answer is explained by what its topic comes after (``after`` of topics); one that is
    right stays so. ``given`` are the checks of what was delivered, by id.
    """
    fallen = {one.check: one for one in broken if one.verdict is Verdict.NON_CONFORM}
    roots = fallen.keys() & set(verdict.blocked_by)
    if verdict.verdict is Verdict.NON_CONFORM:
        below = list_before([topic])
        roots |= {name for name in fallen if given[CheckId(name)].topic in below}
    if not roots:
        return verdict
    names = ", ".join(f"{name} ({fallen[name].label})" for name in sorted(roots))
    said = _("livré en état de marche, et qui ne l'est plus : %(names)s") % {"names": names}
    message = about(said, verdict.message) if verdict.verdict is Verdict.NON_CONFORM else said
    return replace(
        verdict,
        verdict=Verdict.BLOCKED,
        message=message,
        blocked_by=tuple(sorted({*verdict.blocked_by, *roots})),
        waiting=1 - verdict.earned,
    )
