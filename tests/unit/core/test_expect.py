"""core.expect: what a check says, and what it earns."""

from decimal import Decimal
from enum import StrEnum
from ipaddress import IPv4Interface

import pytest

from labctl.core.expect import (
    Expectation,
    Hindered,
    NotAsked,
    Undecided,
    denial,
    fraction,
    require,
    say,
    truth,
)
from labctl.core.verdict import Match, Mismatch, Reason


class Colour(StrEnum):
    """A word of these tests."""

    BLUE = "bleu"


RIGHT = Expectation("nom", "A", "A")
WRONG = Expectation("adresse", 1, 2)


def miss(*points: Expectation, partial: bool = True) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        require(points, partial=partial)
    return caught.value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "rien"),
        (True, "oui"),
        (False, "non"),
        ("", "rien"),
        ("poste", "poste"),
        (0, "0"),
        (Colour.BLUE, "bleu"),
        (IPv4Interface("10.0.0.1/24"), "10.0.0.1/24"),
        ((), "rien"),
        ([3, 1], "3, 1"),
        ((None, True), "rien, oui"),
        (frozenset(), "rien"),
        ({10, 9, 100}, "9, 10, 100"),
        (frozenset({"b", "a", 2}), "2, a, b"),
        ({"²", "a"}, "a, ²"),
    ],
)
def test_a_value_is_said_as_a_candidate_reads_it(value: object, said: str) -> None:
    assert say(value) == said


def test_what_holds_is_said_with_its_subject() -> None:
    assert require([RIGHT]) == Match("nom : A", "nom : A")
    assert require([RIGHT, truth("carte", "", holds=True)]) == Match(
        "nom : A ; carte : oui", "nom : A ; carte : oui"
    )


def test_what_must_not_be_is_said_with_a_no() -> None:
    assert require([denial("ouvert", "il est ouvert", found=False)]).found == "ouvert : non"
    missed = miss(denial("ouvert", "il est ouvert", found=True))
    assert (missed.message, missed.expected, missed.found) == ("il est ouvert", "non", "oui")


@pytest.mark.parametrize(("count", "end"), [(13, "p12 : 12"), (14, "p11 : 11 ; et 2 autres")])
def test_only_so_many_points_that_hold_are_spelled_out(count: int, end: str) -> None:
    match = require([Expectation(f"p{rank}", rank, rank) for rank in range(count)])

    assert match.expected == match.found
    assert match.expected.startswith("p0 : 0 ; p1 : 1 ; ")
    assert match.expected.endswith(end)


def test_one_miss_says_what_was_expected_and_found() -> None:
    missed = miss(RIGHT, WRONG)

    assert (missed.message, missed.expected, missed.found) == (
        "adresse : attendu 1, trouvé 2", "1", "2",
    )  # fmt: skip
    assert str(missed) == missed.message
    assert missed.earned == Decimal("0.5")


def test_several_misses_each_keep_their_subject() -> None:
    missed = miss(WRONG, truth("carte", "la carte est éteinte", holds=False))

    assert missed.message == "adresse : attendu 1, trouvé 2 ; la carte est éteinte"
    assert missed.expected == "adresse : 1 ; carte : oui"
    assert missed.found == "adresse : 2 ; carte : non"
    assert missed.earned == 0


def test_a_wall_with_a_hole_earns_nothing() -> None:
    assert miss(RIGHT, WRONG, partial=False).earned == 0


def test_a_part_earns_its_part_unless_the_check_says_otherwise() -> None:
    with pytest.raises(Mismatch) as caught:
        require([RIGHT, WRONG])
    assert caught.value.earned == Decimal("0.5")


def test_a_closed_gate_leaves_nothing_to_earn() -> None:
    assert miss(RIGHT, truth("porte", "fermée", holds=False, gate=True)).earned == 0
    assert miss(RIGHT, denial("porte", "ouverte", found=True, gate=True)).earned == 0
    assert miss(truth("porte", "", holds=True, gate=True), WRONG).earned == Decimal("0.5")


def test_what_held_from_the_start_does_not_earn() -> None:
    assert miss(truth("livré", "", holds=True, earns=False), WRONG).earned == 0
    assert miss(truth("livré", "", holds=True, earns=False), RIGHT, WRONG).earned == Decimal("0.5")
    assert miss(truth("livré", "manque", holds=False, earns=False)).earned == 0


def test_no_point_is_not_asked() -> None:
    with pytest.raises(NotAsked, match=r"^le sujet ne le demande pas$"):
        require([])


def test_values_are_compared_not_their_text() -> None:
    assert not Expectation("n", "1", 1).holds
    assert Expectation("n", {1, 2}, {2, 1}).holds


def test_parts_are_exact() -> None:
    assert fraction(1, 3) == Decimal(1) / Decimal(3)
    assert fraction(0, 0) == 0


def test_undecided_is_a_protocol_matter_unless_said() -> None:
    assert (Undecided("x").reason, Undecided("x").detail) == (Reason.PROTOCOL, "x")
    assert Undecided("x", Reason.TIMEOUT).reason is Reason.TIMEOUT
    assert str(Undecided("x")) == "x"


def lacking(*, gate: bool = False) -> Expectation:
    """Return a point that does not hold, for which another check answers."""
    return Expectation("compte", 1, None, "pas de compte", gate=gate, hindered_by=("K-072",))


def test_points_that_other_checks_answer_for_wait() -> None:
    with pytest.raises(Hindered, match=r"^pas de compte ; pas de compte$") as caught:
        require((truth("a", "b", holds=True), lacking(), lacking()))
    found = caught.value
    assert (found.by, found.earned) == (("K-072",), Decimal(1) / 3)
    assert found.waiting == Decimal(2) / 3


def test_a_gate_that_another_check_answers_for_shuts_nothing() -> None:
    with pytest.raises(Hindered) as caught:
        require((truth("a", "b", holds=True), lacking(gate=True)))
    assert (caught.value.earned, caught.value.waiting) == (Decimal("0.5"), Decimal("0.5"))


def test_where_a_single_miss_earns_nothing_all_waits() -> None:
    with pytest.raises(Hindered) as caught:
        require((truth("a", "b", holds=True), lacking()), partial=False)
    assert caught.value.earned == 0
    assert caught.value.waiting == 1


@pytest.mark.parametrize(
    ("gate", "partial", "waiting"), [(False, True, "0.5"), (True, True, "0"), (False, False, "0")]
)
def test_beside_a_miss_what_waits_is_told_unless_nothing_is_left_to_earn(
    gate: bool, partial: bool, waiting: str
) -> None:
    with pytest.raises(Mismatch) as caught:
        require((truth("a", "faux", holds=False, gate=gate), lacking()), partial=partial)
    assert caught.value.message == "faux"
    assert caught.value.earned == 0
    assert (caught.value.waiting, caught.value.hindered_by) == (Decimal(waiting), ("K-072",))


def test_a_point_that_holds_waits_for_nobody() -> None:
    assert require((Expectation("a", 1, 1, hindered_by=("K-072",)),)).found == "a : 1"
