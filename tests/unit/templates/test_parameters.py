"""What each machine is told: complete, and no more than it needs."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from checks.directory.demand import Directory
from labctl.core.errors import SpecError
from labctl.core.ids import BenchId, NodeName
from labctl.core.sid import derive_domain_sid
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Node, Plan
from labctl.spec.kind import list_kinds, load_kind
from tests.plans import ROOT, plan_of

PROGRAMS = sorted((ROOT / "vm_templates").glob("*/kind.py"))
ALLOWED = {"dataclasses", "labctl.api", "collections.abc", "ipaddress"}


def controller(plan: Plan) -> Node:
    return plan.nodes[plan.demand(Directory).on]


def domain_of(bench: int) -> dict[str, object]:
    return controller(plan_of(bench)).layer or {}


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_every_machine_of_a_plan_is_of_a_kind(bench: int) -> None:
    assert {node.kind for node in plan_of(bench).nodes.values()} <= set(list_kinds())


def test_the_domain_of_a_variant_is_the_same_for_every_bench() -> None:
    plan = plan_of(1)

    again = describe_nodes(replace(plan, bench=BenchId(9)))

    assert controller(again).layer == domain_of(1)
    assert domain_of(1) == domain_of(4)


def test_each_domain_has_its_own_sid() -> None:
    sids = {derive_domain_sid(name) for name in ("moana.test", "tiare.test", "fare.test")}

    assert len(sids) == 3
    assert all(sid.startswith("S-1-5-21-") for sid in sids)
    assert derive_domain_sid("MOANA.test") == derive_domain_sid("moana.test")


def test_both_sides_of_a_join_are_given_its_password() -> None:
    assert set(load_kind("nas").secrets) <= set(load_kind("dc").secrets)


def test_names_that_exist_point_to_their_machines() -> None:
    assert domain_of(1)["hosts"] == {
        "NAS-ARU-01": "10.21.20.20",
        "intranet": "10.21.20.20",
        "mail": "10.21.20.12",
        "assistance": "10.21.20.13",
    }


def test_policies_are_told_with_what_they_set() -> None:
    assert domain_of(1)["gpos"] == [
        {
            "name": "GPO_POSTES_SECURITE",
            "values": {
                "InactivityTimeoutSecs": 600,
                "NoDriveTypeAutoRun": 255,
                "EnableSmartScreen": 1,
            },
            "drives": [],
        },
        {"name": "GPO_LECTEURS", "values": {}, "drives": ["S:", "T:"]},
    ]


def test_no_secret_is_among_the_parameters() -> None:
    told = {name: node.parameters for name, node in plan_of(1).nodes.items()}

    assert "password" not in str(told)
    assert told[NodeName("jury")] == {}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.parent.name)
def test_the_program_of_a_kind_imports_the_face_of_the_engine_and_demands(program: Path) -> None:
    tree = ast.parse(program.read_text("utf-8"))

    asked = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]

    of_topics = {
        name for name in asked if name and re.fullmatch(r"checks\.\w+\.(demand|answers)", name)
    }
    assert asked - of_topics <= ALLOWED
    assert plain == []


def test_what_a_program_cannot_compute_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "vm_templates" / "printer" / "kind.py"
    file.parent.mkdir(parents=True)
    file.write_text("def parameters(plan, node):\n    return {'queue': plan.nowhere}\n")
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))

    with pytest.raises(SpecError) as refused:
        describe_nodes(plan_of(1))

    (mistake,) = refused.value.mistakes
    assert (mistake.file, mistake.line) == (str(file), 2)
    assert "nowhere" in mistake.message
