"""The référentiel says what the official text says, word by word."""

from functools import cache
from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.spec.plateau import Plateau
from labctl.spec.referential import Referential, load_referential, read_referential
from tests.plans import ROOT

TAI = ROOT / "inventories" / "referentials" / "tai.yml"
OFFICIAL = Path(__file__).resolve().parent / "official"
MODALITIES = {
    "Mise en situation professionnelle": "MSP",
    "Entretien technique": "ET",
    "Questionnaire professionnel": "QP",
    "Entretien final": "EF",
}


@cache
def tai() -> Referential:
    return load_referential(TAI)


def plateau() -> Plateau:
    found = tai().plateau
    assert found is not None
    return found


def official(name: str) -> list[list[str]]:
    lines = (OFFICIAL / name).read_text("utf-8").splitlines()
    return [[c.strip() for c in line.split(" | ")] for line in lines if not line.startswith("#")]


def scope(route: str, modality: str | None = None) -> tuple[int | str, ...]:
    return tai().scope(tai().routes[route], modality)


def words(*texts: str) -> list[str]:
    return " ".join(texts).split()


def without_full_stops(*texts: str) -> list[str]:
    return [word.rstrip(".") for word in words(*texts)]


def test_has_eleven_competencies_and_forty_six_criteria() -> None:
    assert len(tai().competencies) == 11
    assert len(tai().criteria) == 46


def test_titles_are_those_of_the_certification_text() -> None:
    assert [c.title for c in tai().competencies] == [row[0] for row in official("rc-3.2.txt")]


@pytest.mark.parametrize("rank", range(11))
def test_wordings_are_those_of_the_certification_text(rank: int) -> None:
    competency = tai().competencies[rank]
    row = official("rc-3.2.txt")[rank]
    assert words(*(criterion.wording for criterion in competency.criteria)) == words(row[1])


@pytest.mark.parametrize("rank", range(11))
def test_wordings_are_those_of_the_professional_text_but_where_it_differs(rank: int) -> None:
    competency = tai().competencies[rank]
    number, title, text = official("rp-criteres.txt")[rank]
    said = [criterion.other_wording or criterion.wording for criterion in competency.criteria]
    assert (int(number), title) == (competency.number, competency.title)
    assert without_full_stops(*said) == without_full_stops(text)


def test_only_one_criterion_differs_between_the_two_texts() -> None:
    assert [c.id for c in tai().criteria if c.other_wording] == ["9.4"]


@pytest.mark.parametrize("rank", range(11))
def test_modalities_are_those_ticked_in_the_certification_text(rank: int) -> None:
    boxes = official("rc-3.2.txt")[rank][2].split()
    ticked = [
        name for name, box in zip(("MSP", "ET", "QP", "QPP"), boxes, strict=True) if box == "x"
    ]
    assert list(tai().competencies[rank].modalities) == ticked


def test_each_route_evaluates_the_official_competencies_for_the_official_time() -> None:
    numbers = {competency.title: competency.number for competency in tai().competencies}
    wanted = [
        (route, MODALITIES[name], _minutes(time), {n for t, n in numbers.items() if t in titles})
        for route, name, time, titles, _detail in map(_five, official("rc-epreuves.txt"))
        if name in MODALITIES
    ]
    found = [
        (name, trial.modality, trial.minutes, set(trial.competencies))
        for name, route in tai().routes.items()
        for trial in route.trials
    ]
    assert found == wanted


def test_each_route_lasts_the_official_time_with_the_official_presence_of_the_jury() -> None:
    rows = [_five(row) for row in official("rc-epreuves.txt") if row[1] not in MODALITIES]
    wanted = [(row[0], _minutes(row[2])) for row in rows]
    found = [
        (name, minutes)
        for name, route in tai().routes.items()
        for minutes in (route.minutes, route.jury_minutes)
    ]
    assert found == wanted


def test_second_certificate_practises_competency_seven_only() -> None:
    assert scope("ccp2", "MSP") == (7,)
    assert scope("ccp2") == (5, 6, 7)


def test_third_certificate_leaves_competency_nine_out() -> None:
    assert scope("ccp3") == (8, 10, 11)


def test_questionnaire_is_for_the_title_alone() -> None:
    assert {name: scope(name, "QP") for name in tai().routes if scope(name, "QP")} == {
        "titre": (1, 2, 3, 4, 8, 11)
    }


def test_modalities_of_a_competency_depend_on_the_route() -> None:
    assert tai().routes["ccp2"].modalities(5) == ("ET",)
    assert tai().routes["titre"].modalities(1) == ("MSP", "ET", "QP")


def test_transversal_competencies_are_those_of_the_certification_text() -> None:
    titles = {competency.number: competency.title for competency in tai().competencies}
    found = {
        (one.title, titles[number]) for one in tai().transversals for number in one.competencies
    }
    assert found == {(row[0], row[1]) for row in official("rc-3.3.txt")}


def test_activities_share_out_the_competencies() -> None:
    shared = [number for activity in tai().activities for number in activity.competencies]
    assert shared == list(range(1, 12))


def test_resources_are_those_of_annexe_1_with_their_sharing() -> None:
    rows = official("rc-annexe-1.txt")
    wanted = [
        (text.rstrip(".").casefold(), int(most), "jury" if "jury" in note else "candidat")
        for most, text, note in rows
    ]
    lines = plateau().resources[: len(rows)]
    assert [(one.title.casefold(), one.shared_by, one.each) for one in lines] == wanted
    assert plateau().candidates_per_jury == 4


def test_a_plateau_without_juries_limits_none() -> None:
    alone = [one for one in plateau().resources if one.each == "candidat"]
    changed = plateau().model_copy(update={"resources": alone})
    assert changed.candidates_per_jury is None


