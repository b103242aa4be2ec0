"""Sabotages on a bench that another labctl reaches: one order breaks them all, one repairs them."""

from dataclasses import replace
from typing import Any

import pytest

from labctl.core.errors import InfrastructureError
from labctl.core.ids import CheckId, NodeName
from labctl.core.progress import silent
from labctl.pipeline import taking
from labctl.pipeline.handedin import SOLUTION, write_for_shelf
from labctl.pipeline.place import bench_dir
from labctl.pipeline.sabotage import inject, revert
from labctl.spec.fault import Fault
from labctl.spec.step import Edit, Step
from tests.checking import PLAN
from tests.unit.pipeline.far_hands import Road, lead_to
from tests.unit.pipeline.file_bench import Machine, step

QUOTE = "devis.ods"
WITHOUT_DOOR = replace(PLAN, provider="libvirt")
"""A bench whose documents are on a shelf."""


@pytest.fixture
def road(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Road:
    return lead_to(machine, monkeypatch)


def fault(name: str, *steps: Step, undo: tuple[Step, ...] = ()) -> Fault:
    return Fault(name, CheckId(name), "panne", steps, undo or steps, {}, 0, f"{name}.yml")


def on(node: str, *argv: str) -> Step:
    return step(*argv).put(NodeName(node))


def change(find: str, put: str) -> Step:
    return replace(step(), document=Edit(QUOTE, find, put))


def list_taken(road: Road) -> list[list[list[str]]]:
    """Return the commands of each order, part by part."""
    return [
        [
            [" ".join((deed["node"], *deed["step"]["argv"])) for deed in part]
            for part in order.options["parts"]
        ]
        for order in road.orders
    ]


def test_all_is_broken_by_one_order_and_repaired_by_one_the_last_first(road: Road) -> None:
    faults = [
        fault("K-001", on("nas", "/usr/bin/true", "a")),
        fault("K-002", on("nas", "/usr/bin/true", "b")),
        fault("K-003", on("dc", "/usr/bin/true", "c")),
    ]

    inject(PLAN, faults[:2], silent)
    with pytest.raises(InfrastructureError, match="« dc »"):  # which the road does not lead to
        revert(PLAN, faults, silent)

    assert list_taken(road) == [
        [["nas /usr/bin/true a", "nas /usr/bin/true b"]],
        [["nas /usr/bin/true b", "nas /usr/bin/true a"], ["dc /usr/bin/true c"]],
    ]
    assert road.machine.commands == 4


def test_injecting_stops_and_repairing_goes_on_and_names_every_step(road: Road) -> None:
    fails, works = step("/usr/bin/false", "/nowhere"), step("/usr/bin/true")
    broken = [fault("K-001", fails, works, fails)]

    with pytest.raises(InfrastructureError, match=r"^K-001.yml:1: nas : code 1"):
        inject(PLAN, broken, silent)
    assert road.machine.commands == 1

    with pytest.raises(InfrastructureError) as raised:
        revert(PLAN, broken, silent)
    assert len(raised.value.message.splitlines()) == 2
    assert raised.value.hint == "labctl reset"
    assert road.machine.commands == 4


def test_a_document_is_changed_here_and_put_on_the_shelf_from_beside(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[dict[str, bytes]] = []

    def fill(*given: Any, anew: bool) -> None:
        assert anew
        put.append(given[2])

    monkeypatch.setattr(taking, "fill_shelf", fill)
    solved = write_for_shelf(WITHOUT_DOOR, ("quote",))
    text = bench_dir(1) / SOLUTION / QUOTE
    before = text.read_bytes()
    total = fault(
        "K-107",
        change(r"^\| Total HT \| ", "| Total HT | 9"),
        undo=(change(r"^\| Total HT \| 9", "| Total HT | "), change("nowhere", "")),
    )

    inject(WITHOUT_DOOR, [total], silent)
    assert text.read_bytes() != before
    with pytest.raises(InfrastructureError, match=r"K-107.yml:1: .*rien qui corresponde à nowhere"):
        revert(WITHOUT_DOOR, [total], silent)

    assert text.read_bytes() == before
    assert [list(one) for one in put] == [[QUOTE], [QUOTE]]
    assert put[0] != put[1] == solved
    assert len(road.orders) == 2
