"""Steps that the labctl beside a bench takes: what comes back, and what a kill leaves."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.configure.deeds import Cause, Deed, Done, Hands
from labctl.configure.files import Original
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.progress import silent
from labctl.pipeline import incident_book as book
from labctl.pipeline import taking
from labctl.pipeline.incidents import bench as doing
from labctl.pipeline.order import Order, from_line, to_line
from labctl.pipeline.taking import do_parts, lend_hands, try_parts
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.spec.step import Edit, Step
from tests.unit.pipeline.far_hands import Road, far_bench, lead_to
from tests.unit.pipeline.file_bench import (
    BROKEN,
    DRAWS,
    EDITED,
    KEPT,
    MADE,
    NAS,
    PLAN,
    File,
    Killed,
    Machine,
    new_machine,
    step,
)

TRUE, FALSE = step("/usr/bin/true"), step("/usr/bin/false", "/nowhere")
BESIDE = (sys.executable, "-m", "labctl", "serve")


@pytest.fixture
def road(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Road:
    return lead_to(machine, monkeypatch)


@pytest.fixture
def hands(road: Road) -> Iterator[Hands]:
    del road
    with lend_hands(PLAN, Deadline.after(60), silent) as found:
        yield found


def take(*steps: Step) -> list[Deed]:
    return [Deed.take(one, "P-901.yml") for one in steps]


def test_a_file_is_read_to_its_last_byte_and_put_back(machine: Machine, hands: Hands) -> None:
    read, absent = hands.do([Deed.read(NAS, KEPT), Deed.read(NAS, MADE)])
    assert read is not None
    assert read.content == b"\xff\x00"
    assert absent == Original(None)
    machine.files = {KEPT: File(b"x", "5:5", "777"), MADE: File(b"made")}

    hands.do([Deed.put_back(NAS, KEPT, read), Deed.put_back(NAS, MADE, absent)])

    assert machine.files == {KEPT: new_machine().files[KEPT]}


def test_all_that_is_done_at_once_is_one_order(road: Road, hands: Hands) -> None:
    hands.do(take(TRUE, TRUE))
    hands.do([])

    assert [one.act for one in road.orders] == ["take"]
    assert road.machine.commands == 2


def test_the_first_step_that_fails_is_the_last(road: Road, hands: Hands) -> None:
    with pytest.raises(InfrastructureError, match=r"^P-901.yml:1: nas : code 1 : /usr/bin/false"):
        hands.do(take(FALSE, TRUE))

    assert road.machine.commands == 1


def test_where_all_are_tried_each_failure_is_said(road: Road, hands: Hands) -> None:
    said = hands.try_all(take(FALSE, TRUE, FALSE))

    assert [one.partition(" : ")[0] for one in said] == ["P-901.yml:1: nas"] * 2
    assert road.machine.commands == 3


def test_parts_are_done_at_once_and_a_part_ends_with_its_failure(road: Road) -> None:
    parts = [take(FALSE, TRUE), take(TRUE), []]

    with pytest.raises(InfrastructureError, match="code 1"):
        do_parts(PLAN, parts, Deadline.after(60), silent)
    assert (road.machine.commands, len(road.orders)) == (2, 1)

    assert len(try_parts(PLAN, parts, Deadline.after(60), silent)) == 1
    assert (road.machine.commands, len(road.orders)) == (5, 2)


def test_nothing_to_do_is_not_ordered(road: Road) -> None:
    do_parts(PLAN, [[], []], Deadline.after(60), silent)
    assert try_parts(PLAN, [], Deadline.after(60), silent) == ()
    assert road.orders == []


def test_an_order_has_the_time_that_is_left_and_no_secret(road: Road, hands: Hands) -> None:
    hands.deadline = Deadline.after(7, patience=2)
    hands.do(take(TRUE))

    (order,) = road.orders
    assert 7 < order.limit_s <= 14
    assert (order.secrets, order.bench) == ({}, 1)
    assert from_line(to_line(order)).options == order.options


@pytest.mark.parametrize(
    "done",
    [
        (),
        ((Done(),),),  # of two deeds
        ((Done(), Done(Original(None))),),  # a file, of a step
        ((Done(), Done(), Done()),),
        ((Done(), Done()), ()),
    ],
)
def test_an_answer_that_does_not_tell_of_each_deed_is_none(
    monkeypatch: pytest.MonkeyPatch, hands: Hands, done: tuple[tuple[Done, ...], ...]
) -> None:
    monkeypatch.setattr(taking, "ask_beside", lambda *_order: done)

    with pytest.raises(InfrastructureError, match="n'est pas comprise"):
        hands.do(take(TRUE, TRUE))


def test_a_file_that_was_not_read_is_not_changed(
    monkeypatch: pytest.MonkeyPatch, hands: Hands
) -> None:
    monkeypatch.setattr(taking, "ask_beside", lambda *_order: ((Done(),),))

    with pytest.raises(InfrastructureError, match="n'est pas comprise"):
        hands.do([Deed.read(NAS, KEPT)])


def test_why_a_step_failed_is_known_here(monkeypatch: pytest.MonkeyPatch, hands: Hands) -> None:
    lost = Done(None, "nas : coupée", "", Cause.NOT_CONNECTED)
    monkeypatch.setattr(taking, "ask_beside", lambda *_order: ((lost,),))

    with pytest.raises(InfrastructureError, match="coupée") as told:
        hands.do(take(TRUE, TRUE))

    assert Done.failed(told.value) == lost


def test_documents_go_to_the_shelf_of_the_bench(
    monkeypatch: pytest.MonkeyPatch, hands: Hands
) -> None:
    put: list[object] = []

    def fill(*given: object, anew: bool) -> None:
        put.append((given[2], anew))

    monkeypatch.setattr(taking, "fill_shelf", fill)
    hands.do([Deed.shelve(TRUE, "K-107.yml", {"devis.ods": b"PK\xff"})])

    assert put == [({"devis.ods": b"PK\xff"}, True)]


def test_an_incident_is_that_of_a_bench_that_is_reached_from_here(
    machine: Machine, road: Road
) -> None:
    bench = far_bench(machine)
    (record,) = doing.inject(bench, DRAWS)
    assert (record.stage, bool(record.shown)) == (book.THERE, True)
    assert machine.files[EDITED].content == b"un\nworse\ndeux\n"
    injected = len(road.orders)

    doing.repair(bench, ["P-901"], [step(edit=Edit(EDITED, "worse", "good")), TRUE])
    assert len(road.orders) == injected + 1  # the file is kept already
    assert doing.undo(bench, ["P-901"]) == ("P-901",)
    assert len(road.orders) == injected + 2
    assert machine.files == new_machine().files


def test_what_cannot_be_injected_leaves_the_bench_alone(machine: Machine, road: Road) -> None:
    del road
    nothing = replace(BROKEN, keeps=(), inject=(step(edit=Edit(EDITED, "absent", "y")),))
    bench = far_bench(machine, incidents={"P-901": nothing})

    with pytest.raises(doing.NotInjected, match="n'est pas dans"):
        doing.inject(bench, DRAWS)

    (record,) = book.read_book(1).records
    assert (record.steps, record.stage) == (0, book.UNDONE)


def test_a_session_that_is_cut_is_opened_again(machine: Machine, road: Road) -> None:
    del road
    machine.cuts = "/usr/bin/install"
    (there,) = doing.inject(far_bench(machine), DRAWS)
    assert there.stage == book.THERE


def test_a_repair_keeps_a_file_before_it_changes_it(machine: Machine, road: Road) -> None:
    doing.inject(far_bench(machine), DRAWS)
    machine.files["/etc/b"] = File(b"candidate\n")
    done = len(road.orders)
    steps = [TRUE, step(edit=Edit("/etc/b", "candidate", "labctl")), TRUE]
    doing.repair(far_bench(machine), ["P-901"], steps)
    assert machine.files["/etc/b"].content == b"labctl\n"
    assert len(road.orders) == done + 3  # what comes before, the file, the rest
    doing.undo(far_bench(machine), ["P-901"])
    assert machine.files["/etc/b"].content == b"candidate\n"


@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_is_made_good_by_the_next(
    road: Road, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    doing.inject(far_bench(road.machine), DRAWS)
    book.retire_book(1)
    for dies in range(1, road.machine.commands + 1):
        machine = replace(new_machine(), dies=dies, dies_after=after)
        lead_to(machine, monkeypatch)
        with pytest.raises(Killed):
            doing.inject(far_bench(machine), DRAWS)
        doing.inject(far_bench(machine), DRAWS)
        assert machine.files[EDITED].content == b"un\nworse\ndeux\n", dies
        doing.undo(far_bench(machine), ["P-901"])
        assert machine.files == new_machine().files, dies
        book.retire_book(1)


@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_of_an_undoing_is_made_good(
    road: Road, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    doing.inject(far_bench(road.machine), DRAWS)
    there = road.machine.commands
    doing.undo(far_bench(road.machine), ["P-901"])
    book.retire_book(1)
    for dies in range(there + 1, road.machine.commands + 1):
        machine = replace(new_machine(), dies=dies, dies_after=after)
        lead_to(machine, monkeypatch)
        doing.inject(far_bench(machine), DRAWS)
        with pytest.raises(Killed):
            doing.undo(far_bench(machine), ["P-901"])
        doing.undo(far_bench(machine), ["P-901"])
        assert machine.files == new_machine().files, dies
        assert book.read_book(1).open == ()
        book.retire_book(1)


def test_what_the_labctl_beside_refuses_is_told_as_what_failed_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(EmbeddedProvider, "serve_argv", lambda _self, _plan: BESIDE)

    with (
        lend_hands(PLAN, Deadline.after(60), silent) as hands,
        pytest.raises(InfrastructureError, match="n’est pas construit"),
    ):
        hands.do(take(TRUE))


def test_an_order_that_is_none_is_refused(road: Road) -> None:
    order = Order("take", 1, (PLAN,), 5.0, options={"parts": [], "goes_on": False})
    assert taking.take_on(order, silent) == ()
    assert road.machine.commands == 0
