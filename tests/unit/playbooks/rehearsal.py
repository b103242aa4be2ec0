"""Tasks for Windows, played by Ansible itself before nobody.

Collections that answer in place of the real ones write down what each module would be given: every
value is resolved by Ansible, every loop, condition and wait is its own; no Windows is needed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from labctl.configure.compose import list_roles
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.plan.document import to_document
from labctl.plan.model import Plan
from tests.plans import ROOT
from tests.unit.playbooks.documented import BIN

ROLES = ROOT / "playbooks" / "roles"
DC = NodeName("dc")
SECRETS = {
    name: f"Secret-{name}_1"
    for name in ("poste_admin", "wifi_perso", "provisoire", "svc_sauvegarde", "svc_scan")
}
DIRECTORY_PASSWORD = "Secret-de-l-annuaire_1"  # noqa: S105  # of a test
ACTION = """\
import json
import os
from pathlib import Path

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        task, folder = self._task, Path(os.environ["REHEARSAL"])
        said = {"host": task_vars["inventory_hostname"], "task": task.name, "module": task.action}
        line = json.dumps({**said, "hidden": bool(task.no_log), "options": task.args})
        with (folder / "asked.jsonl").open("a") as asked:
            asked.write(line + "\\n")
        answers = json.loads((folder / "answers.json").read_text())
        return {"changed": False, **answers.get(task.args.get("path", task.action), {})}
"""
ANSWERS = {
    "administrators.ps1": {
        "result": {"group": "Administrateurs", "members": ["S-1-5-21-1-2-3-512"]}
    },
    "user_hive.ps1": {"result": {"root": "HKLM:\\ANSIBLE", "file": "C:\\Users\\x\\NTUSER.DAT"}},
    "encryption.ps1": {"result": "FullyEncrypted"},
    "ansible.windows.win_optional_feature": {"reboot_required": True},
}
"""What scripts and modules say that later tasks need."""


@dataclass(frozen=True)
class Asked:
    """What one module would be given on one machine."""

    host: str
    task: str
    module: str
    hidden: bool
    options: dict[str, Any]


def environment_of(folder: Path) -> dict[str, str]:
    """Return what Ansible is told of the place: nothing of ours, its home in a folder."""
    return {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "HOME": str(folder),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_LIBRARY": str(ROOT / "playbooks" / "library"),
        "ANSIBLE_FILTER_PLUGINS": ":".join(
            str(path) for path in (ROLES.parent / "filters", *sorted(ROLES.glob("*/filters")))
        ),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }


def rehearse(
    kinds: Mapping[str, Sequence[Plan]], modules: Sequence[str], folder: Path
) -> list[Asked]:
    """Play what acts on each kind for these plans, each on a machine ``variant`` of its own."""
    _lay_stand_ins(folder, modules)
    (folder / "answers.json").write_text(json.dumps(ANSWERS))
    (folder / "password").write_text(DIRECTORY_PASSWORD)
    (folder / "secrets.json").write_text(json.dumps(SECRETS))
    login = {"account": "labctl-audit@x.test", "password_file": str(folder / "password")}
    hosts: dict[str, dict[str, object]] = {"dc": {"directory": login}}
    plays = []
    for kind, plans in kinds.items():
        names = [f"{kind}.{plan.variant}" for plan in plans]
        hosts |= {
            name: {"plan": _plan_for(name, kind, plan)}
            for name, plan in zip(names, plans, strict=True)
        }
        plays.append({"hosts": names, "gather_facts": False, "tasks": play_roles(kind),
                      "vars_files": ["{{ secrets_file }}"]})  # fmt: skip
    said = {"ansible_connection": "local", "patience": 1.0,
            "secrets_file": str(folder / "secrets.json")}  # fmt: skip
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": said}}))
    (folder / "play.json").write_text(json.dumps(plays))
    argv = (str(BIN / "ansible-playbook"), "-i", str(folder / "inventory.json"),
            str(folder / "play.json"))  # fmt: skip
    environment = environment_of(folder) | {
        "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
        "REHEARSAL": str(folder),
    }
    done = command.run(argv, Deadline.after(120), env=environment, check=False)
    if done.exit_code != 0:
        raise AssertionError(done.stdout + done.stderr)
    return [Asked(**json.loads(line)) for line in (folder / "asked.jsonl").read_text().splitlines()]


def _plan_for(name: str, kind: str, plan: Plan) -> dict[str, object]:
    """Return a plan where the machine of a kind, or the controller, has the name of the host."""
    document = to_document(plan)
    (own,) = [node for node in plan.nodes.values() if node.kind == kind] or [plan.nodes[DC]]
    nodes = cast("dict[str, object]", document["nodes"])
    return {**document, "nodes": {**nodes, name: nodes[own.name]}}


def play_roles(kind: str) -> list[dict[str, object]]:
    """Return the tasks that play the roles of a kind, in the order of their topics."""
    return [
        {"ansible.builtin.import_role": {"name": str(ROLES / role.topic), "tasks_from": kind}}
        for role in list_roles()
        if kind in role.tasks
    ]


def _lay_stand_ins(folder: Path, modules: Sequence[str]) -> None:
    for module in modules:
        namespace, collection, name = module.split(".")
        place = folder / "collections" / "ansible_collections" / namespace / collection
        (place / "plugins" / "action").mkdir(parents=True, exist_ok=True)
        (place / "plugins" / "action" / f"{name}.py").write_text(ACTION)
