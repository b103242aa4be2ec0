"""Incidents on a bench that is made of files: every step may be the last before a kill."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import InfrastructureError, StoreError, UsageError
from labctl.core.ids import CheckId
from labctl.pipeline import incident_book as book
from labctl.pipeline.incidents import bench as doing
from labctl.pipeline.incidents.looking import look
from labctl.spec.incident import Hint, KeptFile
from labctl.spec.step import Edit, Step
from tests.unit.judge.test_incident import watch
from tests.unit.pipeline.file_bench import (
    BROKEN,
    DRAWS,
    EDITED,
    KEPT,
    MADE,
    NAS,
    Fake,
    File,
    Killed,
    Machine,
    bench_of,
    new_machine,
    step,
)


def test_what_is_injected_is_seen_and_undone_to_the_last_byte(machine: Machine) -> None:
    bench = bench_of(machine)
    (record,) = doing.inject(bench, DRAWS)
    assert (record.stage, bool(record.shown)) == (book.THERE, True)
    assert machine.files[EDITED].content == b"un\nworse\ndeux\n"
    assert machine.files[EDITED].modified == new_machine().files[EDITED].modified
    assert doing.undo(bench, ["P-901"]) == ("P-901",)
    assert machine.files == new_machine().files
    assert book.read_book(1).open == ()


def test_an_undoing_that_was_cut_off_is_ended_before_a_new_injection(machine: Machine) -> None:
    doing.inject(bench_of(machine), DRAWS)
    machine.dies = machine.commands + 2
    with pytest.raises(Killed):
        doing.undo(bench_of(machine), ["P-901"])
    doing.inject(bench_of(machine), DRAWS)
    assert [one.stage for one in book.read_book(1).records] == [book.UNDONE, book.THERE]


def test_an_injection_that_is_there_is_left_alone(machine: Machine) -> None:
    first = doing.inject(bench_of(machine), DRAWS)
    assert doing.inject(bench_of(machine), DRAWS) == first


def test_a_symptom_that_does_not_show_starts_no_clock(machine: Machine) -> None:
    with pytest.raises(InfrastructureError, match="P-901 : le symptôme ne se montre pas"):
        doing.inject(bench_of(machine, hides=True), DRAWS)
    assert machine.files == new_machine().files
    (record,) = book.read_book(1).records
    assert (record.stage, record.shown) == (book.UNDONE, "")
    assert record.trouble.startswith("le symptôme ne se montre pas")
    doing.inject(bench_of(machine), DRAWS)
    assert [one.trouble for one in book.read_book(1).open] == [""]


OTHER = replace(
    BROKEN,
    id="P-902",
    keeps=(),
    symptom=(watch("s2"),),
    cause=(watch("c2"),),
    inject=(step(edit=Edit("/etc/b", "good", "bad")), step("/usr/bin/true")),
)


def test_the_others_are_injected_where_one_cannot_be(machine: Machine) -> None:
    bench = bench_of(machine, incidents={"P-901": BROKEN, "P-902": OTHER})
    with pytest.raises(doing.NotInjected, match=r"^P-902 : P-901.yml:1: .*n'existe pas$") as caught:
        doing.inject(bench, {"P-902": {}, "P-901": {}})
    assert caught.value.refused == ()
    (there,) = book.read_book(1).open
    assert (there.id, there.stage, bool(there.shown)) == ("P-901", book.THERE, True)


def test_an_incident_that_is_refused_is_not_begun(machine: Machine) -> None:
    other = replace(OTHER, needs=(CheckId("K-404"),))
    bench = bench_of(machine, incidents={"P-901": BROKEN, "P-902": other})
    with pytest.raises(doing.NotInjected, match="K-404 n'est pas jugé") as caught:
        doing.inject(bench, {"P-902": {}, "P-901": {}})
    assert [(one.id, one.is_open) for one in caught.value.refused] == [("P-902", False)]
    assert [one.id for one in book.read_book(1).records] == ["P-901"]


def test_a_ticket_keeps_its_number_whatever_becomes_of_others(machine: Machine) -> None:
    other = replace(
        BROKEN, id="P-902", keeps=(), inject=(step(edit=Edit(EDITED, "good|worse", "bad")),)
    )
    more = replace(other, id="P-903")
    refused = replace(OTHER, id="P-904", needs=(CheckId("K-404"),))
    known = {one.id: one for one in (BROKEN, other, more, refused)}
    bench = bench_of(machine, incidents=known)

    def number() -> dict[str, int]:
        return {one.id: one.ticket for one in book.read_book(1).open}

    with pytest.raises(doing.NotInjected):
        doing.inject(bench, {"P-904": {}, "P-901": {}, "P-902": {}})
    assert number() == {"P-901": 2, "P-902": 3}  # as on the papers of the draw
    doing.undo(bench, ["P-901", "P-902"])
    doing.inject(bench, {"P-902": {}})
    assert number() == {"P-902": 3}
    doing.undo(bench, ["P-902"])
    doing.inject(bench, {"P-903": {}, "P-901": {}})
    assert number() == {"P-903": 1, "P-901": 2}


def test_what_a_later_incident_compares_is_looked_at_before_it(machine: Machine) -> None:
    machine.files["/etc/b"] = File(b"good\n")
    other = replace(OTHER, same=(watch("kept"),))
    bench = bench_of(machine, incidents={"P-901": BROKEN, "P-902": other})
    doing.inject(bench, DRAWS)
    first = book.read_book(1).before
    bench.sight.hides = True  # type: ignore[attr-defined]  # else nothing is healthy
    with pytest.raises(doing.NotInjected, match="le symptôme ne se montre pas"):
        doing.inject(bench, {"P-902": {}})
    then = book.read_book(1).before
    assert first is not None
    assert then is not None
    assert (then.at, then.verdicts) == (first.at, first.verdicts)
    assert [one.name for one in first.seen] == ["s", "c"]
    assert [one.name for one in then.seen] == ["s", "c", "s2", "c2", "kept"]


def test_a_session_that_an_incident_has_cut_is_opened_again(machine: Machine) -> None:
    machine.files["/etc/b"] = File(b"good\n")
    machine.cuts = "/usr/bin/true"
    bench = bench_of(machine, incidents={"P-901": BROKEN, "P-902": OTHER})
    there = doing.inject(bench, {"P-902": {}, "P-901": {}})
    assert [one.stage for one in there] == [book.THERE, book.THERE]


def test_what_else_is_broken_is_looked_at_once_a_cause_is_repaired(machine: Machine) -> None:
    bench = bench_of(machine)
    doing.inject(bench, DRAWS)
    (first,) = look(bench, whole=False)
    assert [line.name.value for line in first.lines] == ["symptom", "cause"]
    assert not first.is_repaired
    doing.repair(bench, ["P-901"], [step(edit=Edit(EDITED, "worse", "good"))])
    (then,) = look(bench, whole=False)
    assert len(then.lines) == 4
    assert then.is_repaired


def test_a_symptom_is_waited_for_only_where_its_cause_is_repaired(machine: Machine) -> None:
    slow = replace(BROKEN, symptom=(replace(watch("s"), settle_s=9.0),))
    bench = bench_of(machine, incidents={"P-901": slow})
    doing.inject(bench, DRAWS)
    waited = bench.sight.waited  # type: ignore[attr-defined]  # of the fake
    waited.clear()
    look(bench)
    assert waited == []
    bench.sight.late.add("s")  # type: ignore[attr-defined]
    doing.repair(bench, ["P-901"], [step(edit=Edit(EDITED, "worse", "good"))])
    (finding,) = look(bench)
    assert waited == ["s"]
    assert finding.is_repaired


def test_a_bench_that_is_not_healthy_is_left_alone(machine: Machine) -> None:
    machine.files[EDITED].content = b"autre\n"
    with pytest.raises(InfrastructureError, match="le symptôme est déjà là"):
        doing.inject(bench_of(machine), DRAWS)
    assert book.read_book(1).records == ()
    assert machine.commands == 0


def test_incidents_that_exclude_each_other_are_refused(machine: Machine) -> None:
    other = replace(BROKEN, id="P-902", excludes=("P-901",))
    bench = bench_of(machine, incidents={"P-901": BROKEN, "P-902": other})
    with pytest.raises(UsageError, match="P-901 et P-902 ne peuvent pas"):
        doing.inject(bench, {"P-901": {}, "P-902": {}})


def test_a_second_incident_is_compared_to_the_healthy_bench(machine: Machine) -> None:
    machine.files["/etc/b"] = File(b"good\n")
    other = replace(
        BROKEN, id="P-902", keeps=(), inject=(step(edit=Edit("/etc/b", "good", "bad")),)
    )
    bench = bench_of(machine, incidents={"P-901": BROKEN, "P-902": other})
    doing.inject(bench, {"P-901": {}, "P-902": {}})
    assert [one.id for one in book.read_book(1).open] == ["P-901", "P-902"]
    assert doing.undo(bench, ["P-901", "P-902"]) == ("P-901", "P-902")
    assert machine.files[EDITED] == new_machine().files[EDITED]


def test_a_look_writes_what_it_saw_and_when_it_was_repaired(machine: Machine) -> None:
    bench = bench_of(machine)
    assert look(bench) == ()
    doing.inject(bench, DRAWS)
    look(bench)
    doing.repair(bench, ["P-901"], [step(edit=Edit(EDITED, "worse", "good"))])
    (finding,) = look(bench, after_restart=True)
    assert finding.is_repaired
    (record,) = book.read_book(1).open
    assert [one.lines["symptom"] for one in record.looks] == ["non", "oui"]
    assert [one.after_restart for one in record.looks] == [False, True]
    assert record.repaired == record.looks[1].at
    assert record.helped


def test_a_file_that_the_candidate_replaced_is_put_back(machine: Machine) -> None:
    bench = bench_of(machine)
    doing.inject(bench, DRAWS)
    machine.files[EDITED] = File(b"x", "5:5", "777")
    doing.undo(bench, ["P-901"])
    assert machine.files == new_machine().files


def test_every_step_of_an_undoing_is_tried_and_each_failure_said(machine: Machine) -> None:
    fails = step("/usr/bin/false", "/nowhere")
    other = replace(BROKEN, undo=(fails, fails))
    bench = bench_of(machine, incidents={"P-901": other})
    doing.inject(bench, DRAWS)
    with pytest.raises(InfrastructureError) as caught:
        doing.undo(bench, ["P-901"])
    assert caught.value.message.count("P-901.yml:1: nas : code 1") == 2
    assert machine.files == new_machine().files
    assert book.read_book(1).open[0].stage == book.UNDOING


@pytest.mark.parametrize(
    ("edit", "said"),
    [(Edit("/etc/none", "x", "y"), "n'existe pas"), (Edit(KEPT, "absent", "y"), "n'est pas dans")],
)
def test_an_edit_that_finds_nothing_is_said(machine: Machine, edit: Edit, said: str) -> None:
    bench = bench_of(machine, incidents={"P-901": replace(BROKEN, inject=(step(edit=edit),))})
    with pytest.raises(InfrastructureError, match=said):
        doing.inject(bench, DRAWS)


UNDONE = "/etc/undone"
FINDS_NOTHING = step(edit=Edit(EDITED, "absent", "y"))
TOUCHY = replace(BROKEN, undo=(step("/usr/bin/install", UNDONE),))
"""One whose undoing changes more than what it injected."""


@pytest.mark.parametrize(
    "first",
    [
        FINDS_NOTHING,
        step(edit=Edit("/etc/none", "x", "y")),
        step(edit=Edit(MADE, "^made by a command$", "y")),  # kept, and absent
    ],
)
def test_where_the_first_step_finds_nothing_the_bench_is_left_alone(
    machine: Machine, first: Step
) -> None:
    other = replace(TOUCHY, inject=(first, *BROKEN.inject))
    with pytest.raises(doing.NotInjected):
        doing.inject(bench_of(machine, incidents={"P-901": other}), DRAWS)
    assert machine.files == new_machine().files
    (record,) = book.read_book(1).records
    assert (record.stage, bool(record.trouble)) == (book.UNDONE, True)


def test_a_file_that_cannot_be_kept_leaves_the_bench_alone(machine: Machine) -> None:
    folder = replace(TOUCHY, keeps=(KeptFile(NAS, "/etc/folder", "", 1),))
    machine.folders = ("/etc/folder",)
    with pytest.raises(doing.NotInjected, match="n'est pas un fichier"):
        doing.inject(bench_of(machine, incidents={"P-901": folder}), DRAWS)
    assert machine.files == new_machine().files


@pytest.mark.parametrize(
    "inject",
    [
        (BROKEN.inject[0], FINDS_NOTHING),
        (step("/usr/bin/false", "/nowhere"),),  # nothing says what a command did before it failed
    ],
)
def test_what_may_have_been_done_is_undone(machine: Machine, inject: tuple[Step, ...]) -> None:
    other = replace(TOUCHY, inject=inject)
    with pytest.raises(doing.NotInjected):
        doing.inject(bench_of(machine, incidents={"P-901": other}), DRAWS)
    assert machine.files[EDITED] == new_machine().files[EDITED]
    assert UNDONE in machine.files


@pytest.mark.parametrize("dies", range(1, 10))
def test_a_kill_while_a_bench_is_left_alone_changes_nothing_of_it(
    machine: Machine, dies: int
) -> None:
    other = {"P-901": replace(TOUCHY, keeps=(), inject=(FINDS_NOTHING,))}
    machine.dies = dies
    with pytest.raises(Killed):
        doing.inject(bench_of(machine, incidents=other), DRAWS)
    with pytest.raises(doing.NotInjected):
        doing.inject(bench_of(machine, incidents=other), DRAWS)
    assert machine.files == new_machine().files
    assert book.read_book(1).open == ()


def test_what_was_done_for_a_request_is_undone_though_nothing_was_injected(
    machine: Machine,
) -> None:
    machine.files[EDITED].content = b"not there yet\n"
    asked = replace(TOUCHY, request=True, inject=(), keeps=())
    bench = bench_of(machine, incidents={"P-901": asked})
    doing.inject(bench, DRAWS)
    doing.undo(bench, ["P-901"])
    assert UNDONE in machine.files


def test_groups_of_an_edit_are_put_back(machine: Machine) -> None:
    edit = Edit(EDITED, "^(u)(n)(x?)$", r"\2\1\3")
    bench = bench_of(machine, incidents={"P-901": replace(BROKEN, inject=(step(edit=edit),))})
    with pytest.raises(InfrastructureError, match="ne se montre pas"):
        doing.inject(bench, DRAWS)


def test_a_lost_book_is_said(machine: Machine, tmp_path: Path) -> None:
    doing.inject(bench_of(machine), DRAWS)
    (tmp_path / "incidents" / "01.json").write_text('{"records": 3}')
    with pytest.raises(StoreError):
        book.read_book(1)
    book.retire_book(1)
    assert book.read_book(1) == book.Book()
    assert len(list((tmp_path / "runs" / "01" / "incidents").iterdir())) == 1


def test_a_bench_with_an_incident_is_named(machine: Machine) -> None:
    book.require_no_incident(1)
    doing.inject(bench_of(machine), DRAWS)
    with pytest.raises(UsageError, match="P-901"):
        book.require_no_incident(1)
    assert book.read_book(1).find("P-901") is not None
    assert book.read_book(1).find("P-999") is None


def test_hints_are_taken_one_by_one_and_no_more_than_there_are(machine: Machine) -> None:
    helpful = replace(BROKEN, hints=(Hint("Cherchez.", 1), Hint("Comparez.", 2)))
    bench = bench_of(machine, incidents={"P-901": helpful})
    doing.inject(bench, DRAWS)
    taken = [doing.take_hint(bench, ["P-901"])[0].hints for _each in range(3)]
    assert taken == [1, 2, 2]


BY_HAND = replace(
    BROKEN,
    keeps=(),
    inject=(Step(NAS, (), (), "", 1, instruction="Débranchez le câble."),),
    undo=(Step(NAS, (), (), "", 1, instruction="Rebranchez le câble."),),
)


def test_what_a_technician_does_is_asked_for_and_its_symptom_is_waited_for(
    machine: Machine,
) -> None:
    said: list[str] = []
    by_hand = {"P-901": BY_HAND}
    bench = bench_of(machine, incidents=by_hand, report=said.append, technician=b"good")
    sight = bench.sight
    assert isinstance(sight, Fake)

    def report(text: str) -> None:
        said.append(text)
        if text.startswith("À LA MAIN"):
            sight.technician = b"bad" if "Débranchez" in text else b"good"

    sight.report = report
    (record,) = doing.inject(bench, DRAWS)
    assert record.shown
    assert "À LA MAIN : Débranchez le câble." in said
    doing.undo(bench, ["P-901"])
    assert said[-1] == "À LA MAIN : Rebranchez le câble."
    assert book.read_book(1).open == ()


def test_no_clock_starts_when_nobody_does_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doing, "HANDS_S", 0.0)
    bench = bench_of(machine, incidents={"P-901": BY_HAND}, technician=b"good")
    with pytest.raises(InfrastructureError, match="le symptôme ne se montre pas"):
        doing.inject(bench, DRAWS)
    assert book.read_book(1).open == ()


def test_an_undoing_that_a_technician_does_not_do_is_not_done(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of(machine, incidents={"P-901": BY_HAND}, technician=b"good")
    sight = bench.sight
    assert isinstance(sight, Fake)
    sight.technician = None
    machine.files[EDITED] = File(b"good")
    monkeypatch.setattr(doing, "HANDS_S", 0.0)

    def report(text: str) -> None:
        if "Débranchez" in text:
            machine.files[EDITED] = File(b"bad")

    sight.report = report
    doing.inject(bench, DRAWS)
    with pytest.raises(InfrastructureError, match="le geste n'a pas été fait"):
        doing.undo(bench, ["P-901"])
    assert [one.stage for one in book.read_book(1).open] == [book.UNDOING]
