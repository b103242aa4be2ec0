"""What the event log of a Windows tells since Windows was installed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from checks.installation.facts.operating_system import ask_system
from labctl.api import (
    Answer,
    Instance,
    Plan,
    Probe,
    Question,
    ask_cim,
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


def _ask_where(plan: Plan, where: str) -> tuple[Question, ...]:
    names = ("SourceName", "EventCode", "TimeGenerated")
    return (
        ask_system(plan),
        ask_cim(plan.workstation.node, "Win32_NTLogEvent", *names, where=where),
    )


def _ask_errors(plan: Plan) -> tuple[Question, ...]:
    return _ask_where(plan, ERRORS)


def _errors(_plan: Plan, answers: tuple[Answer, ...]) -> SystemErrors:
    return SystemErrors(tuple(_read(*answers)))


def _ask_hardware(plan: Plan) -> tuple[Question, ...]:
    return _ask_where(plan, HARDWARE)


def _hardware(_plan: Plan, answers: tuple[Answer, ...]) -> HardwareEvents:
    events = tuple(_read(*answers))
    return HardwareEvents(_from(WHEA, events), _from(MEMORY_TEST, events))


def _read(system: Answer, log: Answer) -> Iterator[Event]:
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


ERROR_EVENTS = Probe(SystemErrors, _ask_errors, _errors)
HARDWARE_EVENTS = Probe(HardwareEvents, _ask_hardware, _hardware)
