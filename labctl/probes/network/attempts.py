"""What a probe on the wire found, in the words of the facts."""

from collections.abc import Mapping
from typing import Any

from labctl.connect.base import Answer
from labctl.core.i18n import _
from labctl.probes.answers import read_results
from labctl.probes.base import NotUnderstood
from labctl.probes.network.reach import Outcome

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
