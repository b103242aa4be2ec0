"""A cahier: variables replaced, values typed, a Subject per bench."""

from pathlib import Path

import pytest

from checks.wireless.demand import Wireless
from labctl.core.errors import SpecError
from labctl.spec.cahier import list_admitted, load_cahier
from labctl.spec.lint import lint, lint_cahier, validate_cahier, validate_room
from labctl.spec.loader import Source, Value, parse
from labctl.spec.substitution import Substitution
from tests.plans import CAHIER, PROVIDERS, ROOM, example_cahier, example_room


def test_shipped_cahier_and_room_raise_no_alarm() -> None:
    assert validate_cahier(CAHIER) == ()
    assert validate_room(ROOM, PROVIDERS, CAHIER) == ()


def test_shipped_variants_raise_no_alarm_on_any_bench() -> None:
    assert lint(example_cahier(), example_room()) == ()
    assert lint_cahier(example_cahier()) == ()


def test_has_three_variants() -> None:
    assert example_cahier().variants == ("A", "B", "C")


def test_subject_holds_the_values_of_its_variant_and_bench() -> None:
    room = example_room()
    subject = example_cahier().subject("B", room.variables_of(8, example_cahier()))
    assert subject.machines["poste"].name == "TS-PC-08"
    assert subject.cables[2].label == "PUN-B1-P1-08"


def test_a_machine_whose_card_is_told_by_the_room_may_be_one_of_several_kinds() -> None:
    admitted = list_admitted(example_cahier().source)
    assert admitted["point_acces"] == ("access-point", "access-point-radio")
    assert admitted["routeur"] == ("router",)
    assert list_admitted(parse("x.cdc.yml", b"machines: {poste: 3}")) == {"poste": ()}


def test_secrets_stay_references() -> None:
    demands = example_cahier().wanted("A").demands.values()
    (radio,) = (one for one in demands if isinstance(one, Wireless))
    assert radio.ssids[0].passphrase == "${secret:wifi_perso}"  # noqa: S105  # a reference


def test_keys_are_replaced_too() -> None:
    demands = example_cahier().wanted("C").demands.values()
    (personalisation,) = (one for one in demands if one.topic == "desk")
    assert personalisation.write()["drives"] == {"N:": "COMMUN", "M:": "service_de_l_utilisateur"}


def test_unknown_variant_lists_the_known_ones() -> None:
    with pytest.raises(SpecError) as caught:
        example_cahier().subject("D")
    (found,) = caught.value.mistakes
    assert (found.message, found.rule) == ("variante « D » inconnue", "variante")
    assert found.hint == "variantes : A, B, C"
    assert CAHIER.read_text("utf-8").splitlines()[found.line - 1].startswith("variants:")


def test_values_of_a_bench_that_do_not_fit_are_refused() -> None:
    bench = {**example_room().variables_of(1, example_cahier()), "mac_ap": "pas une adresse"}
    with pytest.raises(SpecError, match="MAC"):
        example_cahier().subject("A", bench)


def test_wrong_value_of_a_variant_is_said_there_only(tmp_path: Path) -> None:
    """Where a variable of it is used, inside a list or a text, the mistake would be an echo."""
    wrong = tmp_path / "x.cdc.yml"
    text = CAHIER.read_text("utf-8")
    text = text.replace('sauvegarde_heure: "12:30"', "sauvegarde_heure: midi", 1)
    text = text.replace("dhcp_bur: [100, 179]", "dhcp_bur: [a, 179]")
    wrong.write_text(text.replace("plage: [8, 13]", "plage: [8]"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_cahier(wrong)
    lines = wrong.read_text("utf-8").splitlines()
    assert [lines[found.line - 1].split(":")[0].strip() for found in caught.value.mistakes] == [
        "dhcp_bur",
        "sauvegarde_heure",
        "- {segment",  # « plage »: what is missing from a list has no line of its own
    ]


def test_form_mistakes_of_all_variants_are_reported_once(tmp_path: Path) -> None:
    wrong = tmp_path / "x.cdc.yml"
    text = CAHIER.read_text("utf-8").replace("bail_h: 8", "bail_h: huit")
    wrong.write_text(text.replace("  wps: false", "  wps: 0"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_cahier(wrong)
    lines = wrong.read_text("utf-8").splitlines()
    assert [lines[mistake.line - 1].strip() for mistake in caught.value.mistakes] == [
        "bail_h: huit",
        "wps: 0",
    ]


VARIABLES: dict[str, Value] = {"site": "ARU", "plage": (8, 13), "ports": {"poste": 5}, "num": "07"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SW-${site}-01", "SW-ARU-01"),
        ("${plage}", (8, 13)),
        ("${ports.poste}", 5),
        ("P-${ports.poste|02d}", "P-05"),
        ("${ports.poste|3d}", "  5"),
        ("${secret:wifi}", "${secret:wifi}"),
        ("${site}${num}", "ARU07"),
        ("prix : 5 $", "prix : 5 $"),
    ],
)
def test_reference_is_replaced(text: str, value: object) -> None:
    work = Substitution(_source(), VARIABLES)
    assert work.apply(text, ("a",)) == value
    assert work.complaints == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${sit}", "variable « ${sit} » inconnue"),
        ("${ports.postes}", "variable « ${ports.postes} » inconnue"),
        ("${site.x}", "variable « ${site.x} » inconnue"),
        ("${}", "référence « ${} » incorrecte"),
        ("${site|99999d}", "référence « ${site|99999d} » incorrecte"),
        ("${__class__.x}", "variable « ${__class__.x} » inconnue"),
        ("${site|02d}", "« ${site|02d} » n'est pas un nombre"),
        ("a${plage}", "« ${plage} » n'est pas une valeur simple : elle ne peut être dans un texte"),
        ("${site", "« ${ » sans « } » dans « ${site »"),
    ],
)
def test_wrong_reference_is_said(text: str, message: str) -> None:
    work = Substitution(_source(), VARIABLES)
    work.apply(text, ("a",))
    assert [complaint.mistake.message for complaint in work.complaints] == [message]


def _source() -> Source:
    return parse("f", b"a: 1\n")


def test_a_block_on_a_segment_that_is_described_wrongly_is_no_plan(tmp_path: Path) -> None:
    text = CAHIER.read_text("utf-8").replace(
        "BUREAUTIQUE: 10.21.30.0/24", "BUREAUTIQUE: 10.21.30.0/31", 1
    )
    file = tmp_path / "x.cdc.yml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SpecError) as caught:
        load_cahier(file).wanted("A")

    said = [mistake.message for mistake in caught.value.mistakes]
    assert set(said) == {"bloc sans valeurs : un segment qu'il nomme est mal décrit"}