def test_wrong_times_and_numbers_are_all_reported(tmp_path: Path) -> None:
    wrong = tmp_path / "tai.yml"
    text = TAI.read_text("utf-8")
    edited = text.replace('"6.2"', '"6.1"').replace("duree_min: 270", "duree_min: 271")
    wrong.write_text(edited.replace("jury_min: 85", "jury_min: 80"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_referential(wrong)
    assert [mistake.message for mistake in caught.value.mistakes] == [
        "un autre critère s'appelle déjà « 6.1 »",
        "les épreuves durent 270 min, le parcours 271 min",
        "le jury est présent 85 min, le parcours dit 80 min",
    ]
    assert read_referential(wrong) == (None, caught.value.mistakes)
    assert read_referential(TAI) == (load_referential(TAI), ())


def test_what_is_not_known_is_a_key_error() -> None:
    assert tai().competency(6).number == 6
    assert tai().criterion("6.2").id == "6.2"
    with pytest.raises(KeyError, match="12"):
        tai().competency(12)
    with pytest.raises(KeyError, match=r"6\.9"):
        tai().criterion("6.9")


def _wrong(tmp_path: Path, *edits: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Return what is said of an edited référentiel: the line as it is written, rule, message."""
    file, text = tmp_path / "tai.yml", TAI.read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_referential(file)
    lines = text.splitlines()
    assert {mistake.file for mistake in caught.value.mistakes} == {str(file)}
    return [
        (lines[found.line - 1].strip(), found.rule, found.message)
        for found in caught.value.mistakes
    ]


def test_wrong_numbers_are_said_where_they_are(tmp_path: Path) -> None:
    found = _wrong(tmp_path, ("numero: 6", "numero: 66"))
    lists = [trial.competencies for route in tai().routes.values() for trial in route.trials]
    lists += [one.competencies for one in tai().transversals]
    lists += [one.competencies for one in tai().activities]
    assert [said for _l, rule, said in found if rule == "competence-inconnue"] == [
        "compétence 6 inconnue" for numbers in lists if 6 in numbers
    ]
    assert all("competences: [" in line for line, rule, _s in found if rule != "numero")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("duree_min: 180, jury: false", "duree_min: 170, jury: false",
         "les parties durent 210 min, l'épreuve 220 min"),
        ("11], jury: true}\n\n", "11], jury: true, ensemble: true}\n\n",
         "une épreuve passée ensemble n'a ni jury ni parties"),
        ("{nom: routeur,", "{nom: pc_hote,", "une autre ressource s'appelle déjà « pc_hote »"),
        ("par: candidat, modalites: [QP]", "par: candidat, modalites: [QR]",
         "modalité « QR » inconnue"),
        ("prévention.\", modalites: [MSP]", "prévention.\", modalites: [MPS]",
         "modalité « MPS » inconnue"),
        ("competences: [5, 6, 7]}", "competences: [5, 6, 7, 12]}", "compétence 12 inconnue"),
        ("competences: [5, 6, 7]}", "competences: [5, 6, 7, A-1]}", "compétence A-1 inconnue"),
        ("competences: [5, 6, 7]}", "competences: [5, 6, 7, 6]}", "compétence 6 donnée deux fois"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert [found[2] for found in _wrong(tmp_path, (old, new))] == [said]


def test_wrong_times_are_said_where_they_are(tmp_path: Path) -> None:
    ((line, rule, said),) = _wrong(tmp_path, ("jury_min: 85", "jury_min: 80"))
    assert "jury_min: 80" in line
    assert (rule, said) == ("duree", "le jury est présent 85 min, le parcours dit 80 min")
    ((line, rule, said),) = _wrong(tmp_path, ("duree_min: 270", "duree_min: 271"))
    assert "duree_min: 271" in line
    assert (rule, said) == ("duree", "les épreuves durent 270 min, le parcours 271 min")


def test_a_wrong_criterion_is_said_where_it_is(tmp_path: Path) -> None:
    ((line, rule, said),) = _wrong(tmp_path, ('"6.2"', '"6.1"'))
    assert '"6.1"' in line
    assert (rule, said) == ("numero", "un autre critère s'appelle déjà « 6.1 »")


def test_a_name_of_two_competencies_is_said_where_it_is(tmp_path: Path) -> None:
    ((line, rule, said),) = _wrong(tmp_path, ("sigle: C06", "sigle: c05"))
    assert (line, rule) == ("numero: 6", "numero") or line.startswith("- numero: 6")
    assert said == "une autre compétence s'appelle déjà « c05 »"


def test_an_unknown_modality_is_said_where_it_is(tmp_path: Path) -> None:
    found = _wrong(tmp_path, ("modalite: ET, duree_min: 20", "modalite: XX, duree_min: 20"))
    assert [(rule, said) for _line, rule, said in found] == [
        ("modalite-inconnue", "modalité « XX » inconnue")
    ]


def test_mistakes_of_form_come_first_and_all_at_once(tmp_path: Path) -> None:
    found = _wrong(tmp_path, ("numero: 6", "nummero: 6"), ("jury_min: 85", "jury_min: trop"))
    assert [(rule, said) for _line, rule, said in found] == [
        ("cle-inconnue", "clé « nummero » inconnue"),
        ("type", "« jury_min » : nombre entier attendu, trouvé : « trop »"),
    ]


def _five(row: list[str]) -> list[str]:
    return [*row, "", ""][:5]


def _minutes(text: str) -> int:
    hours, _h, minutes, _unit = text.split()
    return int(hours) * 60 + int(minutes)
