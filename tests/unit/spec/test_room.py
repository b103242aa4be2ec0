"""A room: seats, allocation, neighbours."""

import re
from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.plan.build import build_plan
from labctl.spec.allocation import parse_allocation, show_allocation
from labctl.spec.cahier import Cahier, load_cahier
from labctl.spec.lint import lint, validate_room
from labctl.spec.loader import load
from labctl.spec.room import load_room
from tests.plans import CAHIER, PROVIDERS, ROOM, example_cahier, example_room

NEXT = ((0, 1), (1, 0))
"""Steps to the next seat, in the same row and behind."""


def test_has_sixteen_benches() -> None:
    assert example_room().benches == tuple(range(1, 17))


def test_no_two_neighbours_have_the_same_variant() -> None:
    room = example_room()
    at = {(seat.row, seat.column): room.variant_of(seat.number) for seat in room.document.seats}
    pairs = [((r, c), (r + dr, c + dc)) for r, c in at for dr, dc in ((0, 1), (1, 0))]
    assert [pair for pair in pairs if pair[1] in at and at[pair[0]] == at[pair[1]]] == []


def test_variables_of_a_bench_come_from_its_inventory() -> None:
    variables = example_room().variables_of(7, example_cahier())
    assert variables["num"] == "07"
    assert variables["mac_ap"] == "02:00:00:07:00:09"
    assert variables["mac_tab"] == "02:00:00:a0:00:02"


def test_unknown_bench_is_refused() -> None:
    with pytest.raises(SpecError, match="bancs : 1, 2, 3") as caught:
        example_room().seat(99)
    assert caught.value.mistakes[0].message == "le banc 99 n'existe pas"


def test_wrong_room_is_refused_with_every_mistake_in_order(tmp_path: Path) -> None:
    wrong = tmp_path / "y.room.yml"
    text = ROOM.read_text("utf-8").replace("grille: {rangs: 4", "grille: {rangs: quatre")
    wrong.write_text(text.replace("id: demo", "id: Démo"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_room(wrong, PROVIDERS)
    assert [mistake.message.partition(",")[0] for mistake in caught.value.mistakes] == [
        "« id » : identifiant attendu : minuscules",
        "« rangs » : nombre entier attendu",
    ]


def test_a_room_that_is_not_there_is_a_mistake_like_another(tmp_path: Path) -> None:
    (found,) = validate_room(tmp_path / "none.room.yml", PROVIDERS)
    assert (found.rule, found.line) == ("fichier", 1)
    assert found.message == "fichier illisible : il n'existe pas"


@pytest.mark.parametrize(
    ("text", "place", "variant"),
    [
        ("[A, B, C][(rang + 2*colonne) mod 3]", (0, 1), "C"),
        ("[A,B][rang mod 2]", (3, 0), "B"),
        ("[A, B, C][(2*rang + colonne + 1) mod 3]", (0, 0), "B"),
        ("[A, B, C, D][(2*rang + 3*colonne + 1) mod 4]", (1, 2), "B"),
        ("[A, B, C, D][(rang + rang + 2*colonne + colonne + 1 + 2) mod 4]", (1, 2), "D"),
        ("[A, B][colonne mod 1]", (5, 5), "A"),
        ("[A][0 mod 1]", (5, 5), "A"),
    ],
)
def test_allocation_gives_the_variant_of_a_seat(
    text: str, place: tuple[int, int], variant: str
) -> None:
    assert parse_allocation(text).variant_at(*place) == variant


@pytest.mark.parametrize(
    "text",
    ["", "A", "[A, B][rang mod 3]", "[A][rang mod 0]", "[A][x mod 1]", "[a][rang mod 1]", 3, None],
)
def test_what_is_no_allocation_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="alloc"):
        parse_allocation(text)


def write_cahier(folder: Path, kept: str) -> Path:
    """Write the shipped cahier with some of its variants only."""
    text = CAHIER.read_text("utf-8")
    for name, following in (("A", "  B:\n"), ("B", "  C:\n"), ("C", "\nbanc:")):
        if name not in kept:
            begins, ends = text.index(f"  {name}:\n"), text.index(following)
            text = text[:begins] + text[ends:]
    path = folder / "x.cdc.yml"
    path.write_text(text.replace("id: tai-tp-pme-01", "id: autre"), encoding="utf-8")
    return path


@pytest.mark.parametrize("kept", ["B", "AC", "ABC"])
def test_a_subject_of_one_or_two_variants_is_one(kept: str, tmp_path: Path) -> None:
    cahier = load_cahier(write_cahier(tmp_path, kept))
    room = example_room().lend_to(cahier)
    assert cahier.variants == tuple(kept)
    assert lint(cahier, room) == ()
    assert build_plan(cahier, room, 1).variant in kept


def test_a_room_lent_to_a_cahier_hands_out_variants_that_it_has(tmp_path: Path) -> None:
    alone = load_cahier(write_cahier(tmp_path, "B"))
    lent = example_room().lend_to(alone)
    assert {lent.variant_of(bench) for bench in lent.benches} == {"B"}


def test_a_room_lent_to_a_cahier_with_as_many_variants_keeps_its_own_way(tmp_path: Path) -> None:
    copied = load_cahier(write_cahier(tmp_path, "ABC"))
    lent = example_room().lend_to(copied)
    assert lent.document.allocation == example_room().document.allocation
    assert lent.document.cahier == "autre"


def test_a_room_lacks_what_another_cahier_wants(tmp_path: Path) -> None:
    """Each value is told of: that it is missing, or that it is not of its kind."""
    path = write_cahier(tmp_path, "ABC")
    more = "banc:\n  prise: {genre: texte, usage: prise murale, exemple: P1}\n"
    text = path.read_text("utf-8").replace("mac_ap: {genre: mac", "mac_ap: {genre: nombre")
    path.write_text(re.sub(r"banc: .*\n", more, text), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        example_room().variables_of(2, Cahier(load(path)))
    (missing, wrong) = caught.value.mistakes
    assert missing.message == "le banc 2 n'a pas de valeur « prise » (prise murale)"
    assert wrong.message == "« mac_ap » : nombre entier attendu"
    assert ROOM.read_text("utf-8").splitlines()[wrong.line - 1].startswith("  - {num: 2,")


@pytest.mark.parametrize("names", ["A", "AB", "ABC", "ABCD"])
def test_an_allocation_that_is_shown_is_one_that_neighbours_do_not_share(names: str) -> None:
    rule = parse_allocation(show_allocation(names))
    assert rule.names == tuple(names)
    pairs = [((r, c), (r + dr, c + dc)) for r in range(6) for c in range(6) for dr, dc in NEXT]
    shared = [pair for pair in pairs if rule.variant_at(*pair[0]) == rule.variant_at(*pair[1])]
    assert bool(shared) is (names == "A")
