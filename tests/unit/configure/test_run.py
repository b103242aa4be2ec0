"""What a run of a playbook came to."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.configure.compose import SITE, Solution
from labctl.configure.run import Applied, Target, TaskResult, apply, read_line
from labctl.core import command
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.secrets import Secret
from tests.plans import plan_of
from tests.unit.configure.test_inventory import ENDPOINTS

LINE = '{"node": "dc", "task": "Annuaire", "state": "changed", "seconds": 0.5, "message": ""}'


def result(state: str, message: str = "") -> TaskResult:
    return TaskResult("dc", "Annuaire", state, 0.1, message)


def test_a_line_of_the_worker_is_a_result() -> None:
    assert read_line(LINE) == TaskResult("dc", "Annuaire", "changed", 0.5, "")


@pytest.mark.parametrize("line", ["", "PLAY [all]", "[]", '{"node": "dc"}', '{"other": 1}'])
def test_what_a_library_prints_is_no_result(line: str) -> None:
    assert read_line(line) is None


def test_states_are_counted() -> None:
    applied = Applied((result("ok"), result("changed"), result("failed", "refus")))

    assert applied.changed == 1


def test_a_trouble_names_machine_task_and_reason() -> None:
    applied = Applied((result("changed"), result("failed", "refus")))

    assert applied.troubles == ("dc : Annuaire : refus",)


def test_what_a_task_says_of_a_secret_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task of the centre may lack ``no_log``, and fail with its arguments."""
    password = tmp_path / "dc"
    password.write_text("Perle-lagon-000001!", encoding="utf-8")
    first, *others = ENDPOINTS.endpoints
    endpoints = replace(ENDPOINTS, endpoints=(replace(first, credential=str(password)), *others))
    secrets = {"wifi": Secret("Nacre-fenua-055102!")}
    target = Target(plan_of(1), endpoints, secrets, tmp_path / "private")
    said = "--password Nacre-fenua-055102! --admin Perle-lagon-000001!"

    def follow(
        _argv: object, _deadline: Deadline, on_line: Callable[[str], None], **_words: object
    ) -> Completed:
        on_line(json.dumps({**json.loads(LINE), "state": "failed", "message": said}))
        return Completed((), 0, "", "")

    monkeypatch.setattr(command, "follow", follow)
    applied = apply(Solution({SITE: [{}]}, {}), target, Deadline.after(10))

    assert applied.troubles == ("dc : Annuaire : --password *** --admin ***",)
