"""Files of checks without Python: what is accepted, and what is said of the others."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import SpecError, UsageError
from labctl.core.ids import CheckId
from labctl.judge.catalogue import load_checks
from labctl.pipeline.exam import list_grids, load_referential
from labctl.pipeline.validate import validate
from labctl.spec.declared import load_declared, read_declared, serve
from labctl.spec.grid import load_grid

GOOD = """\
id: L-101
label: "Le serveur de fichiers est là"
exam: tai
criterion: "6.2"
looks:
  - {on: nas, service: smbd}
"""


@pytest.fixture
def file(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return where a declared check lies in a centre's content folder."""
    use_content(tmp_path)
    path = tmp_path / "checks" / "centre" / "declared" / "L-101.yml"
    path.parent.mkdir(parents=True)
    return path


def mistakes_of(file: Path, text: str) -> list[str]:
    """Return what is said of a file, each with its line."""
    file.write_text(text, encoding="utf-8")
    found = [one for one in validate([str(file)]).mistakes if one.severity == "error"]
    assert {one.file for one in found} <= {str(file)}
    return [f"{one.line}: {one.message}" for one in found]


def test_a_small_one_is_enough(file: Path) -> None:
    assert mistakes_of(file, GOOD) == []
    found = load_declared(file)
    assert (found.topic, found.weight, found.fault, found.fact) == (
        "centre",
        1,
        None,
        "centre.L-101",
    )


def test_every_mistake_is_said_at_once(file: Path) -> None:
    text = GOOD.replace("label:", "lable:").replace("criterion", "critere") + (
        "  - {on: nas, port: 23}\n"
        "  - {on: nas, service: a, file: /b}\n"
        "  - {on: nas, file: /b, filter: c}\n"
        "  - {on: nas, run: [/bin/true]}\n"
    )
    found = mistakes_of(file, text)
    assert [one.partition(":")[0] for one in found] == ["2", "4", "7", "8", "9", "10"]
    assert "il manque « from »" in found[2]
    assert "« filter » n'a pas de sens ici" in found[4]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("L-101", "L-102"), "1: le contrôle s'appelle « L-102 »"),
        (("tai", "tia"), "3: référentiel « tia » inconnu"),
        (("6.2", "66.2"), "4: critère « 66.2 » inconnu du référentiel"),
        (("looks:", "after: [L-999]\nlooks:"), "1: L-101 dépend de L-999, qui n'existe pas"),
        (("looks:", "subjects: [autre]\nlooks:"), "5: cahier « autre » inconnu"),
        (("nas", "nass"), "6: le banc n'a pas de machine « nass »"),
        (("smbd", '"${plan.nulle}"'), "6: « ${plan.nulle} »"),
        (("on: nas, service: smbd", "check: K-085"), "6: un contrôle déclaré regarde une machine"),
        (("service: smbd", "port: 23, from: ADMIN, healthy: {exit: 1}"), "6: « fermé »"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    file: Path, change: tuple[str, str], said: str
) -> None:
    found = mistakes_of(file, GOOD.replace(*change))
    assert [one for one in found if one.startswith(said)], found


def test_an_id_of_the_catalogue_is_taken(file: Path) -> None:
    taken = file.with_name("K-085.yml")
    assert "1: K-085 existe déjà" in mistakes_of(taken, GOOD.replace("L-101", "K-085"))[0]


def test_a_check_lies_where_checks_do(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "declared" / "L-101.yml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(GOOD)
    assert not file.exists()
    with pytest.raises(UsageError, match="n'est pas un contrôle du catalogue"):
        validate([str(elsewhere)])


def test_it_is_a_check_like_another(file: Path) -> None:
    file.write_text(GOOD)
    (found,) = (check for check in load_checks() if check.spec.id == "L-101")
    assert (found.topic, found.spec.label) == (
        "centre",
        "Le serveur de fichiers est là (non prouvé)",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("label", "lable"), "lable"),
        (("L-101", "L-102"), "le contrôle s'appelle « L-102 »"),
        (("on: nas, service: smbd", "check: K-085"), "regarde une machine"),
        (("service: smbd", "port: 23, from: ADMIN, healthy: {exit: 1}"), "ne se prouve pas seul"),
        (("service: smbd", "port: 23"), "il manque « from »"),
        (("service: smbd", "service: smbd, filter: c"), "« filter » n'a pas de sens ici"),
    ],
)
def test_a_wrong_file_is_no_check_and_its_mistakes_are_kept(
    file: Path, change: tuple[str, str], said: str
) -> None:
    file.write_text(GOOD.replace(*change), encoding="utf-8")

    with pytest.raises(SpecError) as refused:
        load_declared(file)
    found, mistakes = read_declared()

    assert found == ()
    assert said in refused.value.mistakes[0].message
    assert mistakes == refused.value.mistakes


def test_a_grid_takes_those_of_its_exam(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    one = load_declared(file)
    tai = load_grid(list_grids("tai"), load_referential("tai"))

    grid, mistakes = serve(tai, [one, replace(one, id=CheckId("L-102"), exam="autre")])
    assert mistakes == ()
    assert set(grid.entries) - set(tai.entries) == {"L-101"}

    taken = replace(one, id=CheckId("K-085"), criterion="66.2")
    assert [mistake.rule for mistake in serve(tai, [taken])[1]] == [
        "controle-double",
        "critere-inconnu",
    ]
