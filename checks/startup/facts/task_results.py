"""How the scheduled tasks of a Windows workstation ended the last time."""

from dataclasses import dataclass, field

from labctl.api import Answer, Plan, Probe, Question, ask_part, number_of, read_told, text_of

SCRIPT = r"""Get-ScheduledTask | Where-Object TaskPath -notlike '\Microsoft\*' | ForEach-Object {
@{ name = $_.TaskPath + $_.TaskName; result = ($_ | Get-ScheduledTaskInfo).LastTaskResult } }"""


@dataclass(frozen=True, slots=True)
class TaskResults:
    """The last result of each task that is not one of Windows' own; ``problem``: not known."""

    results: dict[str, int] = field(default_factory=dict)  # path and name of the task → result
    problem: str = ""


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask the one script of the visit: the class of tasks does not hold it."""
    return (ask_part(plan.workstation.node, "tasks", SCRIPT, "Get-ScheduledTaskInfo"),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> TaskResults:
    """Read the result of each task."""
    (answer,) = answers
    told = read_told(answer, "tasks")
    return TaskResults(
        {text_of(task, "name"): number_of(task, "result") for task in told.instances()},
        told.problem,
    )


PROBE = Probe(TaskResults, ask, parse, takes_trouble=True)
