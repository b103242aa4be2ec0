"""What papers and the way in say of the incidents of a bench; the candidate's names no cause."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import UsageError
from labctl.core.i18n import say_time, speaking
from labctl.core.incident import Looked
from labctl.core.progress import silent
from labctl.core.verdict import ExamStamp
from labctl.pipeline import incident_book as book
from labctl.pipeline import lifecycle
from labctl.pipeline.draws import Draw, forget_draw, read_draw
from labctl.pipeline.incidents import orders
from labctl.pipeline.incidents.drawing import Wish, draw, is_in_reach, keep_lots
from labctl.pipeline.incidents.orders import derive_seed, draw_all
from labctl.pipeline.incidents.telling import tell_incidents
from labctl.pipeline.incidents.tickets import announce
from labctl.pipeline.order import Order
from labctl.pipeline.paper import list_without_sheet
from labctl.pipeline.place import load_place
from labctl.session.roster import Candidate
from labctl.spec.incident_file import list_incidents, load_incident

pytestmark = pytest.mark.usefixtures("reading")
PLACE = load_place("demo", None)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder of this test's own."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    return tmp_path


def test_a_draw_is_the_same_each_time_and_is_kept() -> None:
    lots = draw(PLACE, (1, 2), Wish(minutes=20))
    assert lots == draw(PLACE, (1, 2), Wish(minutes=20))
    assert {lot.minutes for lot in lots} == {20}
    assert read_draw(1) == Draw()
    keep_lots(lots)
    assert read_draw(1) == Draw(tuple(item.id for item in lots[0].items), lots[0].seed)
    assert read_draw(2).seed != read_draw(1).seed
    forget_draw(1)
    assert read_draw(1) == Draw()


@pytest.mark.parametrize(
    ("room", "bench", "route", "reached", "out_of_reach"),
    [
        ("demo", 7, "ccp1", "P-01", "P-05"),  # the router is delivered: nobody may enter it
        ("demo", 7, "titre", "P-05", ""),
        ("demo-ccp3", 3, "ccp3", "P-75", ""),  # users call about the box too
    ],
)
def test_nobody_is_given_what_is_repaired_where_they_may_not_enter(
    room: str, bench: int, route: str, reached: str, out_of_reach: str
) -> None:
    plan = load_place(room, None).plan(bench, route)
    there = orders.list_known(plan).there
    assert is_in_reach(there[reached], plan)
    refused = {name for name, one in there.items() if not is_in_reach(one, plan)}
    assert (out_of_reach in refused) is bool(out_of_reach)


def test_a_wish_that_nothing_fulfils_is_refused() -> None:
    with pytest.raises(UsageError, match="aucune panne à tirer pour les bancs 01"):
        draw(PLACE, (1,), Wish(minutes=1))
    with pytest.raises(UsageError, match=r"critère « 99\.9 » inconnu"):
        draw(PLACE, (1,), Wish(criteria=("99.9",)))


def test_a_bench_without_a_draw_has_nothing_to_print() -> None:
    assert "tickets" not in list_without_sheet(benches=[1])
    with pytest.raises(UsageError, match="aucune panne n'a été tirée pour le banc 01"):
        tell_incidents(PLACE, 1)


def test_a_candidate_of_a_session_has_the_same_draw_wherever_he_sits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stamp = ExamStamp("s1", "titre", 0, "")
    people = {1: Candidate("Aimata", 1, number="C01"), 2: Candidate("Manava", 2, number="C02")}
    monkeypatch.setattr(orders, "find_stamp", lambda bench: stamp if bench < 4 else None)
    monkeypatch.setattr(orders, "read_people", lambda _session: people)
    first = derive_seed(PLACE, 1)
    assert len({first, *(derive_seed(PLACE, bench) for bench in (2, 3, 4))}) == 4
    people[3] = replace(people[1], bench=3)
    assert derive_seed(PLACE, 3) == first


def test_what_was_drawn_before_a_session_is_injected_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_lots(draw(PLACE, (1,), Wish(minutes=40)))
    names = read_draw(1).incidents
    drawn = draw_all(PLACE, 1, names)
    monkeypatch.setattr(orders, "derive_seed", lambda _place, _bench: "of a session")
    assert draw_all(PLACE, 1, names) == drawn


def test_a_bench_that_is_removed_forgets_its_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_lots(draw(PLACE, (1,), Wish(minutes=20)))
    monkeypatch.setattr(lifecycle, "remove_bench", lambda _order, _report: True)
    assert lifecycle._remove_everywhere(Order("down", 1, (), 1.0), silent)
    assert read_draw(1) == Draw()


def test_what_was_drawn_is_told_with_its_repairs_and_questions() -> None:
    keep_lots(draw(PLACE, (1,), Wish(minutes=20)))
    found = tell_incidents(PLACE, 1)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert all(len(one.repairs) > 1 and one.questions for one in found)
    assert not any("${" in f"{one.says}{one.traces}" for one in found)
    assert "tickets" in list_without_sheet(benches=[1])


def test_what_is_on_the_bench_is_told_before_what_was_drawn() -> None:
    keep_lots(draw(PLACE, (1,), Wish(minutes=20)))
    looked = Looked("2026-11-28T05:00:00.000Z", {"symptom": "non"}, {"symptom": ("dit",)})
    record = replace(book.begin("P-12", {"wrong": "10.21.20.99"}), stage=book.THERE)
    shown = replace(record, shown="2026-11-28T04:59:00.000Z", looks=(looked,))
    book.write_book(1, book.Book((shown,)))
    (one,) = tell_incidents(PLACE, 1)
    assert (one.id, one.shown, one.repaired) == ("P-12", say_time(shown.shown), "")
    assert [(fact.told, fact.why) for fact in one.facts] == [
        ("non", "dit"), *[("non vérifié", "")] * 4
    ]  # fmt: skip
    book.write_book(1, book.Book((replace(record, ticket=3),)))
    assert (tell_incidents(PLACE, 1)[0].number, tell_incidents(PLACE, 1)[0].facts) == (3, ())


def test_the_facts_of_a_paper_are_in_the_language_of_who_reads_it() -> None:
    looked = Looked("2026-11-28T05:00:00.000Z", {"symptom": "non"}, {})
    record = replace(book.begin("P-12", {"wrong": "10.21.20.99"}), looks=(looked,))
    book.write_book(1, book.Book((record,)))
    with speaking("en"):
        (one,) = tell_incidents(PLACE, 1)
    assert [(fact.line, fact.told) for fact in one.facts][:2] == [
        ("The symptom is gone", "no"),
        ("The cause is repaired", "not verified"),
    ]


def test_tickets_at_the_way_in_are_numbered_and_taken_away(state: Path) -> None:
    incident = load_incident(list_incidents()["P-12"])
    announce(1, {1: incident})
    (ticket,) = (state / "benches" / "01" / "access" / "tickets").iterdir()
    assert ticket.name == "Ticket 1.txt"
    assert ticket.read_text() == f"{incident.says}\n"
    announce(1, {})
    assert not ticket.exists()
