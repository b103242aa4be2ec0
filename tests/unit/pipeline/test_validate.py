"""What ``labctl validate`` reads, and what it says of a centre's own content."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import SpecError, UsageError
from labctl.pipeline.place import load_place
from labctl.pipeline.validate import validate
from tests.plans import CAHIER, ROOM, ROOT
from tests.unit.cli.lines import say
from tests.unit.session.days import ROSTER, SESSION, lay_session
from tests.unit.spec.test_incident import GOOD as INCIDENT

CHECK = '''\
from labctl.api import Plan, check
from checks.device_admin.facts import SwitchConfig



@check("L-001", needs=SwitchConfig)
def check_something(plan: Plan, config: SwitchConfig) -> None:
    """Quelque chose est comme demandé."""
'''
GRID = """\
schema: labctl/grille/v1
referentiel: tai
criteres:
  "5.2": {L-001: 1}
"""
FAULT = """\
id: L-001
check: L-001
label: "Une panne"
steps: [{on: nas, run: [/usr/bin/true]}]
revert: [{on: nas, run: [/usr/bin/true]}]
"""


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the content folder of a centre."""
    folder = tmp_path / "centre"
    use_content(folder)
    parts = ("cahiers", "rooms", "grids", "referentials")
    for part in (*(f"inventories/{name}" for name in parts), "checks/centre/sabotages"):
        (folder / part).mkdir(parents=True)
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file of the centre."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def copy_cahier(folder: Path, name: str) -> Path:
    """Write the shipped cahier under another name."""
    text = CAHIER.read_text("utf-8").replace("id: tai-tp-pme-01", f"id: {name}")
    return write(folder, f"inventories/cahiers/{name}.cdc.yml", text)


def copy_room(folder: Path, old: str, new: str) -> Path:
    """Write the shipped room under another name, with one change."""
    text = ROOM.read_text("utf-8").replace("id: demo", "id: ma-salle")
    assert text.count(old) == 1
    return write(folder, "inventories/rooms/ma-salle.room.yml", text.replace(old, new))


def said_of(*names: str) -> list[tuple[str, int, str]]:
    """Return the file, line and message of every mistake."""
    return [(Path(m.file).name, m.line, m.message) for m in validate(names).mistakes]


def test_everything_is_read_and_right(centre: Path) -> None:
    write(centre, "checks/centre/check_own.py", CHECK)
    write(centre, "inventories/grids/tai.centre.yml", GRID)
    write(centre, "checks/centre/sabotages/L-001.yml", FAULT)
    checked = validate(())
    assert checked.mistakes == ()
    read = {Path(file).name for file in checked.files}
    own = {"tai.centre.yml", "check_own.py", "L-001.yml"}
    assert {CAHIER.name, ROOM.name, "tai.yml", *own} <= read
    assert "K-001.yml" not in read  # proved with labctl


def test_every_mistake_of_every_kind_of_file_is_said_at_once(centre: Path) -> None:
    write(centre, "checks/centre/check_own.py", CHECK)
    write(centre, "inventories/grids/tai.centre.yml", GRID.replace("5.2", "5.99"))
    write(centre, "checks/centre/check_broken.py", "def f(:\n")
    write(centre, "checks/centre/sabotages/L-001.yml", FAULT.replace("revert:", "rever:"))
    write(centre, "checks/centre/topic.yml", "title: Le centre\napres: [dhcp]\n")
    copy_cahier(centre, "mon-sujet").write_text("[]", encoding="utf-8")
    copy_room(centre, "cahier: tai-tp-pme-01", "cahier: tai-tp-pme-10")
    assert said_of() == [
        ("check_broken.py", 1, "SyntaxError: invalid syntax (check_broken.py, line 1)"),
        ("L-001.yml", 5, "clé « rever » inconnue"),
        ("topic.yml", 2, "clé « apres » inconnue"),
        ("mon-sujet.cdc.yml", 1, "le fichier doit contenir des paires « clé: valeur »"),
        ("tai.centre.yml", 4, "critère « 5.99 » inconnu du référentiel"),
        ("ma-salle.room.yml", 7, "cahier « tai-tp-pme-10 » inconnu"),
    ]


def test_a_fault_of_no_check_is_said(centre: Path) -> None:
    write(centre, "checks/centre/sabotages/L-001.yml", FAULT)
    assert said_of() == [("L-001.yml", 2, "contrôle « L-001 » inconnu")]


