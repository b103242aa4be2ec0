"""The page for a new topic: its block, its protocol, its fact, its checks, its solution."""

import json
import runpy
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from labctl.configure.compose import compose_for
from labctl.core.errors import SpecError
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.facts.registry import is_known
from labctl.judge.cases import bind, machines_of
from labctl.judge.catalogue import load_checks
from labctl.judge.run import judge
from labctl.judge.selection import Selection
from labctl.plan.fault import resolve
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Plan
from labctl.spec.cahier import load_cahier, topics_of
from labctl.spec.fault import load_fault
from labctl.spec.loader import load
from labctl.spec.observed import list_unread
from tests.facts import evidence_of
from tests.fakes import answer
from tests.plans import CAHIER
from tests.unit.docs.sensor_pages import CONTENT, plan_of_sensors, read_page, write_files

FILES = read_page("adding-a-topic.md")
KIND = read_page("adding-a-machine.md")
BLOCK = '\ncapteurs: {sur: nas, lieu: "atelier nord", periode_s: 30}\n'


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the content folder of a centre, with the files of both pages."""
    use_content(tmp_path)
    write_files({**KIND, **FILES}, tmp_path)
    return tmp_path


@pytest.fixture
def plan(centre: Path) -> Plan:
    """Return the plan of two sensors."""
    assert centre.is_dir()
    return describe_nodes(plan_of_sensors())


def write_cahier(folder: Path, block: str) -> Path:
    path = folder / "atelier.cdc.yml"
    path.write_text(CAHIER.read_text("utf-8") + block, encoding="utf-8")
    return path


def test_the_page_shows_files_of_the_exam_that_is_played_on_a_bench() -> None:
    assert {name: (CONTENT / name).read_text("utf-8") for name in FILES} == FILES
    assert len(FILES) == 9


def test_a_cahier_may_have_its_block(centre: Path) -> None:
    cahier = load_cahier(write_cahier(centre, BLOCK))
    (asked,) = (one for one in cahier.wanted("A").demands.values() if one.topic == "sensors")
    assert asked.write() == {
        "on": ["nas"], "place": "atelier nord", "period_s": 30, "calibrated": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sur: nas", "sur: four", "machine « four » inconnue"),
        ("periode_s: 30", "periode_s: 4000", "valeur trop grande : 3600 au plus"),
        ("lieu", "lieux", "clé « lieux » inconnue"),
    ],
)
def test_a_mistake_in_it_is_told_with_its_line(centre: Path, old: str, new: str, said: str) -> None:
    path = write_cahier(centre, BLOCK.replace(old, new))
    with pytest.raises(SpecError, match=said) as caught:
        load_cahier(path)
    (mistake,) = caught.value.mistakes
    assert mistake.line == len(path.read_text("utf-8").splitlines())


def test_what_no_check_reads_is_told(centre: Path) -> None:
    tree = load(write_cahier(centre, BLOCK.replace("}", ", etalonnage: true}"))).tree
    found = [one.key for one in list_unread(topics_of(tree), tree)]
    assert "capteurs.etalonnage" in found
    assert "capteurs.lieu" not in found


def read(plan: Plan, machine: str, program: dict[str, Any], settings: dict[str, str]) -> Any:
    """Return the fact of a sensor that is set so, its reader given what its program answers."""
    facts: Any = import_module("checks.sensors.facts")
    reading = facts.from_coap(plan, machine)
    (question,) = next(reading)
    trials = question.body["trials"]
    assert {trial["host"] for trial in trials} == {
        str(plan.nodes[machine].interfaces[0].address.ip)  # type: ignore[index,union-attr]
    }
    results = [
        {
            "outcome": "open",
            "payload": program["answer"](bytes.fromhex(trial["payload"]), settings).hex(),
        }
        for trial in trials
    ]
    text = json.dumps({"results": results}).encode()
    try:
        reading.send((answer(question, text),))
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a reader asks once")


def verdicts_on(plan: Plan, **settings: dict[str, str]) -> dict[str, CheckVerdict]:
    """Judge the checks of the page, each sensor set so."""
    facts: Any = import_module("checks.sensors.facts")
    program = runpy.run_path(str(CONTENT / "vm_templates/sensor/files/usr/sbin/sensord"))
    found = {
        (facts.Announced, name): read(plan, name, program, told) for name, told in settings.items()
    }
    checks = tuple(one for one in load_checks() if one.spec.id.startswith("S-"))
    evidence = evidence_of(plan, {})
    (bench,) = judge([type(evidence)(
        plan, "namespace", evidence.collected_at, evidence.head, found, {}
    )], Selection(checks, ()))  # fmt: skip
    return {f"{one.check} {one.machine}": one for one in bench.verdicts}


RIGHT = {"place": "atelier nord", "period": "30"}


def test_its_checks_conform_on_what_is_asked(plan: Plan) -> None:
    found = verdicts_on(plan, capteur_four=RIGHT, capteur_quai=RIGHT)
    assert len(found) == 6
    assert {one.verdict for one in found.values()} == {Verdict.CONFORM}


def test_a_sensor_that_is_wrong_costs_its_own_verdict(plan: Plan) -> None:
    found = verdicts_on(plan, capteur_four=RIGHT, capteur_quai={**RIGHT, "place": "quai"})
    wrong = {name: one.message for name, one in found.items() if one.verdict is not Verdict.CONFORM}
    assert wrong == {"S-002 capteur_quai": "lieu annoncé : attendu atelier nord, trouvé quai"}


def test_nothing_conforms_as_delivered(plan: Plan) -> None:
    found = verdicts_on(plan, capteur_four={}, capteur_quai={})
    assert found["S-002 capteur_four"].verdict is Verdict.NON_CONFORM
    assert found["S-003 capteur_quai"].verdict is Verdict.NON_CONFORM


@pytest.mark.usefixtures("centre")
def test_its_fact_is_one_of_labctl() -> None:
    assert is_known("sensors.Announced")


def test_its_sabotage_is_one_for_each_sensor(plan: Plan, centre: Path) -> None:
    fault = load_fault(centre / "checks/sensors/sabotages/S-002.yml")
    checks = tuple(one for one in load_checks() if one.spec.id.startswith("S-"))
    found = [resolve(one, plan) for one in bind(fault, machines_of(Selection(checks, ()), plan))]
    assert [one.id for one in found] == ["S-002@capteur_four", "S-002@capteur_quai"]
    assert [one.steps[0].node for one in found] == ["capteur_four", "capteur_quai"]
    assert found[0].revert[0].argv[2] == "s/^place = .*/place = atelier nord/"


def test_its_solution_is_for_the_sensors_of_the_block(plan: Plan, centre: Path) -> None:
    # the page leaves one template out, which is like any other
    name = "playbooks/roles/sensors/templates/interfaces.j2"
    write_files({name: (CONTENT / name).read_text("utf-8")}, centre)
    solution = compose_for(plan)
    assert set(solution.variables) == {"capteur_four", "capteur_quai"}
