"""What the event log of a Windows tells since Windows was installed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from checks.installation.facts.operating_system import ask_system
from labctl.api import (
    Answer,
    Instance,
    NodeName,
    Plan,
    Reading,
    ask,
    ask_cim,
    fact,
    moment_of,
    number_of,
    read_instances,
    read_one,
    text_of,
)


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


ERRORS = "Logfile = 'System' AND (EventType = 1 OR EventCode = 41)"
WHEA = "Microsoft-Windows-WHEA-Logger"
MEMORY_TEST = "Microsoft-Windows-MemoryDiagnostics-Results"
HARDWARE = f"Logfile = 'System' AND (SourceName = '{WHEA}' OR SourceName = '{MEMORY_TEST}')"


@fact(SystemErrors, kind="windows")
def read_errors(_plan: Plan, at: NodeName) -> Reading[SystemErrors]:
    """Read what Windows calls an error, and the stops that nobody asked for (event 41)."""
    return SystemErrors((yield from _read_events(at, ERRORS)))


@fact(HardwareEvents, kind="windows")
def read_hardware_events(_plan: Plan, at: NodeName) -> Reading[HardwareEvents]:
    """Read what the hardware reported, and what tests of the memory found."""
    events = yield from _read_events(at, HARDWARE)
    return HardwareEvents(_from(WHEA, events), _from(MEMORY_TEST, events))


def _read_events(at: NodeName, where: str) -> Reading[tuple[Event, ...]]:
    """Read the log (Microsoft, "Win32_NTLogEvent class")."""
    names = ("SourceName", "EventCode", "TimeGenerated")
    system, log = yield from ask(
        ask_system(at), ask_cim(at, "Win32_NTLogEvent", *names, where=where)
    )
    return tuple(_since_installed(system, log))


def _since_installed(system: Answer, log: Answer) -> Iterator[Event]:
    """Yield the events since the installation; what is older is another Windows' or the maker's."""
    installed_at = moment_of(read_one(system), "InstallDate")
    for instance in read_instances(log):
        event = _event(instance)
        if event.at >= installed_at:
            yield event


def _event(instance: Instance) -> Event:
    return Event(
        text_of(instance, "SourceName"),
        number_of(instance, "EventCode"),
        moment_of(instance, "TimeGenerated"),
    )


def _from(source: str, events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(event for event in events if event.source == source)
