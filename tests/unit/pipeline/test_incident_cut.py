"""What a power cut by labctl does to the incidents of a bench."""

from dataclasses import replace

import pytest

from labctl.configure.deeds import Deed
from labctl.core.check import CheckSpec
from labctl.core.ids import CheckId, NodeName
from labctl.core.incident import Told
from labctl.core.verdict import Verdict
from labctl.grade.incident import describe_incident
from labctl.grade.model import IncidentSheet
from labctl.pipeline import incident_book as book
from labctl.pipeline.chronicle import tell_incidents
from labctl.pipeline.incidents import bench as doing
from labctl.pipeline.incidents.held import Bench
from labctl.pipeline.incidents.looking import foresee_cut, look, look_after_cut, look_before_cut
from labctl.reports.incident_rows import say_remark
from labctl.spec.incident import Incident, LineName
from labctl.spec.step import Edit
from tests.unit.pipeline.file_bench import (
    BROKEN,
    DRAWS,
    EDITED,
    NAS,
    Machine,
    bench_of,
    new_machine,
    step,
)


def test_what_a_power_cut_ends_is_compared_only_without_one(machine: Machine) -> None:
    ended = CheckSpec(CheckId("K-001"), (), (), "", ended_by_cut=True)
    doing.inject(bench_of(machine), DRAWS)
    doing.repair(bench_of(machine), ["P-901"], [step(edit=Edit(EDITED, "worse", "good"))])
    closed = bench_of(machine, specs=(ended,), verdict=Verdict.UNVERIFIABLE)

    (without,), (cut,) = look(closed), look(closed, after_restart=True)

    told = [one.line(LineName.INTACT).told for one in (without, cut)]
    assert told == [Told.UNKNOWN, Told.YES]


FLEETING = replace(BROKEN, survives_restart=False, points=10)


def cut_power(machine: Machine) -> None:
    """Start the machine from what was saved."""
    machine.files[EDITED].content = new_machine().files[EDITED].content


def look_times(bench: Bench, times: int) -> None:
    """Look some times."""
    for _each in range(times):
        look(bench)


def last_sheet(known: Incident) -> IncidentSheet:
    """Return what a sheet says of the incident that is on the bench."""
    (record,) = book.read_book(1).open
    return describe_incident(record.course, known)


@pytest.mark.parametrize("later", [0, 1])  # whoever looks later says the same
def test_what_a_power_cut_makes_disappear_is_nobodys_repair(machine: Machine, later: int) -> None:
    bench = bench_of(machine, incidents={"P-901": FLEETING})
    doing.inject(bench, DRAWS)
    look(bench)
    foresee_cut(bench, [NAS])
    cut_power(machine)
    look(bench, after_restart=True)
    look_times(bench, later)
    sheet = last_sheet(FLEETING)
    assert (sheet.repaired, sheet.repaired_s, bool(sheet.helped)) == ("", None, True)
    assert sheet.points is not None
    assert sheet.points.awarded == sheet.points.pending == 0
    assert sheet.lasting is None
    assert "la coupure de courant l'a fait disparaître" in say_remark(sheet)
    assert "réparation de référence" not in say_remark(sheet)
    told = [event.text for event in tell_incidents(book.read_book(1).records)]
    assert told.count("panne P-901 : disparue avec la coupure de courant") == 1
    assert not any("réparée par le corrigé" in text for text in told)


def test_a_power_cut_without_a_look_after_it_is_told_by_the_next_one(machine: Machine) -> None:
    bench = bench_of(machine, incidents={"P-901": FLEETING})
    doing.inject(bench, DRAWS)
    look_before_cut(bench, [NAS])
    cut_power(machine)
    assert not last_sheet(FLEETING).vanished
    look(bench)
    assert last_sheet(FLEETING).vanished
    assert last_sheet(FLEETING).helped


def test_a_look_at_the_cause_is_enough_to_tell_after_a_power_cut(machine: Machine) -> None:
    bench = bench_of(machine, incidents={"P-901": FLEETING})
    doing.inject(bench, DRAWS)
    look_before_cut(bench, [NAS])
    cut_power(machine)
    look_after_cut(bench)
    (record,) = book.read_book(1).open
    assert (record.vanished, record.cut, len(record.looks)) == (record.helped, "", 1)
    assert record.vanished


@pytest.mark.parametrize("seen", [0, 1])
def test_what_was_repaired_before_the_power_cut_is_the_candidates(
    machine: Machine, seen: int
) -> None:
    bench = bench_of(machine, incidents={"P-901": FLEETING})
    doing.inject(bench, DRAWS)
    cut_power(machine)  # as a repair by hand would
    look_times(bench, seen)
    look_before_cut(bench, [NAS])
    look_after_cut(bench)
    look(bench, after_restart=True)
    sheet = last_sheet(FLEETING)
    assert (bool(sheet.repaired), sheet.helped, sheet.vanished) == (True, "", "")
    assert sheet.lasting is not None


def test_a_power_cut_that_a_candidate_had_saved_against_takes_nothing_away(
    machine: Machine,
) -> None:
    bench = bench_of(machine, incidents={"P-901": FLEETING})
    doing.inject(bench, DRAWS)
    look_before_cut(bench, [NAS])
    look_after_cut(bench)  # it is still there
    doing_it_well = step(edit=Edit(EDITED, "worse", "good"))
    with bench.hands() as hands:
        hands.do([Deed.take(doing_it_well, "by hand")])
    look(bench)
    assert (bool(last_sheet(FLEETING).repaired), last_sheet(FLEETING).helped) == (True, "")


@pytest.mark.parametrize(
    ("known", "node"),
    [(BROKEN, NAS), (FLEETING, NodeName("poste"))],
)
def test_a_power_cut_that_repairs_nothing_is_not_foreseen(
    machine: Machine, known: Incident, node: NodeName
) -> None:
    bench = bench_of(machine, incidents={"P-901": known})
    doing.inject(bench, DRAWS)
    look_before_cut(bench, [node])
    (record,) = book.read_book(1).open
    assert (record.cut, record.looks) == ("", ())


def test_the_repair_of_labctl_after_a_power_cut_is_told_as_such(machine: Machine) -> None:
    bench = bench_of(machine, incidents={"P-901": FLEETING})
    doing.inject(bench, DRAWS)
    look_before_cut(bench, [NAS])
    doing.repair(bench, ["P-901"], [step(edit=Edit(EDITED, "worse", "good"))])
    look(bench)
    sheet = last_sheet(FLEETING)
    assert (bool(sheet.helped), sheet.vanished) == (True, "")
    assert "réparation de référence" in say_remark(sheet)
