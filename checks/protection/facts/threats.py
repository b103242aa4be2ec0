"""What Microsoft's antivirus found on a Windows workstation, and whether it stopped it."""

from dataclasses import dataclass
from datetime import datetime

from labctl.api import (
    NodeName,
    Plan,
    Reading,
    ask_part,
    attempt,
    fact,
    flag_of,
    moment_of,
    number_of,
    read_told,
)

SCRIPT = r"""Get-MpThreatDetection | ForEach-Object { @{ threat = [long]$_.ThreatID
stopped = [bool]$_.ActionSuccess
seen = $_.InitialDetectionTime.ToUniversalTime().ToString('s') + 'Z' } }"""


@dataclass(frozen=True, slots=True)
class Detection:
    """A threat that was seen; ``stopped``: what was done about it succeeded."""

    threat: int  # ThreatID
    seen_at: datetime
    stopped: bool


@dataclass(frozen=True, slots=True)
class Threats:
    """Every detection that the antivirus remembers; ``problem``: they are not known."""

    detections: tuple[Detection, ...]
    problem: str = ""


@fact(Threats, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Threats]:
    """Read the detections (Microsoft, "Get-MpThreatDetection")."""
    (answer,) = yield from attempt(ask_part(at, "threats", SCRIPT, "Get-MpThreatDetection"))
    told = read_told(answer, "threats")
    return Threats(
        tuple(
            Detection(number_of(one, "threat"), moment_of(one, "seen"), flag_of(one, "stopped"))
            for one in told.instances()
        ),
        told.problem,
    )
