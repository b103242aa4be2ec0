"""A probe: what to ask for one fact, and what the answers mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from labctl.connect.base import Answer, Question
from labctl.core.verdict import Reason
from labctl.plan.model import Plan


class NotUnderstood(Exception):
    """An answer came back and does not say what the probe needs; becomes « non vérifiable »."""

    def __init__(self, detail: str, reason: Reason = Reason.PROTOCOL) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Probe:
    """One fact type and how it is obtained.

    ``ask`` is a pure function of the plan. ``parse`` gets one answer per question, in order, none
    of them troubled (unless ``takes_trouble``: trouble is then part of what it observes), and
    returns the fact or raises NotUnderstood. ``settle_s`` is how long the fact may need to
    converge after a change: within it, ``is_settled`` false means ask again (reads only).
    ``insist`` gives the longer wording of a question (None: it is not asked again); while
    ``is_settled`` is false, the longer ones are asked once, after everything else has settled.
    """

    fact: type[Any]
    ask: Callable[[Plan], tuple[Question, ...]]
    parse: Callable[[Plan, tuple[Answer, ...]], Any]
    takes_trouble: bool = False
    settle_s: float = 0.0
    is_settled: Callable[[Plan, Any], bool] | None = None
    insist: Callable[[Question], Question | None] | None = None
