"""What papers and the way in say of the incidents of a bench; the candidate's names no cause."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import UsageError
from labctl.pipeline import incident_book as book
from labctl.pipeline.incidents.drawing import Wish, draw, keep_draw, read_draw
from labctl.pipeline.incidents.telling import tell_incidents
from labctl.pipeline.incidents.tickets import announce
from labctl.pipeline.paper import list_without_sheet
from labctl.pipeline.place import load_place
from labctl.spec.incident_file import list_incidents, load_incident

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
    assert read_draw(1) == ()
    keep_draw(lots)
    assert read_draw(1) == tuple(item.id for item in lots[0].items)


def test_a_wish_that_nothing_fulfils_is_refused() -> None:
    with pytest.raises(UsageError, match="aucune panne à tirer pour les bancs 01"):
        draw(PLACE, (1,), Wish(minutes=1))
    with pytest.raises(UsageError, match=r"critère « 99\.9 » inconnu"):
        draw(PLACE, (1,), Wish(criteria=("99.9",)))


def test_a_bench_without_a_draw_has_nothing_to_print() -> None:
    assert "tickets" not in list_without_sheet(benches=[1])
    with pytest.raises(UsageError, match="aucune panne n'a été tirée pour le banc 01"):
        tell_incidents(PLACE, 1)


def test_what_was_drawn_is_told_with_its_repairs_and_questions() -> None:
    keep_draw(draw(PLACE, (1,), Wish(minutes=20)))
    found = tell_incidents(PLACE, 1)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert all(len(one.repairs) > 1 and one.questions for one in found)
    assert not any("${" in f"{one.says}{one.traces}" for one in found)
    assert "tickets" in list_without_sheet(benches=[1])


def test_what_is_on_the_bench_is_told_before_what_was_drawn() -> None:
    keep_draw(draw(PLACE, (1,), Wish(minutes=20)))
    looked = book.Looked("2026-11-28T05:00:00.000Z", {"symptom": "non"}, {"symptom": ("dit",)})
    record = replace(book.begin("P-12", {"wrong": "10.21.20.99"}), stage=book.THERE)
    shown = replace(record, shown="2026-11-28T04:59:00.000Z", looks=(looked,))
    book.write_book(1, book.Book((shown,)))
    (one,) = tell_incidents(PLACE, 1)
    assert (one.id, one.shown, one.repaired) == ("P-12", "04:59", "")
    assert [(fact.told, fact.why) for fact in one.facts] == [("non", "dit")]
    book.write_book(1, book.Book((record,)))
    assert tell_incidents(PLACE, 1)[0].facts == ()


def test_tickets_at_the_way_in_are_numbered_and_taken_away(state: Path) -> None:
    incident = load_incident(list_incidents()["P-12"])
    announce(1, [incident])
    (ticket,) = (state / "benches" / "01" / "access" / "tickets").iterdir()
    assert ticket.name == "Ticket 1.txt"
    assert ticket.read_text() == f"{incident.says}\n"
    announce(1, [])
    assert not ticket.exists()
