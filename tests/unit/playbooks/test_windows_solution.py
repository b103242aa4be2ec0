"""The solution for real Windows, as far as it can be tried without one."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from checks.desk.demand import Personalisation
from checks.desk.facts import user_settings as probe
from checks.directory.demand import Directory
from checks.group_policy.demand import Policies
from checks.software.demand import Programs
from labctl.configure.compose import compose_for
from labctl.configure.inventory import Paths, build
from labctl.connect.base import Endpoint, Endpoints, Transport
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from tests.fakes import endpoint
from tests.golden import assert_golden
from tests.plans import ROOT, Desk, plan_of
from tests.unit.playbooks.documented import BIN, Options, find_faults, has_collections, load_options
from tests.unit.playbooks.rehearsal import (
    DIRECTORY_PASSWORD,
    ROLES,
    SECRETS,
    Asked,
    environment_of,
    play_roles,
    rehearse,
)

NEEDS_COLLECTIONS = pytest.mark.skipif(not has_collections(), reason="make setup-windows")
WORKSTATION, SERVER = "windows-11", "windows-server"
FILES = sorted(file for kind in (WORKSTATION, SERVER) for file in ROLES.glob(f"*/tasks/{kind}.yml"))
SCRIPTS = sorted(ROLES.glob("*/files/*.ps1"))
PLANS = [plan_of(bench, Desk.WINDOWS) for bench in (1, 3, 2)]  # variants A, B, C
GOLDEN = ROOT / "tests" / "golden" / "windows" / "solution"
SECRET_OPTIONS = {"password", "domain_admin_password", "value"}
ADDRESS = re.compile(r"\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b")
OF_WINDOWS = ("ansible.windows.", "microsoft.ad.")


def tasks_of(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(file)
    return found


def module_of(task: Mapping[str, Any]) -> str:
    (name,) = [key for key in task if "." in key]
    return name


MODULES = sorted(
    {
        name
        for file in FILES
        for name in map(module_of, tasks_of(file))
        if not name.startswith("ansible.builtin.")
    }
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Options]:
    return load_options(MODULES, environment_of(tmp_path_factory.mktemp("doc")))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    roles = {SERVER: PLANS, WORKSTATION: PLANS}
    return rehearse(roles, MODULES, tmp_path_factory.mktemp("rehearsal"))


def with_windows(plan: Plan) -> tuple[Plan, Endpoints]:
    """Return a plan whose controller is a Windows too, and the ways in."""
    server = replace(plan.nodes[plan.demand(Directory).on], kind="windows-server")
    plan = replace(plan, nodes={**plan.nodes, server.name: server})
    ways = [way_to(name) for name in (plan.demand(Directory).on, plan.desks[0].name)]
    ldap = endpoint("dc", Transport.LDAP, port=636, account="labctl-audit@moana.test")
    routers = [endpoint("routeur"), endpoint("nas"), endpoint("commutateur", Transport.CLI)]
    return plan, Endpoints(1, "vm", (*ways, ldap, *routers), {})


def way_to(node: NodeName, **changes: object) -> Endpoint:
    fields = {"port": 5986, "trust": "/state/ca.pem", "credential": f"/state/secrets/{node}"}
    return endpoint(node, Transport.CIM, **(fields | changes))


def play(folder: Path, playbook: Path) -> None:
    """Have Ansible read a playbook with the inventory of a bench that has two Windows."""
    plan, endpoints = with_windows(plan_of(1, Desk.WINDOWS))
    solution = compose_for(plan)
    for name, tasks in solution.files.items():
        (folder / name).write_text(json.dumps(tasks))
    paths = Paths(folder / "known_hosts", folder / "secrets.json", folder / "tmp", BIN / "python")
    (folder / "inventory.json").write_text(
        json.dumps(build(plan, endpoints, paths, solution.variables))
    )
    argv = (str(BIN / "ansible-playbook"), "--syntax-check", "-i",
            str(folder / "inventory.json"), str(playbook))  # fmt: skip
    done = command.run(argv, Deadline.after(60), env=environment_of(folder), check=False)
    assert done.exit_code == 0, done.stdout + done.stderr


def test_the_site_of_a_bench_with_two_windows_is_read(tmp_path: Path) -> None:
    play(tmp_path, tmp_path / "site.yml")


@NEEDS_COLLECTIONS
def test_every_task_for_windows_is_read(tmp_path: Path) -> None:
    tasks = [*play_roles(WORKSTATION), *play_roles(SERVER)]
    (tmp_path / "play.json").write_text(json.dumps([{"hosts": "all", "tasks": tasks}]))

    play(tmp_path, tmp_path / "play.json")


def test_each_windows_of_a_bench_is_acted_on() -> None:
    plan, _endpoints = with_windows(plan_of(1, Desk.WINDOWS))
    files = {path for path in FILES if path.stem in (WORKSTATION, SERVER)}
    played: set[str] = set()
    for tasks in compose_for(plan).files.values():
        assert isinstance(tasks, list)
        roles = [task["ansible.builtin.import_role"] for task in tasks if _imports(task)]
        played |= {f"{role['name']}/tasks/{role['tasks_from']}.yml" for role in roles}

    asked = (plan.demand(Directory).on, plan.desks[0].name)
    assert {plan.nodes[node].kind for node in asked} == {
        WORKSTATION,
        SERVER,
    }
    assert {str(path) for path in files} <= played


def _imports(task: Mapping[str, Any]) -> bool:
    return "ansible.builtin.import_role" in task


def test_only_modules_of_the_two_collections_are_used() -> None:
    assert MODULES
    assert all(name.startswith(OF_WINDOWS) for name in MODULES)


@NEEDS_COLLECTIONS
def test_every_module_is_given_what_it_documents(
    asked: list[Asked], known: Mapping[str, Options]
) -> None:
    assert {one.module for one in asked} == set(MODULES)
    assert [fault for one in asked for fault in find_faults(one.module, one.options, known)] == []


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown option": ("ansible.windows.win_user", {"name": "x", "nom": "x"}, "nom"),
    "a missing option": ("ansible.windows.win_firewall", {"profiles": ["Domain"]}, "state"),
    "a wrong choice": ("ansible.windows.win_file", {"path": "x", "state": "dossier"}, "dossier"),
    "a wrong type": ("microsoft.ad.ou", {"name": "x", "protect_from_deletion": "si"}, "bool"),
    "a wrong choice in a list": (
        "ansible.windows.win_firewall", {"state": "enabled", "profiles": ["Domaine"]}, "Domaine",
    ),
    "an unknown option inside another": (
        "microsoft.ad.group", {"name": "x", "members": {"only": []}}, "only",
    ),
    "a missing option inside a list": (
        "ansible.windows.win_powershell",
        {"script": "x", "sensitive_parameters": [{"value": "x"}]},
        "name",
    ),
    "an unknown module": ("ansible.windows.win_domaine", {"name": "x"}, "unknown module"),
}  # fmt: skip


@NEEDS_COLLECTIONS
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_task_is_seen(wrong: str, known: Mapping[str, Options]) -> None:
    module, options, word = WRONG[wrong]

    (fault,) = find_faults(module, options, known)

    assert word in fault


@pytest.mark.parametrize("role", [WORKSTATION, SERVER])
def test_a_windows_of_variant_a_is_asked_for_this(role: str, asked: list[Asked]) -> None:
    said = [
        {"task": one.task, "module": one.module, "options": mask(one.options)}
        for one in asked
        if one.host == f"{role}.A"
    ]

    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    assert_golden(text, GOLDEN / f"{role}.json")


def mask(value: Any) -> Any:
    """Return options without their secrets, which are drawn anew each time."""
    if isinstance(value, dict):
        return {name: "***" if name in SECRET_OPTIONS else mask(one) for name, one in value.items()}
    return [mask(one) for one in value] if isinstance(value, list) else value


def test_a_task_that_is_given_a_secret_says_nothing(asked: list[Asked]) -> None:
    secrets = {*SECRETS.values(), DIRECTORY_PASSWORD}
    telling = [one for one in asked if SECRET_OPTIONS & names_in(one.options)]

    assert all(one.hidden for one in telling)
    assert {secret for secret in secrets for one in telling if holds(one, secret)} == secrets
    assert not [one for one in asked if one not in telling for s in secrets if holds(one, s)]


def names_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


def holds(one: Asked, secret: str) -> bool:
    return secret in json.dumps(one.options)


def test_nothing_of_a_bench_is_written_in_a_task() -> None:
    texts = {file.name: file.read_text() for file in (*FILES, *SCRIPTS)}
    own = {word for plan in PLANS for word in words_of(plan)}

    found = [(name, word) for name, text in texts.items() for word in own if word in text]

    assert len(own) > 60
    assert found == []
    assert [name for name, text in texts.items() if ADDRESS.search(text)] == []


def words_of(plan: Plan) -> set[str]:
    """Return what only one company has: names of machines, people and accounts, its domain."""
    directory = plan.demand(Directory)
    people = (*directory.people, directory.leaver)
    return {
        directory.domain, directory.netbios, plan.company, *directory.services,
        *(n.hostname for n in plan.nodes.values() if n.hostname != n.name.replace("_", "-")),
        plan.desks[0].hostname,
        *(person.login for person in people), *(person.surname for person in people),
        *(group.name for group in directory.groups),
        *(gpo.name for gpo in plan.demand(Policies).gpos),
        *(program.winget for program in plan.demand(Programs).programs if program.winget),
        plan.demand(Personalisation).power_plan,
    }  # fmt: skip


def test_every_script_is_called_with_its_own_parameters(asked: list[Asked]) -> None:
    called = {
        (one.options["path"], name)
        for one in asked
        if one.module == "ansible.windows.win_powershell"
        for name in (
            *one.options["parameters"],
            *(secret["name"] for secret in one.options.get("sensitive_parameters", ())),
        )
    }

    taken = {(script.name, name) for script in SCRIPTS for name in parameters_of(script)}

    assert called == taken


def parameters_of(script: Path) -> list[str]:
    block = re.search(r"^param\((.*?)\)$", script.read_text(), re.MULTILINE | re.DOTALL)
    assert block is not None
    return re.findall(r"\$([A-Za-z]+)", block[1])


def test_the_user_gets_what_the_probe_reads(asked: list[Asked]) -> None:
    wanted = {
        (one.options["path"].partition("\\ANSIBLE\\")[2], one.options["name"])
        for one in asked
        if one.module == "ansible.windows.win_regedit" and one.options.get("hive")
    }

    read = {
        (key.replace("*", letter), name)
        for key, values in probe.VALUES.items()
        for name in values
        for letter in ("S", "T")
        if key not in (probe.SESSION, probe.BROWSER)
    }
    assert read <= wanted
