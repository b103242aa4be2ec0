"""Probes of the event log.

Win32_NTLogEvent counts the critical events as errors, but for the power cut (41), whose type it
does not know; the texts of events are in any language and are not read.
"""

from collections.abc import Iterable, Iterator

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.windows.asking import ask_cim
from labctl.probes.windows.events import Event, HardwareEvents, SystemErrors
from labctl.probes.windows.reading import (
    Instance,
    moment_of,
    number_of,
    read_instances,
    read_one,
    text_of,
)
from labctl.probes.windows.system_probe import ask_system

ERRORS = "Logfile = 'System' AND (EventType = 1 OR EventCode = 41)"
WHEA = "Microsoft-Windows-WHEA-Logger"
MEMORY_TEST = "Microsoft-Windows-MemoryDiagnostics-Results"
HARDWARE = f"Logfile = 'System' AND (SourceName = '{WHEA}' OR SourceName = '{MEMORY_TEST}')"


def _ask_where(plan: Plan, where: str) -> tuple[Question, ...]:
    names = ("SourceName", "EventCode", "TimeGenerated")
    return (ask_system(plan), ask_cim(plan, "Win32_NTLogEvent", *names, where=where))


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
