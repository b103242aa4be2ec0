"""The grid: what a file must say, and what is said of one that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.spec.grid import NOWHERE, Entry, Grid, load_grid, read_grid
from labctl.spec.observed import Unread
from labctl.spec.referential import load_referential
from tests.plans import ROOT

TAI = load_referential(ROOT / "inventories" / "referentials" / "tai.yml")
CHECKS = ("K-001", "K-002", "K-071")
HEAD = "schema: labctl/grille/v1\nreferentiel: tai\ncriteres:\n"
BODY = '  "1.1": {K-001: 2, K-002: 0}\n  "6.1":\n    K-071: 3\n'


def write(folder: Path, text: str, name: str = "tai.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def said_of(folder: Path, text: str) -> list[str]:
    """Return what is said of a grid, its folder left out."""
    _grid, mistakes = read_grid([write(folder, text)], TAI, CHECKS)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in mistakes]


def test_a_check_serves_a_critere_with_a_weight(tmp_path: Path) -> None:
    grid = load_grid([write(tmp_path, HEAD + BODY)], TAI, CHECKS)
    assert grid.entry_of("K-071") == Entry("6.1", 3)  # type: ignore[arg-type]  # a number is a text
    assert grid.entry_of("K-002").weight == 0
    assert grid.competency_of("K-071").number == 6


def test_a_check_is_chosen_by_all_that_it_serves(tmp_path: Path) -> None:
    grid = load_grid([write(tmp_path, HEAD + BODY)], TAI, CHECKS)
    assert grid.names_of("K-071") == {"k-071", "6.1", "6", "c06"}


def test_a_check_that_is_not_listed_serves_nothing() -> None:
    grid = Grid(TAI)
    assert grid.entry_of("K-999") is NOWHERE
    assert grid.names_of("K-999") == frozenset()


def test_several_files_make_one_grid(tmp_path: Path) -> None:
    own = write(tmp_path, HEAD + '  "6.2": {L-001: 1}\n', "tai.centre.yml")
    grid = load_grid([write(tmp_path, HEAD + BODY), own], TAI)
    assert set(grid.entries) == {*CHECKS, "L-001"}


def test_a_check_that_two_files_list_is_named_with_its_other_place(tmp_path: Path) -> None:
    first = write(tmp_path, HEAD + BODY)
    own = write(tmp_path, HEAD + '  "6.2": {K-071: 1}\n', "tai.centre.yml")
    _grid, (found,) = read_grid([first, own], TAI, CHECKS)
    assert (found.file, found.line) == (str(own), 4)
    assert found.message == f"K-071 sert déjà un critère : {first}:6"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"6.1"', '"6.9"', "tai.yml:5: critère « 6.9 » inconnu du référentiel [critere-inconnu]"),
        ("K-071", "K-072", "tai.yml:6: contrôle « K-072 » inconnu du catalogue [controle-inconnu]"),
        ("K-071", "K-001", "tai.yml:6: K-001 sert déjà un critère : "),
        ("K-002: 0", "K-001: 0", "tai.yml:4: clé « K-001 » déjà donnée à la ligne 4 [cle-double]"),
        (": 3", ": -1", "tai.yml:6: « K-071 » : valeur trop petite : 0 au moins, trouvé : « -1 »"),
        (": 3", ": 0.5", "tai.yml:6: « K-071 » : nombre entier attendu, trouvé : « 0.5 »"),
        ("K-071", "K-71", "tai.yml:6: « K-71 » : forme incorrecte"),
        ("schema:", "titre: x\nschema:", "tai.yml:1: clé « titre » inconnue [cle-inconnue]"),
        ("referentiel: tai", "referentiel: tia", "tai.yml:2: cette grille est celle de « tia »"),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = HEAD + BODY
    assert text.count(old) == 1
    (found,) = said_of(tmp_path, text.replace(old, new))
    assert found.startswith(said)


def test_every_mistake_is_said_at_once(tmp_path: Path) -> None:
    text = HEAD + '  "6.9": {K-072: 1}\n  "12.1": {K-001: 1}\n'
    rules = [line.partition("[")[2].partition("]")[0] for line in said_of(tmp_path, text)]
    assert rules == ["controle-inconnu", "critere-inconnu", "critere-inconnu"]


def test_a_grid_that_is_wrong_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="inconnu du référentiel"):
        load_grid([write(tmp_path, HEAD + BODY.replace("6.1", "6.9"))], TAI, CHECKS)


def test_what_no_catalogue_tells_is_not_missed(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + BODY.replace("K-071", "X-900"))
    assert read_grid([path], TAI)[1] == ()


ASKED = 'demandes:\n  "1.1": [durcissement]\n  "6.1":\n    - durcissement.rdp\n'


def test_a_key_is_for_the_critere_of_the_nearest_key_above(tmp_path: Path) -> None:
    grid = load_grid([write(tmp_path, HEAD + BODY + ASKED)], TAI, CHECKS)
    found = [grid.criterion_of(f"durcissement{key}") for key in ("", ".smb1", ".rdp", ".rdp.nla")]
    assert found == ["1.1", "1.1", "6.1", "6.1"]
    assert grid.criterion_of("messagerie.compte") == ""


def test_what_no_check_reads_is_put_under_its_critere(tmp_path: Path) -> None:
    grid = load_grid([write(tmp_path, HEAD + BODY + ASKED)], TAI, CHECKS)
    first, second, last = (
        Unread("durcissement.a", "a"),
        Unread("durcissement.b", "b"),
        Unread("x", "x"),
    )
    assert grid.place((first, last, second)) == {"1.1": (first, second), "": (last,)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"6.1":\n    -', '"6.9":\n    -', "tai.yml:9: critère « 6.9 » inconnu du référentiel"),
        (
            "[durcissement]",
            "[durcissemen]",
            "tai.yml:8: « durcissemen » n'est la clé d'aucun thème",
        ),
        (".rdp", ".rdq", "tai.yml:10: « durcissement.rdq » n'est la clé d'aucun thème"),
        (".rdp", ".smb1.x", "tai.yml:10: « durcissement.smb1.x » n'est la clé d'aucun thème"),
        (".rdp", "", "tai.yml:10: « durcissement » est déjà sous un critère : "),
        (".rdp", "..rdp", "tai.yml:10: « 6.1 » : forme incorrecte"),
    ],
)
def test_a_wrong_key_has_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = HEAD + BODY + ASKED
    assert text.count(old) == 1
    (found,) = said_of(tmp_path, text.replace(old, new))
    assert found.startswith(said)


def test_a_misspelt_key_is_told_the_right_one(tmp_path: Path) -> None:
    (found,) = said_of(tmp_path, HEAD + BODY + ASKED.replace(".rdp", ".rdpp"))
    assert "vouliez-vous dire « rdp » ?" in found


def test_the_criteres_of_an_incident_are_read(
    tmp_path: Path, use_content: Callable[[Path], None]
) -> None:
    use_content(tmp_path)
    folder = tmp_path / "checks" / "dns" / "incidents"
    folder.mkdir(parents=True)
    (folder / "P-901.yml").touch()
    text = HEAD + BODY + 'incidents: {P-901: ["6.2", "11.3"]}\n'
    assert load_grid([write(tmp_path, text)], TAI).incidents == {"P-901": ("6.2", "11.3")}


def test_an_incident_of_a_grid_must_exist_and_serve_known_criteres_once(
    tmp_path: Path, use_content: Callable[[Path], None]
) -> None:
    use_content(tmp_path)
    first = write(tmp_path, HEAD + BODY + 'incidents: {P-990: ["99.9"]}\n')
    own = write(tmp_path, HEAD + '  "6.2": {L-001: 1}\nincidents: {P-990: []}\n', "tai.centre.yml")
    _grid, mistakes = read_grid([first, own], TAI)
    assert [(one.line, one.message) for one in mistakes] == [
        (5, "la panne « P-990 » a déjà ses critères"),
        (5, "panne « P-990 » inconnue"),
        (7, "critère « 99.9 » inconnu du référentiel"),
        (7, "panne « P-990 » inconnue"),
    ]


JURY = 'jury: {"1.2": "Une fiche.", durcissement: "Se voit.", durcissement.rdp: "Autre."}\n'


def test_a_grid_says_why_the_jury_looks_itself(tmp_path: Path) -> None:
    grid = load_grid([write(tmp_path, HEAD + BODY + JURY)], TAI, CHECKS)
    names = ("1.2", "durcissement.smb1", "durcissement.rdp.nla", "messagerie", "1.3")
    assert [grid.reason_of(name) for name in names] == [
        "Une fiche.",
        "Se voit.",
        "Autre.",
        "",
        "",
    ]


def test_what_the_jury_looks_at_is_a_critere_or_a_key(tmp_path: Path) -> None:
    wrong = JURY.replace("1.2", "1.9").replace("rdp", "rdq")
    assert len(said_of(tmp_path, HEAD + BODY + wrong)) == 2
