"""What the first page of a grille says: a line per critère, and what to ask the candidate about."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labctl.core.untrusted import one_line
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import CriterionSheet, GradeSheet

MOST_OF_A_FACT = 600
"""Characters of one fact: a page is read, and the evidence has the whole."""
ASKED = frozenset({Verdict.NON_CONFORM, Verdict.UNVERIFIABLE})

_PARTS = re.compile(r"\s?; ")
_SUBJECT = re.compile(r"^.*\s?: ", re.DOTALL)
_TOLD_BY_THE_SENTENCE = frozenset({"oui", "non", "rien", "yes", "no", "nothing"})
"""Values of ``core.expect`` that a sentence such as « Firefox n'est pas installé » tells."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to ask the candidate about, and the checks that could not be judged for it."""

    verdict: CheckVerdict
    blocks: tuple[str, ...]


def list_verdicts(sheet: GradeSheet) -> Iterator[CheckVerdict]:
    """Yield every verdict of a bench, in official order."""
    for competency in sheet.competencies:
        for criterion in competency.criteria:
            yield from criterion.verdicts


def list_topics(sheet: GradeSheet) -> tuple[Topic, ...]:
    """Return what to ask about: what failed, could not be told, or was done after help.

    A blocked check is told with the one that blocks it, and alone where that one is not printed.
    Where the solution was applied to the bench, all was done after help, and a notice says so.
    """
    verdicts = tuple(list_verdicts(sheet))
    printed = {verdict.check for verdict in verdicts}
    return tuple(
        Topic(verdict, tuple(dict.fromkeys(_list_blocked(verdict, verdicts))))
        for verdict in verdicts
        if verdict.verdict in ASKED
        or (verdict.assisted and all(one.lot for one in sheet.provenance.helps))
        or (verdict.verdict is Verdict.BLOCKED and printed.isdisjoint(verdict.blocked_by))
    )


def _list_blocked(verdict: CheckVerdict, verdicts: Iterable[CheckVerdict]) -> Iterator[str]:
    """Yield the checks that wait for a verdict: of two machines, each waits for its own."""
    for one in verdicts:
        is_near = one.machine == verdict.machine or not (one.machine and verdict.machine)
        if verdict.check in one.blocked_by and is_near:
            yield one.check


def name_anchors(sheet: GradeSheet) -> dict[tuple[str, str], str]:
    """Return where each verdict is on a page, by check and machine.

    The first of a check has the check's own name, so that whoever names the check is led there.
    """
    anchors: dict[tuple[str, str], str] = {}
    for verdict in list_verdicts(sheet):
        is_first = verdict.check not in anchors.values()
        own = verdict.check if is_first else f"{verdict.check}@{verdict.machine}"
        anchors[verdict.check, verdict.machine] = own
    return anchors


def list_blockers(criterion: CriterionSheet) -> tuple[str, ...]:
    """Return the checks that keep those of a critère from being judged."""
    found = (name for verdict in criterion.verdicts for name in verdict.blocked_by)
    return tuple(dict.fromkeys(found))


def name_checks(sheet: GradeSheet) -> dict[str, str]:
    """Return the label of every check of a bench, by its id."""
    return {verdict.check: verdict.label for verdict in list_verdicts(sheet)}


def add_untold(message: str, text: str) -> str:
    """Return what a text (« attendu » or « constaté ») adds to the message of the same verdict.

    Each failure is told once: « VLAN 10 : attendu ADMIN, trouvé rien » needs no second line that
    says « attendu : ADMIN ».
    """
    shown, whole = one_line(message, MOST_OF_A_FACT), one_line(text, MOST_OF_A_FACT)
    if not shown:
        return whole
    return " ; ".join(part for part in _PARTS.split(whole) if not _is_told(shown, part))


def _is_told(message: str, part: str) -> bool:
    value = _SUBJECT.sub("", part).strip()
    if not value or value.lower() in _TOLD_BY_THE_SENTENCE:
        return True
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", message, re.IGNORECASE) is not None
