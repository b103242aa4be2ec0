"""What the child that runs ansible-runner says of each task, and what it keeps for itself."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from labctl.configure import worker
from labctl.configure.run import TaskResult, read_line

Event = dict[str, object]


def event(kind: str, result: object = None, stdout: str = "", **details: object) -> Event:
    """Return an event as ansible-runner hands it over."""
    told = {"host": "dc", "task": "Annuaire", "duration": 1.234, "res": result} | details
    return {"event": f"runner_on_{kind}", "event_data": told, "stdout": stdout}


def say(
    folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *events: Event
) -> list[TaskResult]:
    """Run the worker on a run that brings these events; return what it said."""
    seen: dict[str, Any] = {}

    def run(event_handler: Callable[[Event], bool], **settings: object) -> SimpleNamespace:
        seen.update(settings)
        assert [event_handler(each) for each in events] == [False] * len(events)
        return SimpleNamespace(rc="2")

    patch.setattr("ansible_runner.run", run)
    vantage = {"pid": 0, "started": 0}
    environment = {"ANSIBLE_CONFIG": "ansible.cfg"}
    job = {"playbook": "site.yml", "vantage": vantage, "environment": environment}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")

    assert worker.main(folder) == 2

    assert (seen["playbook"], seen["envvars"]) == ("site.yml", environment)
    assert seen["inventory"] == str(folder / "inventory.json")
    results = [read_line(line) for line in capsys.readouterr().out.splitlines()]
    return [result for result in results if result is not None]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (event("ok", {}), "ok"),
        (event("ok", {"changed": True}), "changed"),
        (event("ok", {"censored": "no_log"}, "\x1b[0;33mchanged: [dc] => (item=None)"), "changed"),
        (event("ok", {"censored": "no_log"}, "ok: [dc]"), "ok"),
        (event("failed", {"msg": "refus"}), "failed"),
        (event("failed", {"msg": "refus"}, ignore_errors=True), "ok"),
        (event("unreachable", {"msg": "personne"}), "unreachable"),
        (event("skipped", {}), "skipped"),
    ],
)
def test_a_task_has_one_state(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    told: Event,
    state: str,
) -> None:
    (result,) = say(tmp_path, monkeypatch, capsys, told)

    assert (result.node, result.task, result.state, result.seconds) == (
        "dc", "Annuaire", state, 1.23,
    )  # fmt: skip


def test_only_what_went_wrong_has_a_message_and_it_is_inert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = {"msg": "refus \x1b[2J", "stderr": "deux\nlignes", "module_stderr": ""}

    fine, wrong, long = say(
        tmp_path,
        monkeypatch,
        capsys,
        event("ok", answer),
        event("failed", answer),
        event("unreachable", {"msg": "x" * 5000}),
    )

    assert (fine.message, wrong.message) == ("", "refus ?[2J\ndeux\nlignes")
    assert len(long.message) == worker.MESSAGE_CHARACTERS


def test_what_steers_a_play_is_said_only_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(
        tmp_path,
        monkeypatch,
        capsys,
        {"event": "playbook_on_start", "event_data": {}},
        {"event": "runner_on_ok"},
        event("ok", {}, task_action="ansible.builtin.assert"),
        event("failed", {"msg": "faux"}, task_action="ansible.builtin.assert"),
        event("failed", "no dictionary"),
    )

    assert [(each.state, each.message) for each in said] == [("failed", "faux"), ("failed", "")]
