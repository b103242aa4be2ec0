"""What a run of a playbook came to."""

import pytest

from labctl.configure.run import Applied, TaskResult, read_line

LINE = '{"node": "dc", "task": "Annuaire", "state": "changed", "seconds": 0.5, "message": ""}'


def result(state: str, message: str = "") -> TaskResult:
    return TaskResult("dc", "Annuaire", state, 0.1, message)


def test_a_line_of_the_worker_is_a_result() -> None:
    assert read_line(LINE) == TaskResult("dc", "Annuaire", "changed", 0.5, "")


@pytest.mark.parametrize("line", ["", "PLAY [all]", "[]", '{"node": "dc"}', '{"other": 1}'])
def test_what_a_library_prints_is_no_result(line: str) -> None:
    assert read_line(line) is None


def test_states_are_counted() -> None:
    applied = Applied("site", (result("ok"), result("changed"), result("failed", "refus")))

    assert applied.changed == 1


def test_a_trouble_names_machine_task_and_reason() -> None:
    applied = Applied("site", (result("changed"), result("failed", "refus")))

    assert applied.troubles == ("dc : Annuaire : refus",)
