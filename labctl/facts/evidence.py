"""The facts of one bench, as judged: what ``collect`` observed, and where it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labctl.core.coming import Coming
from labctl.core.incident import Course
from labctl.core.verdict import EvidenceRef, ExamStamp, Help, Restart, Unobserved
from labctl.facts.reading import Key
from labctl.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts by type and machine (or why there is none), with the answers each came from.

    The machine of a fact of the bench as a whole is empty.
    """

    plan: Plan
    isolation: str
    collected_at: str
    head: str
    facts: Mapping[Key, Any | Unobserved]
    references: Mapping[Key, tuple[EvidenceRef, ...]]
    only: tuple[str, ...] = ()  # what the collection was limited to; empty: nothing
    helps: tuple[Help, ...] = ()  # solutions that had been applied: what is theirs is « aidé »
    restart: Restart | None = None  # the power cut that the collection came after
    stamp: ExamStamp | None = None  # where in which session it took place
    comings: tuple[Coming, ...] = ()  # at the candidate's way in
    incidents: tuple[Course, ...] = ()  # what became of those of the bench

    def key_of(self, fact_type: type[Any], machine: str) -> Key:
        """Return the key of a fact as a check of a machine sees it: its own, else the bench's."""
        own = (fact_type, machine)
        return own if own in self.facts else (fact_type, "")
