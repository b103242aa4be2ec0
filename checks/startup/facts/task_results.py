"""How the scheduled tasks of a Windows workstation ended the last time."""

from dataclasses import dataclass, field

from labctl.api import (
    NodeName,
    Plan,
    Reading,
    ask_part,
    attempt,
    fact,
    number_of,
    read_told,
    text_of,
)

SCRIPT = r"""Get-ScheduledTask | Where-Object TaskPath -notlike '\Microsoft\*' | ForEach-Object {
@{ name = $_.TaskPath + $_.TaskName; result = ($_ | Get-ScheduledTaskInfo).LastTaskResult } }"""


@dataclass(frozen=True, slots=True)
class TaskResults:
    """The last result of each task that is not one of Windows' own; ``problem``: not known."""

    results: dict[str, int] = field(default_factory=dict)  # path and name of the task → result
    problem: str = ""


@fact(TaskResults, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[TaskResults]:
    """Read the result of each task: the class of tasks does not hold it.

    Microsoft, "Get-ScheduledTaskInfo".
    """
    (answer,) = yield from attempt(ask_part(at, "tasks", SCRIPT, "Get-ScheduledTaskInfo"))
    told = read_told(answer, "tasks")
    return TaskResults(
        {text_of(task, "name"): number_of(task, "result") for task in told.instances()},
        told.problem,
    )
