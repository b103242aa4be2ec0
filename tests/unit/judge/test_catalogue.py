"""Checks read from folders: what is accepted, what is refused and where it is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checks.naming.facts.identity import Identity
from labctl.core.errors import SpecError, UsageError
from labctl.core.ids import CheckId
from labctl.facts.registry import name_key
from labctl.judge.catalogue import (
    dependants,
    dependencies,
    find_unused,
    in_order,
    list_announced,
    load_catalogue,
    load_checks,
)
from labctl.pipeline.choosing import choose_checks, load_exam
from labctl.plan.build import build_plan
from labctl.spec.grid import NOWHERE
from tests.plans import example_cahier, example_room, plan_of

HEAD = """\
from labctl.api import Plan, check
from checks.naming.facts.identity import Identity


"""
GOOD = '''
@check("L-001", needs=Identity, after=({after}))
def check_something(plan: Plan, identity: Identity) -> None:
    """Quelque chose est comme demandé."""
'''


@pytest.fixture
def folder(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the checks folder of a centre."""
    use_content(tmp_path)
    checks = tmp_path / "checks" / "centre"
    checks.mkdir(parents=True)
    return checks


def mistakes_of(folder: Path, text: str) -> list[str]:
    """Return what is said of a centre's file, its path left out."""
    path = folder / "check_own.py"
    path.write_text(HEAD + text)
    with pytest.raises(SpecError) as caught:
        load_checks()
    return [str(mistake).removeprefix(str(path)) for mistake in caught.value.mistakes]


def test_own_check_joins_the_catalogue(folder: Path) -> None:
    (folder / "check_own.py").write_text(HEAD + GOOD.format(after='"K-007",'))
    spec = next(spec for spec in load_catalogue() if spec.id == "L-001")
    assert spec.label == "Quelque chose est comme demandé"
    assert "L-001" in dependants(load_catalogue(), "K-007")
    assert {"L-001", "K-007"} <= list_announced()


def test_own_file_replaces_the_shipped_one_of_the_same_name(folder: Path) -> None:
    installation = folder.parent / "installation"
    installation.mkdir()
    (installation / "check_linux.py").write_text(HEAD + GOOD.format(after=""))
    found = {spec.id for spec in load_catalogue()}
    assert "L-001" in found
    assert "K-012" not in found


def test_syntax_error_has_its_line(folder: Path) -> None:
    (found,) = mistakes_of(folder, "def check_broken(:\n")
    assert found.startswith(":5: SyntaxError")


def test_import_error_has_its_line(folder: Path) -> None:
    (found,) = mistakes_of(folder, "from checks.naming.facts.identity import Nothing\n")
    assert found.startswith(":5: ImportError")


def test_check_without_a_label_is_refused(folder: Path) -> None:
    text = '@check("L-001", needs=Identity)\ndef check_x(plan, identity): ...\n'
    (found,) = mistakes_of(folder, text)
    assert found == ":5: ValueError: L-001: a check needs a docstring, its French label"


def test_unknown_dependency_is_named(folder: Path) -> None:
    (found,) = mistakes_of(folder, GOOD.format(after='"K-998",'))
    assert found == ":6: L-001 dépend de K-998, qui n'existe pas"


def test_id_used_twice_names_the_other_file(folder: Path) -> None:
    (found,) = mistakes_of(folder, GOOD.replace("L-001", "K-007").format(after=""))
    assert found.startswith(":6: K-007 existe déjà : ") or ": K-007 existe déjà : " in found


def test_function_that_does_not_take_its_facts(folder: Path) -> None:
    text = GOOD.format(after="").replace(", identity: Identity", "")
    (found,) = mistakes_of(folder, text)
    asked = "1 demande(s) (ou le plan) et 1 fait(s)"
    assert found == f":6: L-001 reçoit {asked}, mais prend 1 argument(s)"


def test_circle_is_shown(folder: Path) -> None:
    other = GOOD.replace("L-001", "L-002").replace("check_something", "check_other")
    (found,) = mistakes_of(folder, GOOD.format(after='"L-002",') + other.format(after='"L-001",'))
    assert "dépendances en cercle : " in found


