"""Verdicts: what a check may say, and why it could not say it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Verdict(StrEnum):
    """The five answers of a check (docs/adr/0004-five-verdicts.md)."""

    CONFORM = "conforme"
    NON_CONFORM = "non conforme"
    UNVERIFIABLE = "non vérifiable"
    BLOCKED = "bloqué"
    NOT_APPLICABLE = "sans objet"


class Reason(StrEnum):
    """Why a verdict is UNVERIFIABLE."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    OUTPUT_LIMIT = "output_limit"
    NO_EXIT_STATUS = "no_exit_status"
    PROTOCOL = "protocol"
    TAMPER = "tamper"
    SPEC = "spec"
    DEPENDENCY = "dependency"


@dataclass(frozen=True, slots=True)
class Unobserved:
    """In place of a fact: the question could not be asked, or its answer not understood."""

    reason: Reason
    detail: str


class Mismatch(AssertionError):
    """A wrong answer: what was expected, what was found, and the part of the points it earns."""

    def __init__(
        self,
        message: str,
        *,
        expected: object = "",
        found: object = "",
        earned: Decimal = Decimal(0),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.expected = str(expected)
        self.found = str(found)
        self.earned = earned
