"""The plateau technique, counted: the figures of annexe 1, and what holds for any number."""

from dataclasses import replace
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.core.errors import UsageError
from labctl.pipeline.exam import load_referential
from labctl.pipeline.examday import assess_numbers
from labctl.session.needs import Assessment, Crew, Memory, Options, assess, find_long_day

EXAM = load_referential("tai")
SHARED = (
    *("acces_public", "reseau_local_cablage", "commutateur_n3", "routeur"),
    *("imprimante_multifonction", "pc_hote"),
)
OWN = ("pc_filaire_wifi", "point_acces", "casque_micro", "cle_usb", "tables", "chaises")
OF_JURIES = ("pc_jury", "tablette_wifi", "trousse_outils", "kit_outillage", "tables_entretien")
WINDOWS = Memory(6 * 1024, 96 * 1024, 10 * 1024)
"""Of a real directory server beside others: 6 GiB a bench, 10 for what all share, 96 a host."""


def count(
    candidates: int, juries: int, route: str = "titre", options: Options | None = None
) -> Assessment:
    return assess(EXAM, Crew({route: candidates}, juries), options or Options())


def needed(found: Assessment) -> dict[str, int]:
    return {need.name: need.needed for need in found.needs}


@pytest.mark.parametrize(
    ("candidates", "juries", "shared", "hosts", "of_juries"),
    [(4, 1, 1, 1, 1), (12, 3, 1, 1, 3), (16, 4, 1, 2, 4), (17, 5, 2, 2, 5), (32, 8, 2, 3, 8)],
)
def test_figures_of_annexe_1(
    candidates: int, juries: int, shared: int, hosts: int, of_juries: int
) -> None:
    found = count(candidates, juries, options=Options(memory=WINDOWS))
    counted = needed(found)
    assert {counted[name] for name in SHARED if name != "pc_hote"} == {shared}
    assert counted["pc_hote"] == hosts
    assert {counted[name] for name in OWN} == {candidates}
    assert {counted[name] for name in OF_JURIES} == {of_juries}
    assert counted["chaises_entretien"] == 3 * of_juries
    assert found.is_conform


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 64), st.integers(1, 20), st.sampled_from(sorted(EXAM.routes)))
def test_what_holds_for_any_number(candidates: int, juries: int, route: str) -> None:
    found, more = count(candidates, juries, route), count(candidates + 1, juries, route)
    least = found.least_juries or 0
    assert 4 * least >= candidates > 4 * (least - 1)
    assert found.is_conform == (juries >= least)
    assert found.sittings == ceil(candidates / (4 * juries))
    counted = needed(found)
    assert {*SHARED, *OWN[:4], *OF_JURIES[:4]} <= counted.keys()
    assert all(needed(more)[name] >= number >= 1 for name, number in counted.items())


def test_a_line_is_only_for_routes_that_hold_its_trial() -> None:
    assert ("tables" in needed(count(4, 1)), "tables" in needed(count(4, 1, "ccp2"))) == (
        True,
        False,
    )
    mixed = needed(assess(EXAM, Crew({"titre": 3, "ccp1": 5}, 2), Options()))
    assert (mixed["tables"], mixed["pc_filaire_wifi"]) == (3, 8)


def test_spares_and_one_per_bench() -> None:
    options = Options(frozenset({"commutateur_n3"}), 10)
    lines = {need.name: (need.needed, need.spare) for need in count(12, 3, options=options).needs}
    assert lines["commutateur_n3"] == (12, 2)
    assert lines["casque_micro"] == (12, 2)
    assert lines["salle_informatique"] == (1, 0)


def test_what_the_centre_has_too_few_of_is_not_conform() -> None:
    options = Options(available={"imprimante_multifonction": 1})
    assert count(16, 4, options=options).is_conform
    assert not count(17, 5, options=options).is_conform


@pytest.mark.parametrize(
    ("crew", "said"),
    [
        (Crew({"titre": 4}, 3), "3 jurys pour 4 candidats : 1 suffisent"),
        (Crew({"titre": 8}, 2, juries_together=2), "2 jurys dans le même local"),
        (Crew({"titre": 10}, 3), "plus de trois points d'accès"),
        (Crew({"titre": 16}, 4), "106 Gio pour 16 bancs, 96 Gio par hôte : 2 hôtes"),
    ],
)
def test_warnings(crew: Crew, said: str) -> None:
    found = assess(EXAM, crew, Options(memory=WINDOWS))
    assert [warning for warning in found.warnings if said in warning] != []
    quiet = assess(EXAM, Crew({"titre": 9}, 3), Options(memory=WINDOWS))
    assert [warning for warning in quiet.warnings if said in warning] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(public_mbits=31), "31 Mbit/s pour 16 candidats, sans cache local : 32 voulus"),
        (
            Options(serials={"cle_usb": 15}),
            "« une clé USB » : 15 numéros de série notés pour 16 candidats",
        ),
        (
            Options(serials={"cle_usb": 17}, available={"cle_usb": 16}),
            "« une clé USB » : 16 pour 17 numéros de série notés",
        ),
    ],
)
def test_warnings_of_what_the_centre_says_it_has(options: Options, said: str) -> None:
    crew = Crew({"titre": 16}, 4)
    enough = Options(
        serials={"cle_usb": 16, "tablette_wifi": 1}, available={"cle_usb": 16}, public_mbits=32
    )
    assert said in assess(EXAM, crew, options).warnings
    assert assess(EXAM, crew, enough).warnings == assess(EXAM, crew, Options()).warnings


def test_two_rooms_bear_what_one_does_not() -> None:
    crew = Crew({"titre": 16}, 4, largest_room=8)
    assert not [said for said in assess(EXAM, crew, Options()).warnings if "points d'accès" in said]


def test_sound_insulation_is_a_reminder_where_juries_share_a_place() -> None:
    crew = Crew({"titre": 8}, 2)
    alone, together = (
        assess(EXAM, one, Options()).reminders for one in (crew, replace(crew, juries_together=2))
    )
    (more,) = set(together) - set(alone)
    assert "isolations phoniques" in more


def test_a_jury_of_four_sits_330_minutes() -> None:
    """Four passages of 75 minutes, three times ten between them."""
    crew = Crew({"titre": 4}, 1)
    assert list(find_long_day(EXAM, crew, 10, 330)) == []
    assert list(find_long_day(EXAM, crew, 10, 329)) != []


def test_an_exam_without_plateau_has_no_line_and_no_limit() -> None:
    bare = EXAM.model_copy(update={"plateau": None})
    found = assess(bare, Crew({"titre": 40}, 1), Options())
    assert (found.needs, found.least_juries, found.is_conform) == ((), None, True)
    assert list(find_long_day(bare, Crew({"titre": 40}, 1), 0, 3000)) == []


@pytest.mark.parametrize(("candidates", "juries"), [(0, 1), (4, 0), (-1, 1)])
def test_nobody_or_no_jury_is_refused(candidates: int, juries: int) -> None:
    with pytest.raises(UsageError, match="au moins un candidat et un jury"):
        assess_numbers("tai", candidates, juries, "", Options())


def test_a_long_day_is_warned_of_without_a_session() -> None:
    found = assess_numbers(None, 4, 1, "ccp3", Options())
    assert found.warnings == ()
    assert assess_numbers(None, 4, 1, "titre", Options()).warnings == ()
    bare = EXAM.model_copy(update={"plateau": None})
    assert list(find_long_day(bare, Crew({"titre": 7}, 1), 15, 420)) != []
