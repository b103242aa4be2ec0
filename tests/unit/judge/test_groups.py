"""Which sabotages are tried together, and that each is seen apart from all others."""

from itertools import combinations

from labctl.judge.groups import SIZE, find_hidden, form_groups, union
from labctl.pipeline.choosing import choose_checks
from labctl.pipeline.prove import begin
from tests.plans import Desk, plan_of

NO_CLASH = frozenset[frozenset[str]]()
CHAIN = {
    "a": frozenset({"a", "b", "c"}),
    "b": frozenset({"b", "c"}),
    "c": frozenset({"c"}),
    **{name: frozenset({name}) for name in "defghijklmnopqrst"},
}


def groups_of(
    excuses: dict[str, frozenset[str]],
    clashing: frozenset[frozenset[str]] = NO_CLASH,
    alone: tuple[str, ...] = (),
) -> tuple[tuple[str, ...], ...]:
    return form_groups(excuses, lambda one, other: frozenset({one, other}) in clashing, alone)


def test_every_sabotage_is_seen_apart_from_every_other() -> None:
    groups = groups_of(CHAIN)
    hidden = {
        name: find_hidden(name, [group for group in groups if name in group], CHAIN)
        for name in CHAIN
    }
    assert hidden == dict.fromkeys(CHAIN, frozenset())


def test_no_check_has_two_causes_in_a_group() -> None:
    pairs = [pair for group in groups_of(CHAIN) for pair in combinations(group, 2)]
    assert [pair for pair in pairs if CHAIN[pair[0]] & CHAIN[pair[1]]] == []


def test_a_group_is_bounded() -> None:
    many = {f"{number:03d}": frozenset({f"{number:03d}"}) for number in range(120)}
    assert max(len(group) for group in groups_of(many)) == SIZE


def test_sabotages_that_clash_are_never_together() -> None:
    groups = groups_of(CHAIN, frozenset({frozenset({"d", "e"})}))
    assert [group for group in groups if {"d", "e"} <= set(group)] == []


def test_one_that_must_be_alone_is_and_is_tried_once() -> None:
    assert [group for group in groups_of(CHAIN, alone=("f",)) if "f" in group] == [("f",)]


def test_one_sabotage_is_one_group() -> None:
    assert groups_of({"a": frozenset({"a"})}) == (("a",),)
    assert groups_of({}) == ()


def test_what_a_partner_may_change_is_hidden_but_not_what_is_its_own() -> None:
    assert find_hidden("b", [("b", "d")], CHAIN) == {"d"}
    assert find_hidden("b", [("b", "d"), ("b", "e")], CHAIN) == frozenset()
    assert union(CHAIN, ("c", "d")) == {"c", "d"}
    assert find_hidden("b", [], CHAIN) == frozenset()


def test_each_is_tried_twice_in_few_groups() -> None:
    many = {f"{number:03d}": frozenset({f"{number:03d}"}) for number in range(18)}
    groups = groups_of(many)
    assert {sum(name in group for group in groups) for name in many} == {2}
    assert len(groups) == 7  # six would have fifteen pairs only


def test_the_catalogue_needs_little_of_the_looks_that_it_took_one_by_one() -> None:
    campaign = begin({1: plan_of(1, Desk.SIMULATED)}, choose_checks("tai"))
    tried = {name for group in campaign.groups() for name in group}
    assert 7 * len(campaign.groups()) <= 2 * len(tried)
