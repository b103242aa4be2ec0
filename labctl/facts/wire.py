"""What a probe on the wire found, in the words of the facts."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from labctl.connect.base import Answer
from labctl.core.i18n import _, mark
from labctl.facts.answers import read_results
from labctl.facts.probe import NotUnderstood


class Outcome(StrEnum):
    """What became of one attempt."""

    OPEN = mark("ouvert")  # connection accepted, echo answered
    REFUSED = mark(
        "refusé"
    )  # TCP RST or ICMP administratively prohibited: something answered « no »
    SILENT = mark("sans réponse")  # nothing before the deadline
    NO_ROUTE = mark("sans route")  # host or network unreachable


OUTCOMES = {
    "open": Outcome.OPEN,
    "refused": Outcome.REFUSED,
    "prohibited": Outcome.REFUSED,
    "silent": Outcome.SILENT,
    "unroutable": Outcome.NO_ROUTE,
}
Results = tuple[Mapping[str, Any], ...]


def results_of(answer: Answer) -> Results:
    """Return the results of a question to a probe, one per trial asked."""
    trials = answer.question.body["trials"]
    return read_results(answer, len(trials) if isinstance(trials, tuple | list) else 0)


def outcome_of(result: Mapping[str, Any]) -> Outcome:
    """Return what became of one attempt; not understood when the probe itself failed."""
    try:
        return OUTCOMES[str(result["outcome"])]
    except KeyError:
        raise NotUnderstood(
            _("la sonde a échoué : %(said)s") % {"said": str(result)[:200]}
        ) from None


def payload_of(result: Mapping[str, Any]) -> bytes:
    """Return the bytes that came back."""
    payload = result.get("payload", "")
    try:
        return bytes.fromhex(payload) if isinstance(payload, str) else b""
    except ValueError as exc:
        raise NotUnderstood(_("les octets d'une sonde ne sont pas en hexadécimal")) from exc
