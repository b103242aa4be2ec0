"""What an answer holds, as text or JSON; what is neither is not understood."""

import json
from collections.abc import Mapping
from typing import Any, cast

from labctl.connect.base import Answer
from labctl.core.i18n import _
from labctl.facts.probe import NotUnderstood

RAW_CAP = 200
"""Most characters of what is quoted of an answer that is not understood."""
LINE_CAP = 4096
"""Longest line that a parser is given: no machine of a bench prints a longer one."""


def not_understood(what: str, raw: object) -> NotUnderstood:
    """Return the refusal of an answer: a sentence, then what was answered, or its parser said."""
    said = _("%(what)s : la réponse n'a pas été comprise (%(raw)s)")
    return NotUnderstood(said % {"what": what, "raw": str(raw)[:RAW_CAP]})


def refuse_trouble(answer: Answer) -> None:
    """Say why when an answer that is needed did not come."""
    if answer.trouble is not None:
        raise NotUnderstood(answer.trouble.detail, answer.trouble.reason)


def read_text(answer: Answer) -> str:
    """Return the answer as text, undecodable bytes replaced."""
    text = answer.output.decode("utf-8", "replace").replace("\r\n", "\n")
    if max(map(len, text.splitlines()), default=0) > LINE_CAP:
        raise NotUnderstood(
            _("%(what)s : une ligne de plus de %(cap)d caractères")
            % {"what": answer.question.text, "cap": LINE_CAP}
        )
    return text


def read_file(answer: Answer) -> str:
    """Return what a ``cat`` printed, empty when the file is absent."""
    return read_text(answer) if answer.exit_code == 0 else ""


def read_json(answer: Answer) -> Any:
    """Return the answer as a JSON value."""
    return parse_json(answer.output, answer.question.text)


def parse_json(output: bytes, text: str) -> Any:
    """Return an output as a JSON value; ``text`` is the question, to name what is wrong."""
    try:
        return json.loads(output)
    except (ValueError, RecursionError) as exc:
        raise NotUnderstood(_("%(what)s : ce n'est pas du JSON") % {"what": text}) from exc


def read_results(answer: Answer, count: int) -> tuple[Mapping[str, Any], ...]:
    """Return the results of a probe on the wire, one per trial asked."""
    found = read_json(answer)
    results = found.get("results") if isinstance(found, dict) else None
    if not isinstance(results, list) or len(results) != count:
        raise NotUnderstood(
            _("%(what)s : pas un résultat par essai") % {"what": answer.question.text}
        )
    if not all(isinstance(result, dict) for result in results):
        raise NotUnderstood(
            _("%(what)s : un résultat n'est pas un objet") % {"what": answer.question.text}
        )
    return tuple(cast("list[Mapping[str, Any]]", results))
