"""Sets of incidents: balanced over a room, the same each time, unlike a neighbour's."""

from collections.abc import Iterator

import pytest

from labctl.plan import draw
from labctl.plan.draw import Desk, Item, Lot, draw_lots, list_neighbours

ITEMS = tuple(
    Item(f"P-{10 + rank}", topic, minutes)
    for rank, (topic, minutes) in enumerate(
        (topic, minutes)
        for topic in ("dhcp", "dns", "shares", "desk")
        for minutes in (5, 8, 10, 12)
    )
)
PLACES = {bench: ((bench - 1) // 4, (bench - 1) % 4) for bench in range(1, 17)}


def room(items: tuple[Item, ...] = ITEMS, seed: str = "s") -> list[Desk]:
    near = list_neighbours(PLACES)
    return [Desk(bench, f"{seed}{bench}", items, near[bench]) for bench in PLACES]


def names(lot: Lot) -> frozenset[str]:
    return frozenset(item.id for item in lot.items)


def test_everybody_is_given_the_same_minutes() -> None:
    assert {lot.minutes for lot in draw_lots(room(), 40)} == {40}


def test_the_same_seed_gives_the_same_sets() -> None:
    assert draw_lots(room(), 40) == draw_lots(room(), 40)
    assert draw_lots(room(seed="t"), 40) != draw_lots(room(), 40)


def test_no_neighbour_has_the_same_set() -> None:
    near, lots = list_neighbours(PLACES), {lot.bench: names(lot) for lot in draw_lots(room(), 40)}
    assert [(a, b) for a in near for b in near[a] if lots[a] == lots[b]] == []


def test_few_incidents_are_shared_out_so_that_neighbours_differ() -> None:
    few = (Item("P-10", "dns", 10), Item("P-11", "dhcp", 10), Item("P-12", "desk", 10))
    lots = draw_lots([Desk(1, "a", few, frozenset({2})), Desk(2, "b", few, frozenset({1}))], 10)
    assert names(lots[0]) != names(lots[1])


def test_topics_differ_where_they_can() -> None:
    for lot in draw_lots(room(), 30):
        topics = [item.topic for item in lot.items]
        assert len(set(topics)) == len(topics)


def test_one_topic_alone_is_drawn_from_all_the_same() -> None:
    items = (Item("P-10", "dns", 10), Item("P-11", "dns", 10))
    (lot,) = draw_lots([Desk(1, "a", items)], 20)
    assert names(lot) == {"P-10", "P-11"}


def test_more_minutes_than_there_are_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    known = draw._list_sets

    def note(desk: Desk, total: int) -> Iterator[tuple[Item, ...]]:
        tried.append(total)
        return known(desk, total)

    monkeypatch.setattr(draw, "_list_sets", note)
    items = (Item("P-10", "dns", 10), Item("P-11", "dhcp", 5))
    desks = [Desk(1, "a", items), Desk(2, "b", items[:1])]

    lots = draw_lots(desks, 10**9)

    assert [lot.minutes for lot in lots] == [10, 10]
    assert max(tried) == 10


def test_each_bench_is_given_all_it_can_have_where_no_minutes_are_common() -> None:
    lots = draw_lots([Desk(1, "a", (Item("P-10", "dns", 10),)), Desk(2, "b", ())], 10**9)

    assert [lot.minutes for lot in lots] == [10, 0]


def test_what_excludes_each_other_is_not_drawn_together() -> None:
    items = (Item("P-10", "dns", 10, ("P-11",)), Item("P-11", "dhcp", 10))
    (lot,) = draw_lots([Desk(1, "a", items)], 20)
    assert lot.minutes == 10


def test_a_bench_without_incidents_is_given_none() -> None:
    lots = draw_lots([Desk(1, "a", ()), Desk(2, "b", ITEMS)], 40)
    assert [lot.minutes for lot in lots] == [0, 40]


def test_a_neighbour_who_has_the_only_set_leaves_nothing() -> None:
    one = (Item("P-10", "dns", 10),)
    lots = draw_lots([Desk(1, "a", one), Desk(2, "b", one, frozenset({1}))], 10)
    assert [lot.minutes for lot in lots] == [10, 0]