def test_dependencies_come_first_then_ids() -> None:
    order = [str(check.spec.id) for check in in_order(load_checks())]
    assert order.index("K-061") < order.index("K-091") < order.index("K-092")
    assert order == [check.spec.id for check in in_order(load_checks()[::-1])]


def test_dependants_are_found_at_any_distance() -> None:
    found = dependants(load_catalogue(), "K-061")
    assert found == {"K-067", "K-091", "K-092", "K-094", "K-097", "K-138"}
    assert dependants(load_catalogue(), "K-007") == frozenset()


def test_dependencies_are_found_at_any_distance() -> None:
    (spec,) = (spec for spec in load_catalogue() if spec.id == "K-092")
    found = dependencies(load_catalogue(), [spec.id])
    assert found == {"K-091", "K-061", "K-059", "K-057"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("K-071", {"K-071"}),
        ("k-071", {"K-071"}),
        ("6.2", {"K-085", "K-086", "K-087", "K-088"}),
        ("5.4", {"K-069"}),
        ("C10", {"K-122", "K-123", "K-124", "K-125"}),
    ],
)
def test_checks_are_chosen_by_id_critere_or_competence(name: str, expected: set[str]) -> None:
    assert {check.spec.id for check in choose_checks("tai", [name]).chosen} == expected


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("k-71", "vouliez-vous dire « K-071 » ?"),
        ("9.22", "vouliez-vous dire « 9.2 » ?"),
        ("réseau", "critères : 1.1, 1.2, "),
    ],
)
def test_unknown_name_is_refused_with_one_that_is_known(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match="aucun contrôle, critère ni compétence") as caught:
        choose_checks("tai", [name])
    assert caught.value.hint.startswith(hint)
    assert len(caught.value.hint) < 400


def test_route_keeps_its_competences() -> None:
    plan = build_plan(example_cahier(), example_room(), 1, "ccp1")
    chosen = choose_checks("tai").meant_for(plan).chosen
    exam = load_exam("tai")
    served = {exam.competency_of(check.spec.id).number for check in chosen}
    assert served == {1, 2, 3, 4}


def test_needs_hold_those_of_dependencies_and_the_sign_of_life() -> None:
    needs = choose_checks("tai", ["K-092"]).needs(plan_of(1))
    assert set(map(name_key, needs)) == {
        *("switching.Vlans", "routing.SwitchAddresses", "routing.SwitchRoutes"),
        *("routing.Reach", "internet.Internet", "Machines"),
    }
    assert choose_checks("tai", ["K-007"]).needs(plan_of(1)) == {(Identity, "poste")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise RuntimeError('no')\n", "RuntimeError: no"),
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)\n", "SystemExit: 0"),
        ("assert False\n", "AssertionError: "),
    ],
)
def test_whatever_a_file_raises_has_its_line(folder: Path, text: str, said: str) -> None:
    assert mistakes_of(folder, text) == [f":5: {said}"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"L-001"', '"K-1"', ":6: « K-1 » n'est pas l'identifiant d'un contrôle"),
        ("needs=Identity", "needs=Plan", ":6: L-001 : aucune sonde ne donne le fait « Plan »"),
        ("needs=Identity", "needs='Identty'", ":6: L-001 : aucune sonde ne donne le fait"),
        ("after=()", 'after="K-007"', ':6: TypeError: L-001: a tuple is wanted: ("K-007",)'),
    ],
)
def test_what_a_check_says_of_itself_means_something(
    folder: Path, old: str, new: str, said: str
) -> None:
    text = GOOD.format(after="")
    assert text.count(old) == 1
    (found,) = mistakes_of(folder, text.replace(old, new))
    assert found.startswith(said)


def test_a_misspelt_fact_is_answered_with_the_nearest(folder: Path) -> None:
    text = "class Identty: ...\n" + GOOD.format(after="")
    (found,) = mistakes_of(folder, text.replace("needs=Identity", "needs=Identty"))
    assert found.endswith("vouliez-vous dire « Identity » ?")