def test_a_fault_of_a_check_that_could_not_be_read_is_left_alone(centre: Path) -> None:
    write(centre, "checks/centre/check_own.py", CHECK + "1 / 0\n")
    write(centre, "checks/centre/sabotages/L-001.yml", FAULT)
    assert said_of() == [("check_own.py", 9, "ZeroDivisionError: division by zero")]


def test_a_named_file_is_checked_with_the_checks_of_the_centre(centre: Path) -> None:
    copy_cahier(centre, "mon-sujet")
    path = write(centre, "checks/centre/check_own.py", "def f(:\n")
    assert [name for name, _line, _said in said_of("mon-sujet")] == ["check_own.py"]
    assert validate(["mon-sujet"]).files == (str(path.parents[2] / NAMED),)
    assert validate([str(path)]).files == (str(path),)


NAMED = "inventories/cahiers/mon-sujet.cdc.yml"


def test_a_check_outside_of_the_catalogue_is_never_read(centre: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "check_own.py", CHECK)
    with pytest.raises(UsageError, match="n'est pas un contrôle du catalogue") as caught:
        validate([str(path)])
    assert str(centre / "checks") in caught.value.hint


def test_a_referential_that_is_wrong_is_said_once(centre: Path) -> None:
    write(centre, "inventories/referentials/tai.yml", "schema: labctl/referentiel/v2\n")
    names = [name for name, _line, _said in said_of()]
    assert set(names) == {"tai.yml"}
    assert len(set(said_of())) == len(names)


def test_a_check_that_no_grid_lists_is_worth_a_word(centre: Path) -> None:
    write(centre, "checks/centre/check_own.py", CHECK)
    (found,) = validate(()).mistakes
    assert (Path(found.file).name, found.line, found.severity) == ("check_own.py", 6, "warning")
    assert found.message == "avertissement : L-001 ne sert aucun critère d'aucune grille"


def test_a_grid_that_lists_a_check_of_a_broken_file_is_left_alone(centre: Path) -> None:
    write(centre, "checks/centre/check_own.py", CHECK + "1 / 0\n")
    write(centre, "inventories/grids/tai.centre.yml", GRID)
    assert said_of() == [("check_own.py", 9, "ZeroDivisionError: division by zero")]


def test_a_grid_of_no_referential_is_refused(centre: Path) -> None:
    path = write(centre, "inventories/grids/tia.yml", GRID)
    assert said_of(str(path)) == [("tia.yml", 1, "cette grille n'est celle d'aucun référentiel")]
    assert said_of() == said_of(str(path))


def test_a_grid_alone_is_read_with_the_catalogue(centre: Path) -> None:
    path = write(centre, "inventories/grids/tai.centre.yml", GRID)
    assert said_of(str(path)) == [
        ("tai.centre.yml", 4, "contrôle « L-001 » inconnu du catalogue"),
    ]


def test_a_cahier_of_an_exam_without_a_grid_is_refused(centre: Path) -> None:
    text = (ROOT / "inventories/referentials/tai.yml").read_text("utf-8")
    write(centre, "inventories/referentials/autre.yml", text.replace("id: tai", "id: autre"))
    path = copy_cahier(centre, "mon-sujet")
    path.write_text(path.read_text("utf-8").replace("referentiel: tai", "referentiel: autre"))
    said = "le référentiel « autre » n'a pas de grille"
    assert said_of("mon-sujet") == [("mon-sujet.cdc.yml", 9, said)]
    with pytest.raises(SpecError, match=said):
        load_place("demo", "mon-sujet")


def test_a_room_is_checked_beside_a_cahier_of_another_folder(tmp_path: Path, centre: Path) -> None:
    copy_room(centre, "cahier: tai-tp-pme-01", "cahier: ailleurs")
    text = CAHIER.read_text("utf-8").replace("id: tai-tp-pme-01", "id: ailleurs")
    elsewhere = write(tmp_path, "ailleurs.cdc.yml", text)
    assert said_of(str(elsewhere), "ma-salle") == []
    assert said_of("ma-salle") == [("ma-salle.room.yml", 7, "cahier « ailleurs » inconnu")]


