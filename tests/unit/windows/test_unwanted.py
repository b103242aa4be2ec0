"""A program that the solution removes leaves nothing behind, whatever other roles do."""

import json

from labwindows.simulate import merge

from labctl.plan.document import to_json
from tests.plans import Desk, plan_of
from tests.solutions import contributed, load_filters
from tests.unit.windows.simulated import FACTORY

TASKS = ("root/microsoft/windows/taskscheduler", "MSFT_ScheduledTask")


def test_a_machine_that_is_not_backed_up_starts_nothing_of_what_was_removed() -> None:
    plan = json.loads(to_json(plan_of(1, Desk.SIMULATED)))
    factory = json.loads(FACTORY.read_text("utf-8"))
    assert "mctoolbar" in json.dumps(factory).lower()

    merged = merge(factory, load_filters()["software_scenario"](plan))

    assert "mctoolbar" not in json.dumps(merged).lower()


def test_a_program_that_nobody_wants_gone_stays_and_starts() -> None:
    plan = json.loads(to_json(plan_of(1, Desk.SIMULATED)))
    plan["demands"]["software"]["removed"] = []
    factory = json.loads(FACTORY.read_text("utf-8"))

    merged = merge(factory, load_filters()["software_scenario"](plan))

    assert [task["TaskName"] for task in merged["namespaces"][TASKS[0]][TASKS[1]]] == [
        "McToolbarUpdate"
    ]


def test_the_task_of_the_backup_is_added_to_what_is_left() -> None:
    told = contributed(plan_of(1, Desk.SIMULATED), "poste")["scenario"]

    assert [task["TaskName"] for task in told["namespaces"][TASKS[0]][TASKS[1]]] == ["Sauvegarde"]
    assert [task["name"] for task in told["script"]["tasks"]] == ["\\Sauvegarde"]