def test_every_mistake_is_said_at_once(folder: Path) -> None:
    """What a broken file would have declared is not missed by the others."""
    (folder / "check_broken.py").write_text('@check("L-009")\ndef f(:\n')
    found = mistakes_of(folder, GOOD.format(after='"L-009", "K-998"'))
    assert [line.rpartition("/")[2].partition(" (")[0] for line in found] == [
        "check_broken.py:2: SyntaxError: invalid syntax",
        ":6: L-001 dépend de K-998, qui n'existe pas",
    ]


def test_a_file_that_is_not_text_declares_nothing(folder: Path) -> None:
    (folder / "check_folder.py").mkdir()
    (found,) = mistakes_of(folder, GOOD.format(after=""))
    assert "check_folder.py:1: ModuleNotFoundError" in found


def test_an_id_of_labctl_is_blamed_on_the_centre(folder: Path) -> None:
    (found,) = mistakes_of(folder, GOOD.replace("L-001", "K-007").format(after=""))
    assert found.startswith(":6: K-007 existe déjà : ")


GRID = """\
schema: labctl/grille/v1
referentiel: tai
criteres:
  "3.1": {L-001: 1}
"""


def test_a_check_that_no_grid_lists_is_told_to_its_author(folder: Path) -> None:
    (folder / "check_own.py").write_text(HEAD + GOOD.format(after=""))
    (found,) = find_unused(load_checks(), load_exam("tai").entries)
    said = "avertissement : L-001 ne sert aucun critère d'aucune grille"
    assert (found.line, found.message, found.severity) == (6, said, "warning")


def test_a_check_that_no_grid_lists_is_never_chosen(folder: Path) -> None:
    (folder / "check_own.py").write_text(HEAD + GOOD.format(after=""))
    assert "L-001" not in {check.spec.id for check in choose_checks("tai").chosen}
    with pytest.raises(UsageError, match="« L-001 »"):
        choose_checks("tai", ["L-001"])


def test_a_centre_adds_its_checks_to_a_grid(folder: Path) -> None:
    (folder / "check_own.py").write_text(HEAD + GOOD.format(after=""))
    grids = folder.parents[1] / "inventories" / "grids"
    grids.mkdir(parents=True)
    (grids / "tai.centre.yml").write_text(GRID)
    assert {check.spec.id for check in choose_checks("tai", ["L-001"]).chosen} == {"L-001"}
    assert "L-001" in {check.spec.id for check in choose_checks("tai", ["c03"]).chosen}


def test_a_check_waits_for_one_that_no_grid_lists(folder: Path) -> None:
    """It is judged, and reported nowhere."""
    own = GOOD.replace("L-001", "L-002").replace("check_something", "check_other")
    text = GOOD.format(after='"L-002",') + own.format(after="")
    (folder / "check_own.py").write_text(HEAD + text)
    grids = folder.parents[1] / "inventories" / "grids"
    grids.mkdir(parents=True)
    (grids / "tai.centre.yml").write_text(GRID)
    selection = choose_checks("tai", ["L-001"])
    assert [check.spec.id for check in selection.support] == ["L-002"]
    assert selection.entry_of(CheckId("L-002")) is NOWHERE


def test_nothing_is_graded_by_a_grid_that_is_wrong(folder: Path) -> None:
    (folder / "check_own.py").write_text(HEAD + GOOD.format(after=""))
    grids = folder.parents[1] / "inventories" / "grids"
    grids.mkdir(parents=True)
    (grids / "tai.centre.yml").write_text(GRID.replace("3.1", "6.9"))
    with pytest.raises(SpecError, match="inconnu du référentiel"):
        choose_checks("tai")


def test_an_unknown_exam_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="référentiel « tia » inconnu") as caught:
        load_exam("tia")
    assert caught.value.hint == "connus : tai"


def test_a_check_that_judges_no_machine_is_given_none(folder: Path) -> None:
    text = GOOD.format(after="").replace("needs=", "asks=(Plan, Node), needs=")
    text = text.replace("plan: Plan,", "plan: Plan, node: Node,")
    (found,) = mistakes_of(folder, "from labctl.api import Node\n" + text)
    assert "L-001 demande une machine, et n'est jugé pour aucune" in found
