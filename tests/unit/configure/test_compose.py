"""The solution of a bench, composed of roles."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.configure.compose import (
    CONCERNED,
    SITE,
    Role,
    Solution,
    compose,
    compose_for,
    list_asked_roles,
    list_names,
    list_roles,
)
from labctl.core.errors import UsageError
from labctl.core.ids import NodeName
from labctl.plan.build import build_plan
from tests.plans import ROOT, Desk, example_cahier, plan_of, room_with, with_second

ROUTER, SERVER, DESK = NodeName("r"), NodeName("s"), NodeName("d")
DESK_OF_PLAN = NodeName("poste")
MACHINES = {ROUTER: ("router", "linux"), SERVER: ("nas", "linux"), DESK: ("desk", "linux")}
APPLIERS = {"linux": Path("/apply/linux.yml")}


def role(
    topic: str, *after: str, contributes: str = "", acts: str = "", on: frozenset[str] | None = None
) -> Role:
    """Return a role that contributes to some kinds and acts on others."""
    file = ROOT / "playbooks" / "roles" / "naming" / "contributions" / "workstation-linux.yml"
    return Role(
        topic,
        "",
        after,
        dict.fromkeys(contributes.split(), file),
        {name: Path(f"/roles/{topic}/tasks/{name}.yml") for name in acts.split()},
        on,
    )


def steps(solution: Solution, name: str) -> list[str]:
    """Return the roles and files that one machine plays in a wave."""
    tasks: Any = solution.files[f"{name}.yml"]
    found = []
    for task in tasks:
        if "ansible.builtin.import_role" in task:
            found.append(Path(task["ansible.builtin.import_role"]["name"]).name)
        if "ansible.builtin.import_tasks" in task:
            found.append(task["ansible.builtin.import_tasks"])
    return found


def waves(solution: Solution) -> list[str]:
    plays: Any = solution.files["site.yml"]
    return [play["hosts"] for play in plays]


def test_contributions_wait_for_nobody_and_are_applied_once() -> None:
    roles = [role("a", contributes="router"), role("b", "a", contributes="router desk")]

    solution = compose(MACHINES, roles, APPLIERS)

    assert waves(solution) == ["d:r"]
    assert steps(solution, "wave_0_r") == ["/apply/linux.yml"]
    assert {name: len(v["contributions"]) for name, v in solution.variables.items()} == {  # type: ignore[arg-type]  # a list
        ROUTER: 2,
        DESK: 1,
    }


def test_an_act_waits_for_the_other_machines_of_the_topics_before_it() -> None:
    roles = [
        role("net", contributes="router"),
        role("shares", acts="nas"),
        role("join", "net", acts="desk"),
        role("backup", "join", "shares", acts="desk"),
    ]

    solution = compose(MACHINES, roles, APPLIERS)

    assert waves(solution) == ["r:s", "d"]
    assert steps(solution, "wave_1_d") == ["join", "backup"]
    tasks: Any = solution.files["wave_1_d.yml"]
    assert tasks[0]["loop"] == [{"machine": "r", "done": "wave_0"},
                               {"machine": "s", "done": "wave_0"}]  # fmt: skip


def test_on_one_machine_a_topic_after_another_is_no_new_wave() -> None:
    roles = [role("a", acts="desk"), role("b", "a", acts="desk")]

    solution = compose(MACHINES, roles, APPLIERS)

    assert waves(solution) == ["d"]
    assert steps(solution, "wave_0_d") == ["a", "b"]


def test_a_role_is_for_the_machines_that_its_block_names() -> None:
    desks = {NodeName(name): ("desk", "linux") for name in ("d1", "d2", "d3")}
    roles = [
        role("a", contributes="desk", on=frozenset({"d1"})),
        role("b", acts="linux", on=frozenset({"d2", "elsewhere"})),
    ]

    solution = compose(desks, roles, APPLIERS)

    assert set(solution.variables) == {"d1"}
    assert steps(solution, "wave_0_d2") == ["b"]
    assert waves(solution) == ["d1:d2"]


def test_the_machines_of_a_block_are_those_of_its_plan() -> None:
    plan = with_second(plan_of(1, Desk.SIMULATED), Desk.SIMULATED)
    software = next(one for one in list_asked_roles(plan) if one.topic == "software")
    assert software.on == frozenset({"poste", "poste2"})
    documents = next(one for one in list_asked_roles(plan) if one.topic == "documents")
    assert documents.on is None


@pytest.mark.parametrize("kind", Desk)
def test_no_file_of_a_shipped_role_is_for_a_machine_that_its_block_does_not_name(
    kind: Desk,
) -> None:
    """What the shipped cahier is solved with reaches every machine of a kind that it is for."""
    plan = plan_of(1, kind)
    left = [
        (role.topic, name)
        for role in list_asked_roles(plan)
        for name, node in plan.nodes.items()
        if node.state in CONCERNED
        and {*role.contributions, *role.tasks} & set(list_names(node.kind))
        and not role.concerns(name)
    ]
    assert left == []


def test_tasks_of_the_nearest_kind_are_played() -> None:
    (task,) = steps(compose(MACHINES, [role("a", acts="linux desk")], APPLIERS), "wave_0_d")

    assert task == "a"
    tasks: Any = compose(MACHINES, [role("a", acts="linux desk")], APPLIERS).files["wave_0_d.yml"]
    assert tasks[0]["ansible.builtin.import_role"]["tasks_from"] == "desk"


def test_a_machine_that_nothing_applies_to_is_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="rien ne sait appliquer un corrigé à « r »"):
        compose(MACHINES, [role("a", contributes="router")], {})


def test_names_of_a_kind_are_its_own_its_faces_and_what_it_stands_on() -> None:
    names = list_names("windows-standin")

    assert names[:4] == ("windows-standin", "windows", "linux", "workstation-linux")


def test_roles_come_in_the_order_of_their_topics() -> None:
    order = [one.topic for one in list_roles()]

    assert order.index("routing") < order.index("dhcp") < order.index("joining")
    (joining,) = [one for one in list_roles() if one.topic == "joining"]
    assert {"addressing", "dhcp", "routing", "switching"} <= set(joining.after)


@pytest.mark.parametrize("kind", Desk)
def test_the_shipped_exam_is_solved_in_waves(kind: Desk) -> None:
    solution = compose_for(plan_of(1, kind))

    first, *others = waves(solution)
    assert first == "commutateur:dc:point_acces:poste:routeur"
    assert [set(one.split(":")) for one in others] in (
        [{"nas", "poste"}, {"demandes", "poste"}],
        [{"demandes", "nas", "poste"}, {"poste"}],  # a Windows has one task more before
    )


def test_a_topic_that_a_cahier_does_not_ask_for_is_left_out() -> None:
    plan = plan_of(1, Desk.SIMULATED)

    without = compose_for(replace(plan, demands={}))

    asked = [len(compose_for(plan).variables[DESK_OF_PLAN]["contributions"])]  # type: ignore[arg-type]  # a list
    assert [len(without.variables[DESK_OF_PLAN]["contributions"])] < asked  # type: ignore[arg-type]


def test_topics_that_wait_for_each_other_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    for topic, after in (("ici", "la"), ("la", "ici")):
        folder = tmp_path / "checks" / topic
        folder.mkdir(parents=True)
        (folder / "topic.yml").write_text(f"title: T\nafter: [{after}]\n")

    with pytest.raises(UsageError, match="thèmes qui s'attendent : "):
        list_roles()


def test_a_centre_adds_a_kind_to_a_topic_file_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    folder = tmp_path / "playbooks" / "roles" / "dhcp" / "contributions"
    folder.mkdir(parents=True)
    (folder / "box.yml").write_text("files: {/etc/x: {template: dhcp.conf.j2}}\n")

    (dhcp,) = [one for one in list_roles() if one.topic == "dhcp"]
    solution = compose({ROUTER: ("box", "linux")}, [dhcp], APPLIERS)

    assert set(dhcp.contributions) == {"box", "router", "switch"}
    shipped = ROOT / "playbooks/roles/dhcp/templates/dhcp.conf.j2"
    parts: Any = solution.variables[ROUTER]["contributions"]
    text = f"{{{{ lookup('ansible.builtin.template', '{shipped}') }}}}"
    assert parts == [{"files": {"/etc/x": {"content": text}}}]


def test_a_template_that_is_nowhere_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    folder = tmp_path / "playbooks" / "roles" / "dhcp" / "contributions"
    folder.mkdir(parents=True)
    (folder / "box.yml").write_text("files: {/etc/x: {template: absent.j2}}\n")
    (dhcp,) = [one for one in list_roles() if one.topic == "dhcp"]

    with pytest.raises(UsageError, match=r"le modèle « absent\.j2 » n'existe pas"):
        compose({ROUTER: ("box", "linux")}, [dhcp], APPLIERS)


def machines_of(solution: Solution) -> set[str]:
    """Return the machines that a solution does something on."""
    return {name.split("_", 2)[2] for name in solution.files if name != SITE}


def test_the_solution_of_some_topics_touches_their_machines_alone() -> None:
    plan = build_plan(example_cahier(), room_with(Desk.SIMULATED), 1, "ccp1")
    delivered = compose_for(plan, plan.delivered.topics)
    network = ("commutateur", "routeur", "dc", "nas", "point_acces")
    assert machines_of(delivered) == {f"{name}.yml" for name in network}
    lot = compose_for(plan, plan.lots[-1].topics)
    assert machines_of(lot) == {"poste.yml"}


def test_the_solution_of_some_machines_is_theirs() -> None:
    plan = build_plan(example_cahier(), room_with(Desk.SIMULATED), 1, "ccp1")
    solution = compose_for(plan, plan.delivered.topics, [NodeName("nas")])
    assert machines_of(solution) == {"nas.yml"}


def test_what_goes_with_any_topic_stays_away_from_machines_of_none() -> None:
    plan = build_plan(example_cahier(), room_with(Desk.SIMULATED), 1)
    assert compose_for(plan, ["quote"]).files == {SITE: []}
