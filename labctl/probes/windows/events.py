"""What the event log of a Windows tells since Windows was installed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """An event: who tells it, its number, when."""

    source: str
    code: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SystemErrors:
    """Errors and critical events of the System log, since the installation."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class HardwareEvents:
    """Hardware errors and memory tests, since the installation."""

    errors: tuple[Event, ...]
    memory_tests: tuple[Event, ...]
