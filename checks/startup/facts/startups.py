"""What starts by itself on a Windows workstation: at a logon, or as a scheduled task."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from labctl.api import (
    Instance,
    NodeName,
    Plan,
    Reading,
    ask,
    ask_cim,
    fact,
    number_of,
    read_instances,
    text_of,
)

TASKS = "root/Microsoft/Windows/TaskScheduler"
OF_WINDOWS = "\\Microsoft\\"
WHOLE_WEEK = 127
"""DaysOfWeek: one bit for each."""
DISABLED = 1


@dataclass(frozen=True, slots=True)
class Startup:
    """A program that starts at a logon."""

    name: str
    command: str


@dataclass(frozen=True, slots=True)
class Task:
    """A scheduled task that is not one of Windows' own."""

    name: str
    enabled: bool
    account: str  # DOMAIN\\name, or name
    commands: tuple[str, ...]
    daily_at: frozenset[str]  # 12:30, of its daily triggers that are on


@dataclass(frozen=True, slots=True)
class Startups:
    """What starts by itself."""

    programs: tuple[Startup, ...]
    tasks: tuple[Task, ...]


@fact(Startups, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Startups]:
    """Read the commands of a logon and the tasks; the many of Windows itself are left out."""
    names = ("TaskName", "TaskPath", "State", "Actions", "Triggers", "Principal")
    programs, tasks = yield from ask(
        ask_cim(at, "Win32_StartupCommand", "Name", "Command"),
        ask_cim(at, "MSFT_ScheduledTask", *names, namespace=TASKS),
    )
    return Startups(
        tuple(
            Startup(text_of(one, "Name"), text_of(one, "Command"))
            for one in read_instances(programs)
        ),
        tuple(
            _task(one)
            for one in read_instances(tasks)
            if not text_of(one, "TaskPath").startswith(OF_WINDOWS)
        ),
    )


def _task(instance: Instance) -> Task:
    principal = instance.get("Principal")
    owner = text_of(principal, "UserId") if isinstance(principal, Mapping) else ""
    return Task(
        name=f"{text_of(instance, 'TaskPath')}{text_of(instance, 'TaskName')}",
        enabled=number_of(instance, "State") != DISABLED,
        account=owner,
        commands=tuple(
            f"{text_of(action, 'Execute')} {text_of(action, 'Arguments')}".strip()
            for action in _embedded(instance, "Actions")
        ),
        daily_at=frozenset(_daily(instance)),
    )


def _daily(instance: Instance) -> Iterator[str]:
    """Yield the hours of the triggers that run every day.

    DaysInterval is of daily triggers alone, DaysOfWeek and WeeksInterval of weekly ones
    (Microsoft, « Task Scheduler Reference »: IDailyTrigger, IWeeklyTrigger).
    """
    for trigger in _embedded(instance, "Triggers"):
        is_weekly = trigger.get("WeeksInterval") == 1
        every_day = trigger.get("DaysInterval") == 1 or (
            is_weekly and trigger.get("DaysOfWeek") == WHOLE_WEEK
        )
        if every_day and trigger.get("Enabled") is not False:
            yield text_of(trigger, "StartBoundary").partition("T")[2][:5]


def _embedded(instance: Instance, name: str) -> Iterator[Instance]:
    held = instance.get(name)
    for one in held if isinstance(held, list) else ():
        if isinstance(one, Mapping):
            yield one
