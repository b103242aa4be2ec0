"""The timetable: what always holds, for any number of candidates, and the figures of some days."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.core.errors import SpecError
from labctl.core.i18n import say_clock
from labctl.pipeline.exam import load_referential
from labctl.pipeline.examday import read_day
from labctl.session.document import minutes_of
from labctl.session.roster import Candidate
from labctl.session.rules import ExamDay
from labctl.session.slots import Activity, Slot
from labctl.session.timetable import Timetable, build_timetable
from labctl.spec.loader import Value
from labctl.spec.referential import Referential
from tests.unit.session.days import BLOCKS, make_candidates, make_day

MOST = 4
EXAM = load_referential("tai")


@st.composite
def rosters(draw: st.DrawFn) -> tuple[list[Candidate], int]:
    """Return 1 to 64 candidates of any routes, some with more time, and enough juries."""
    count = draw(st.integers(1, 64))
    routes = draw(st.lists(st.sampled_from(sorted(EXAM.routes)), min_size=count, max_size=count))
    more = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    candidates = [
        Candidate(
            f"Personne {bench}",
            bench,
            routes[bench - 1],
            accommodations=("tiers-temps",) if more[bench - 1] else (),
        )
        for bench in range(1, count + 1)
    ]
    least = ceil(count / MOST)
    return candidates, draw(st.integers(least, least + 2))


@settings(max_examples=120, deadline=None)
@given(rosters(), st.sampled_from([(), BLOCKS]))
def test_what_always_holds(roster: tuple[list[Candidate], int], blocks: tuple[object, ...]) -> None:
    candidates, juries = roster
    day = make_day(candidates, juries, blocks=blocks)  # type: ignore[arg-type]  # of BLOCKS
    found = build_timetable(day)
    assert overlaps(found) == []
    assert wrong_lengths(day, found) == []
    assert out_of_order(day, found) == []
    assert Counter(found.juries.values()).most_common(1)[0][1] <= MOST
    assert {slot.bench for slot in found.slots if slot.bench} == {one.bench for one in candidates}
    assert juries_elsewhere(day, found) == []
    assert meals_outside(day, found) == []


@settings(max_examples=60, deadline=None)
@given(rosters(), st.randoms(use_true_random=False))
def test_the_order_of_the_roster_changes_nothing(
    roster: tuple[list[Candidate], int], random: st.DataObject
) -> None:
    candidates, juries = roster
    shuffled = [*candidates]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random of hypothesis
    first, second = (build_timetable(make_day(c, juries)) for c in (candidates, shuffled))
    assert first == second


@pytest.mark.parametrize("count", [5, 16, 17, 33, 64])
def test_one_jury_too_few_is_refused(count: int) -> None:
    day = make_day(make_candidates(count), ceil(count / MOST) - 1)
    with pytest.raises(SpecError, match="trop peu de jurys"):
        build_timetable(day)


def test_juries_of_one_room_do_not_take_the_candidates_of_another() -> None:
    benches = [*range(1, 6), *range(51, 55)]
    candidates = [
        replace(one, bench=bench) for one, bench in zip(make_candidates(9), benches, strict=True)
    ]
    found = build_timetable(make_day(candidates, 3, rooms=("a", "b")))
    rooms = {jury: set[bool]() for jury in found.juries.values()}
    for bench, jury in found.juries.items():
        rooms[jury].add(bench > 50)
    assert [len(each) for each in rooms.values()] == [1, 1, 1]
    with pytest.raises(SpecError, match="trop peu de jurys"):
        build_timetable(make_day(candidates, 2, rooms=("a", "b")))


def test_the_shipped_session_ends_as_early_as_it_can() -> None:
    """16 candidates, 4 juries, two with a third more time: first passage 10:25, end 17:21.

    No day can end sooner: a jury with one of them has 3 passages of 75 min and one of 101, a meal
    of an hour between two, 15 min between the others, from 10:25 on.
    """
    day = read_day("demo").day
    found = build_timetable(day)
    passages = [slot for slot in found.slots if slot.jury and slot.bench]
    common = {slot.start for slot in found.slots if slot.modality == "QP"}
    assert say_clock(min(slot.start for slot in passages)) == "10:25"
    assert [say_clock(at) for at in common] == ["11:40"]
    assert say_clock(found.end) == "17:21"
    assert found.end == minutes_of("10:25") + 3 * 75 + 101 + 60 + 2 * 15


@pytest.mark.parametrize(
    ("route", "end"), [("titre", "10:25"), ("ccp1", "09:25"), ("ccp2", "08:25"), ("ccp3", "07:20")]
)
def test_first_passage_of_each_route(route: str, end: str) -> None:
    """The preparation of the route, ten minutes for the seal, fifteen of pause; twenty for ccp3."""
    found = build_timetable(make_day(make_candidates(4, route), 1))
    assert say_clock(min(slot.start for slot in found.slots if slot.jury and slot.bench)) == end


def test_a_day_without_work_of_the_jury_beside_is_warned_of() -> None:
    found = build_timetable(make_day(make_candidates(1), 1, blocks=()))
    assert any("temps_jury" in said for said in found.warnings)


def test_a_long_day_is_warned_of() -> None:
    found = build_timetable(make_day(make_candidates(4), 1, {"journee_jury_max_min": 300}))
    assert any("au-delà de 300" in said for said in found.warnings)


def test_a_day_that_ends_too_late_is_refused() -> None:
    day = make_day(make_candidates(4), 1, {"debut": "12:00", "fin": "17:00"})
    with pytest.raises(SpecError, match="la journée finirait à"):
        build_timetable(day)


def test_a_day_past_midnight_is_refused() -> None:
    with pytest.raises(SpecError, match="après 24:00"):
        build_timetable(make_day(make_candidates(4), 1, {"debut": "18:00"}))


def spans(found: Timetable) -> dict[object, list[Slot]]:
    """Return the times of each candidate and of each jury."""
    taken: dict[object, list[Slot]] = defaultdict(list)
    for slot in found.slots:
        for who in {slot.bench or None, slot.jury or None} - {None}:
            taken[who].append(slot)
    return taken


def overlaps(found: Timetable) -> list[tuple[object, Slot, Slot]]:
    """Return who is in two places at once."""
    return [
        (who, before, after)
        for who, slots in spans(found).items()
        for before, after in pairwise(sorted(slots))
        if after.start < before.end
    ]


def wrong_lengths(day: ExamDay, found: Timetable) -> list[Candidate]:
    """Return the candidates whose trials do not last what their route and their more time say."""
    wrong = []
    for one in day.candidates:
        expected: Counter[tuple[str, int, int, bool]] = Counter()
        for trial in EXAM.routes[one.route].trials:
            parts = [(part.minutes, part.jury) for part in trial.parts]
            for rank, (minutes, jury) in enumerate(parts or [(trial.minutes, bool(trial.jury))], 1):
                length = ceil(minutes * (1 + day.more_time(one, trial.modality)))
                expected[trial.modality, rank, length, jury] += 1
        slots = (slot for slot in found.of_bench(one.bench) if slot.activity is Activity.TRIAL)
        counted = Counter((s.modality, s.part, s.end - s.start, bool(s.jury)) for s in slots)
        wrong += [one] * (counted != expected)
    return wrong


def out_of_order(day: ExamDay, found: Timetable) -> list[int]:
    """Return the benches whose parts, seal and pause do not come one after the other."""
    wrong = []
    for one in day.candidates:
        slots = found.of_bench(one.bench)
        alone = [slot for slot in slots if slot.modality != "QP" and slot.part]
        parts = [part for trial in EXAM.routes[one.route].trials for part in [trial.modality]]
        order = [slot.modality for slot in alone]
        first_jury = min((slot.start for slot in slots if slot.jury), default=0)
        rests = [slot for slot in slots if slot.activity in (Activity.SEAL, Activity.BREAK)]
        sorted_well = order == sorted(order, key=parts.index)
        wrong += [one.bench] * (
            not sorted_well or any(slot.end > first_jury for slot in rests) or _gaps(alone)
        )
    return wrong


def _gaps(alone: list[Slot]) -> bool:
    """Tell whether anything lies between the parts of a passage."""
    with_jury = [rank for rank, slot in enumerate(alone) if slot.jury]
    passage = alone[with_jury[0] : with_jury[-1] + 1]
    return any(before.end != after.start for before, after in pairwise(passage))


def juries_elsewhere(day: ExamDay, found: Timetable) -> list[Slot]:
    """Return the times of a candidate before another jury than its own, or not in its place."""
    places = {jury.name: jury.place for jury in day.file.document.juries}
    return [
        slot
        for slot in found.slots
        if slot.bench
        and slot.jury
        and (slot.jury != found.juries[slot.bench] or slot.place != places[slot.jury])
    ]


def meals_outside(day: ExamDay, found: Timetable) -> list[str]:
    """Return the juries that work through noon without a meal, or eat at another hour."""
    opens, closes = map(minutes_of, day.file.document.hours.meal_between)
    wrong = []
    for jury in set(found.juries.values()):
        work = [slot for slot in found.of_jury(jury) if slot.activity is not Activity.MEAL]
        meals = [slot for slot in found.of_jury(jury) if slot.activity is Activity.MEAL]
        through = work[0].start < opens + 60 and max(slot.end for slot in work) > closes
        timely = all(opens <= meal.start <= closes for meal in meals)
        wrong += [jury] * (not timely or (through and len(meals) != 1))
    return wrong


def other_exam() -> Referential:
    """Return an exam with two common trials, one alone at the end, and a route without a jury."""
    routes = EXAM.routes
    msp, interview, quiz, _final = routes["titre"].trials
    first = quiz.model_copy(update={"minutes": 20})
    work = msp.model_copy(update={"parts": (), "minutes": 60, "jury": False})
    seen = interview.model_copy(update={"minutes": 30})
    alone = interview.model_copy(update={"minutes": 10, "jury": False})
    changed = routes["titre"].model_copy(update={"trials": (work, first, quiz, seen, alone)})
    bare = routes["ccp1"].model_copy(update={"trials": (work,)})
    return EXAM.model_copy(update={"routes": {"titre": changed, "ccp1": bare}, "plateau": None})


def test_common_trials_follow_each_other_and_what_is_left_is_done_alone() -> None:
    hours: dict[str, Value] = {"entre_epreuves_min": 5}
    found = build_timetable(make_day(make_candidates(6), 1, hours, referential=other_exam()))
    assert overlaps(found) == []
    starts = sorted({(slot.start, slot.end) for slot in found.slots if slot.modality == "QP"})
    (first, second) = starts
    assert (first[1] - first[0], second[1] - second[0]) == (20, 15)
    assert second[0] - first[1] >= 5
    ends = {slot.bench: slot.end for slot in found.slots if slot.jury and slot.bench}
    alone = {
        slot.bench: slot.start
        for slot in found.slots
        if slot.end - slot.start == 10 and slot.modality == "ET"
    }
    assert alone == ends


def test_a_route_without_jury_needs_none() -> None:
    found = build_timetable(make_day(make_candidates(3, "ccp1"), 1, referential=other_exam()))
    assert (found.juries, say_clock(found.end)) == ({}, "08:00")
    assert {slot.activity for slot in found.slots} == {Activity.TRIAL}


def test_no_seal_and_no_pause_where_they_take_no_time() -> None:
    hours: dict[str, Value] = {"scelle_min": 0, "pause_min": 0}
    found = build_timetable(make_day(make_candidates(1), 1, hours))
    assert Activity.SEAL not in {slot.activity for slot in found.slots}
    assert say_clock(min(slot.start for slot in found.slots if slot.jury and slot.bench)) == "10:00"


def present(day: ExamDay, arrives: str, leaves: str) -> ExamDay:
    """Return the day with its one jury there between two hours."""
    jury = day.file.document.juries[0].model_copy(update={"presence": (arrives, leaves)})
    document = day.file.document.model_copy(update={"juries": (jury,)})
    return replace(day, file=replace(day.file, document=document))


def test_a_jury_that_cannot_eat_in_time_is_warned_of() -> None:
    """It comes when the hours to eat are over, and too soon to have eaten by then."""
    hours: dict[str, Value] = {"repas_entre": ("10:30", "11:00")}
    day = present(make_day(make_candidates(4), 1, hours), "11:15", "19:00")
    assert any(", après 11:00" in said for said in build_timetable(day).warnings)


def test_a_jury_that_arrives_later_begins_later() -> None:
    found = build_timetable(present(make_day(make_candidates(1), 1), "13:00", "18:00"))
    assert say_clock(min(slot.start for slot in found.of_jury("J1"))) == "13:00"
