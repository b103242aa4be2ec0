"""The route of a bench: noted when it is built, read by every plan, forgotten with the bench."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import ProviderError, StoreError, UsageError
from labctl.core.verdict import Help
from labctl.pipeline import building
from labctl.pipeline.building import choose_plans
from labctl.pipeline.choosing import load_exam
from labctl.pipeline.delivered import (
    forget_delivery,
    is_delivered,
    note_delivery,
    require_delivered,
)
from labctl.pipeline.place import Place, find_place, load_place
from labctl.pipeline.route import forget_route, note_route, read_route
from labctl.pipeline.solve import find_lot, rescue


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def place() -> Place:
    return load_place("demo", None)


def test_a_bench_that_was_not_built_is_for_the_first_route(place: Place) -> None:
    assert (read_route(1), place.plan(1).route) == ("", "titre")


def test_every_plan_is_of_the_route_that_was_noted(place: Place) -> None:
    note_route(1, "ccp1")
    assert (place.plan(1).route, place.plan(2).route) == ("ccp1", "titre")
    forget_route(1)
    assert place.plan(1).route == "titre"


def test_a_note_that_cannot_be_read_is_not_taken_for_none(state: Path) -> None:
    note_route(1, "ccp1")
    (state / "routes" / "01.json").write_text("[]", encoding="utf-8")
    with pytest.raises(StoreError, match="ne dit plus pour quel parcours"):
        read_route(1)


def test_a_bench_is_in_the_room_that_it_was_built_in(place: Place) -> None:
    other = load_place("demo-ccp2", None)
    note_route(1, "ccp2", other.home)
    assert find_place("demo", None, (1, 2), ()).home == other.home
    assert find_place("demo-ccp2", None, (1,), ("--room",)).home == other.home
    assert find_place("demo", None, (2,), ()).home == place.home


def test_another_room_than_that_of_a_bench_is_refused(place: Place) -> None:
    note_route(1, "ccp2", load_place("demo-ccp2", None).home)
    with pytest.raises(UsageError, match=r"banc 01 est de la salle « demo-ccp2 ».*« demo »"):
        find_place("demo", None, (1,), ("--room",))
    assert find_place("demo", None, (1,), ("--room",), may_move=True).home == place.home


@pytest.mark.parametrize("is_absent", [True, False])
def test_a_bench_that_stands_is_not_built_in_another_room(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, is_absent: bool
) -> None:
    note_route(1, "titre", load_place("demo-ccp2", None).home)
    monkeypatch.setattr(building, "_is_absent", lambda _place, _bench: is_absent)
    if is_absent:
        assert choose_plans(place, (1,), "titre")[1].route == "titre"
        return
    with pytest.raises(UsageError, match="« demo-ccp2 »") as caught:
        choose_plans(place, (1,), "titre")
    assert "labctl down 1" in (caught.value.hint or "")


def test_benches_of_two_rooms_are_not_taken_together(place: Place) -> None:
    note_route(1, "ccp2", load_place("demo-ccp2", None).home)
    note_route(2, "titre", place.home)
    with pytest.raises(UsageError, match="banc 02 est de la salle « demo »") as caught:
        find_place("demo", None, (1, 2), ())
    assert "une commande par salle" in (caught.value.hint or "")


def test_a_bench_built_from_a_cahier_that_was_lent_keeps_it(state: Path, place: Place) -> None:
    lent = state / "autre.cdc.yml"
    text = Path(place.cahier.source.file).read_text(encoding="utf-8")
    lent.write_text(text.replace("id: tai-tp-pme-01", "id: autre", 1), encoding="utf-8")
    note_route(1, "titre", load_place("demo", str(lent)).home)
    assert find_place("demo", None, (1,), ()).cahier.id == "autre"
    with pytest.raises(UsageError, match="autre") as caught:
        find_place("demo", "tai-tp-pme-01", (1,), ("--cahier",))
    assert "sans --room ni --cahier" in (caught.value.hint or "")


def test_a_note_of_an_older_labctl_names_no_room(place: Place) -> None:
    note_route(1, "titre")
    assert find_place("demo", None, (1,), ()).home == place.home


def test_the_room_gives_a_bench_its_route(place: Place) -> None:
    document = place.room.document
    seats = tuple(
        seat.model_copy(update={"route": "ccp1"}) if seat.number == 7 else seat
        for seat in document.seats
    )
    room = replace(place.room, document=document.model_copy(update={"seats": seats}))
    other = Place(room, place.cahier)
    assert (other.plan(7).route, other.plan(8).route) == ("ccp1", "titre")


def test_a_route_that_the_cahier_does_not_serve_is_refused_with_those_it_does(place: Place) -> None:
    with pytest.raises(UsageError, match="ne sert pas au parcours « ccp3 »") as caught:
        place.plan(1, "ccp3")
    assert caught.value.hint == "parcours : titre, ccp1"


@pytest.mark.parametrize("is_absent", [True, False])
def test_another_route_is_refused_for_a_bench_that_stands(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, is_absent: bool
) -> None:
    note_route(1, "ccp1")
    monkeypatch.setattr(building, "_is_absent", lambda _place, _bench: is_absent)
    if is_absent:
        assert choose_plans(place, (1,), "titre")[1].route == "titre"
        return
    with pytest.raises(UsageError, match="construit pour le parcours « ccp1 »") as caught:
        choose_plans(place, (1,), "titre")
    assert "labctl reset 1 --route titre" in caught.value.hint


def test_a_bench_is_delivered_when_all_of_it_was_seen(place: Place) -> None:
    plan = place.plan(1, "ccp1")
    assert is_delivered(place.plan(1, "titre"))
    with pytest.raises(ProviderError) as caught:
        require_delivered(plan)
    assert caught.value.hint == "labctl up 1"
    note_delivery(1, ["K-065"])
    require_delivered(plan)
    forget_delivery(1)
    assert not is_delivered(plan)


def test_a_lot_is_found_whatever_its_letters_and_refused_with_the_known_ones(place: Place) -> None:
    plan = place.plan(1, "ccp1")
    assert find_lot(plan, "l14").id == "L14"
    with pytest.raises(UsageError, match="n'a pas de lot « L1 »") as caught:
        find_lot(plan, "L1")
    assert caught.value.hint.startswith("L11 ")


def test_a_lot_without_a_solution_is_refused_before_anything_is_touched(place: Place) -> None:
    given = Help("", "jury", "essai")
    with pytest.raises(UsageError, match="le lot L6 n'a pas de corrigé"):
        rescue(place, (1,), "L6", given, lambda _bench, _text: None)


@pytest.mark.parametrize("route", ["titre", "ccp1"])
def test_what_no_check_reads_is_shown_to_the_jury_under_a_criterion(
    place: Place, route: str
) -> None:
    plan = place.plan(1, route)
    found = load_exam(plan.referential).place(plan.unread)
    assert plan.unread
    assert "" not in found
