"""The facts of one bench, as judged: what ``collect`` observed, and where it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labctl.core.verdict import EvidenceRef, Restart, Unobserved
from labctl.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts by type (or why there is none), with the answers each came from."""

    plan: Plan
    isolation: str
    collected_at: str
    head: str
    facts: Mapping[type[Any], Any | Unobserved]
    references: Mapping[type[Any], tuple[EvidenceRef, ...]]
    assisted: frozenset[str] = frozenset()  # checks done after help
    only: tuple[str, ...] = ()  # what the collection was limited to; empty: nothing
    solved_at: str = ""  # when the reference solution had been applied; then all is done after help
    restart: Restart | None = None  # the power cut that the collection came after
