"""The code of a bench is of its room and its number."""

from dataclasses import replace

import pytest

from labctl.core.errors import ProviderError
from labctl.grade.model import Mode
from labctl.pipeline.access import access_code
from labctl.pipeline.doors import Listening, open_doors, order_door
from labctl.pipeline.place import load_place
from labctl.pipeline.wayin import build_way_in, list_given


def test_the_code_of_a_bench_can_be_told_again() -> None:
    place = load_place("demo", None)
    assert access_code(place, 7) == access_code(place, 7)
    assert access_code(place, 7) != access_code(place, 8)
    assert str(access_code(place, 7)) == "***"


GIVEN = ["routeur", "commutateur", "dc", "nas", "poste", "point_acces"]


def test_a_candidate_is_given_the_machines_of_the_subject_that_have_a_login() -> None:
    given = list_given(load_place("demo", None).plan(1))
    assert [each.name for each in given] == GIVEN
    assert [each.name for each in given if each.account == "nobody"] == ["dc"]


def test_what_is_delivered_working_is_given_only_to_be_administered() -> None:
    given = list_given(load_place("demo", None).plan(1, "ccp1"))
    assert [each.name for each in given] == ["dc", "poste"]


def test_a_directory_is_given_where_machines_join_it_and_no_more_of_it() -> None:
    """Its login is nobody's: what is delivered is administered as the domain allows."""
    plan = load_place("demo", None).plan(1, "ccp1")
    joins = [lot for lot in plan.lots if "joining" in lot.topics]
    left = replace(plan, lots=tuple(lot for lot in plan.lots if lot not in joins))
    assert [each.name for each in list_given(left)] == ["poste"]
    assert [each.account for each in list_given(plan)] == ["nobody", "root"]


def test_an_exam_wants_more_than_the_kernel_between_a_candidate_and_the_host() -> None:
    place = load_place("demo", None)
    with pytest.raises(ProviderError, match="pas d'entrée pour un examen"):
        open_doors(
            place, (1,), Listening("127.0.0.1", 22000), Mode.EXAM, lambda _bench, _text: None
        )


def test_a_bench_of_virtual_machines_has_no_way_in_and_says_so_at_once() -> None:
    place = load_place("demo-libvirt", None)
    with pytest.raises(ProviderError, match="ne sait pas ouvrir une entrée") as caught:
        open_doors(
            place, (1,), Listening("127.0.0.1", 22000), Mode.EXAM, lambda _bench, _text: None
        )
    assert caught.value.exit_code == 5


def test_the_menu_says_the_bench_the_port_and_the_account() -> None:
    way_in = build_way_in(order_door(load_place("demo", None), 7, Listening("127.0.0.1", 22000)))
    assert (way_in.menu, way_in.depot, way_in.port) == ("banc07", "depot07", 22007)
    assert "sftp -P 22007 depot07@" in str(way_in.words["help"])
    assert way_in.subject
