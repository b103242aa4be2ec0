"""One answer of a machine, as people read it: what was asked, of which machine, when, what came."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One answer of the evidence; its texts may hold untrusted characters, so show them inert.

    ``answer`` is cut to what a reader asked for; ``size`` counts the bytes that were recorded.
    ``answer`` is None where the recorded output is lost, or is another than the one recorded.
    """

    seq: int
    node: str
    transport: str
    question: str
    body: str
    at: str  # RFC 3339, UTC
    elapsed_s: float
    exit_code: int | None
    trouble: str
    digest: str
    size: int
    answer: str | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """The answers that were wanted of one run, by number, and whether its chain holds."""

    run: str
    head: str
    exhibits: dict[int, Exhibit]
    broken: str  # what the chain of records does not vouch for; empty when it holds
