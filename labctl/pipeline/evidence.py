"""Open the evidence of a bench: what was asked, what was answered, as it was recorded."""

from collections.abc import Sequence
from pathlib import Path

from labctl.collect.exhibits import read_dossier
from labctl.core.errors import UsageError
from labctl.core.exhibit import Dossier
from labctl.core.i18n import _
from labctl.pipeline.runs import find_evidence, find_printed

MOST_OF_AN_ANSWER = 64 << 10
"""Bytes of one answer: what a person can read; the file named by the digest has the whole."""


def open_evidence(bench: int, numbers: Sequence[int], source: Path | None) -> tuple[Path, Dossier]:
    """Return the folder of a run, and its answers of these numbers (all of them for none).

    UsageError, with the numbers there are, for one that the run has not.
    """
    run = find_evidence(source) if source else find_printed(bench)
    dossier = read_dossier(run, numbers or None, MOST_OF_AN_ANSWER)
    missing = [number for number in numbers if number not in dossier.exhibits]
    if missing:
        raise _explain(run, missing[0])
    return run, dossier


def _explain(run: Path, number: int) -> UsageError:
    whole = read_dossier(run, None, 0)
    known = sorted(whole.exhibits)
    hint = _("de #%(first)d à #%(last)d") % {"first": known[0], "last": known[-1]} if known else ""
    message = _("le relevé %(run)s n'a pas de preuve #%(number)d") % {
        "run": whole.run,
        "number": number,
    }
    return UsageError(message, hint=whole.broken or hint)