def test_advice_refuses_nothing(centre: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy_cahier(centre, "mon-sujet")
    text = CAHIER.read_text("utf-8")
    write(centre, NAMED, text)
    said = say(capsys, "validate", "mon-sujet")
    assert said.code == 3
    assert "avertissement : « tai-tp-pme-01 » est dans un fichier" in said.out
    assert said.out.endswith("aucune erreur, fichiers lus : 1\n")
    (found,) = json.loads(say(capsys, "validate", "mon-sujet", "--json").out)["mistakes"]
    assert (found["rule"], found["severity"]) == ("identifiant-autre", "warning")
    assert load_place("demo", "mon-sujet").cahier.id == "tai-tp-pme-01"


def test_a_mistake_is_an_error(centre: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy_room(centre, "cahier: tai-tp-pme-01", "cahier: zzz")
    said = say(capsys, "validate", "ma-salle", "--json")
    assert said.code == 2
    assert [found["severity"] for found in json.loads(said.out)["mistakes"]] == ["error"]


def test_a_cahier_that_is_named_serves_in_any_room(centre: Path) -> None:
    copy_cahier(centre, "mon-sujet")
    place = load_place("demo", "mon-sujet")
    assert place.plan(1).cahier == "mon-sujet"
    assert place.plan(1).room == "demo"


def test_a_room_whose_cahier_is_unknown_is_refused_with_its_line(centre: Path) -> None:
    copy_room(centre, "cahier: tai-tp-pme-01", "cahier: tai-tp-pme-10")
    with pytest.raises(SpecError, match=r"ma-salle.room.yml:7: cahier « tai-tp-pme-10 » inconnu"):
        load_place("ma-salle", None)
    assert load_place("ma-salle", "tai-tp-pme-01").cahier.id == "tai-tp-pme-01"


def test_a_cahier_of_wrong_form_is_refused_with_all_of_its_mistakes(centre: Path) -> None:
    path = copy_cahier(centre, "mon-sujet")
    text = path.read_text("utf-8").replace("etat: existant", "etat: livre", 1)
    path.write_text(text.replace("pays: PF", "pays: Tahiti"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_place("demo", "mon-sujet")
    assert len(caught.value.mistakes) == 2


@pytest.mark.parametrize("folder", [".", "inventories"])
def test_a_file_that_is_not_in_its_place_is_found(centre: Path, folder: str) -> None:
    lost = write(centre, f"{folder}/mon-sujet.cdc.yml", CAHIER.read_text("utf-8"))
    with pytest.raises(UsageError, match="« mon-sujet » n'est pas connu") as caught:
        validate(["mon-sujet"])
    assert caught.value.hint == (f"{lost} n'est pas à sa place : déplacez-le en {centre / NAMED}")


def test_a_session_is_read_with_its_roster(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = lay_session(tmp_path, (ROSTER, ";16;J4", ";17;J4"), (SESSION, "nom: J2", "nom: J1"))
    said = say(capsys, "validate", str(wrong))
    assert said.code == 2
    assert f"{tmp_path / ROSTER}:17: " in said.out
    assert f"{wrong}:32: " in said.out
    late = lay_session(tmp_path, (SESSION, '"19:00"', '"17:00"'))
    assert "la journée finirait à 17:51" in say(capsys, "validate", str(late)).out
    plain = late.rename(tmp_path / "autre.yml")
    assert say(capsys, "validate", str(plain)).code == 2
    assert say(capsys, "validate", str(lay_session(tmp_path))).code == 0


def test_an_incident_is_read_by_its_name(centre: Path) -> None:
    folder = centre / "checks" / "dns" / "incidents"
    folder.mkdir(parents=True)
    path = write(folder, "P-901.yml", INCIDENT.replace("P-902", "P-901"))
    said = [(one.line, one.message) for one in validate([str(path)]).mistakes]
    assert said == [(39, "panne « P-901 » inconnue")]
    path = write(folder, "P-901.yml", INCIDENT.replace("excludes: [P-902]\n", ""))
    assert validate([str(path)]).mistakes == ()


def test_a_reference_of_an_incident_that_no_subject_resolves_is_a_mistake(centre: Path) -> None:
    folder = centre / "checks" / "dns" / "incidents"
    folder.mkdir(parents=True)
    text = INCIDENT.replace("excludes: [P-902]\n", "").replace("Le dossier", "${plan.rien}")
    write(folder, "P-901.yml", text)
    (found,) = validate([]).refusals
    assert "« rien » inconnu" in found.message
