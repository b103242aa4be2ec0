"""The child that runs ansible-runner: what it says, what it leaves, how it dies."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from labctl.configure.compose import Solution
from labctl.configure.run import Target, apply
from labctl.connect.base import Endpoints, Vantage
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandTimeout, InfrastructureError
from labctl.core.secrets import Secret
from labctl.core.wait import until
from tests.plans import plan_of

PLAY = """\
- hosts: localhost
  connection: local
  gather_facts: false
  vars_files: ["{{ secrets_file }}"]
  tasks:
"""
VALUE = "Nacre-fenua-055102!"


def target(folder: Path) -> Target:
    plan = plan_of(1)
    here = {plan.management.vantage: Vantage()}  # these playbooks reach no machine
    endpoints = Endpoints(bench=1, isolation="namespace", endpoints=(), probes=here)
    return Target(plan, endpoints, {"routeur_admin": Secret(VALUE)}, folder / "private")


def solution(tasks: str) -> Solution:
    return Solution({"site.yml": YAML(typ="safe", pure=True).load(PLAY + tasks)}, {})


def processes_that_name(word: str) -> list[int]:
    """Return the processes whose command line holds a word, ours left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue  # it ended meanwhile
    return [pid for pid in found if pid != os.getpid()]


def test_without_a_vantage_nothing_is_run(tmp_path: Path) -> None:
    """The machines' addresses would be others' where labctl runs."""
    seeing = target(tmp_path)
    blind = replace(seeing, endpoints=replace(seeing.endpoints, probes={}))

    with pytest.raises(InfrastructureError, match="point de vue"):
        apply(solution(""), blind, Deadline.after(60))


def test_a_task_is_reported_and_counted(tmp_path: Path) -> None:
    said: list[str] = []
    tasks = "    - name: Écrire\n      ansible.builtin.command: {argv: [/bin/true]}\n"

    applied = apply(solution(tasks), target(tmp_path), Deadline.after(60), said.append)

    assert (applied.changed, applied.troubles) == (1, ())
    assert said == ["localhost : Écrire : fait"]


def test_a_task_that_fails_is_a_result_with_its_reason(tmp_path: Path) -> None:
    tasks = "    - name: Refuser\n      ansible.builtin.fail: {msg: non}\n"

    applied = apply(solution(tasks), target(tmp_path), Deadline.after(60))

    assert applied.troubles == ("localhost : Refuser : non",)


def test_secrets_reach_tasks_and_nothing_is_left(tmp_path: Path) -> None:
    copy = tmp_path / "copie"
    tasks = (
        "    - name: Secret\n"
        f'      ansible.builtin.shell: printf %s "$S" > {copy}\n'
        '      environment: {S: "{{ routeur_admin }}"}\n'
        "      no_log: true\n"
    )

    apply(solution(tasks), target(tmp_path), Deadline.after(60))

    assert copy.read_text(encoding="utf-8") == VALUE
    assert list((tmp_path / "private").iterdir()) == []


def test_a_run_that_cannot_start_is_explained_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InfrastructureError, match=r"site\.yml"):
        apply(Solution({}, {}), target(tmp_path), Deadline.after(60))

    assert list((tmp_path / "private").iterdir()) == []


@pytest.mark.embedded
def test_the_deadline_ends_every_process_of_the_run(tmp_path: Path) -> None:
    mark = f"7{os.getpid()}"  # seconds nobody else sleeps
    tasks = f"    - name: Attendre\n      ansible.builtin.command: {{argv: [sleep, '{mark}']}}\n"
    started = solution(tasks)

    with pytest.raises(CommandTimeout):
        apply(started, target(tmp_path), Deadline.after(6))

    assert until(lambda: not processes_that_name(mark), Deadline.after(60))
