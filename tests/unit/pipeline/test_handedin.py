"""What the solution hands in, beside what a candidate does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.connect.base import Endpoints
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError
from labctl.pipeline import shelf
from labctl.pipeline.handedin import (
    SOLUTION,
    edit_solution,
    hand_in_solution,
    take_back_solution,
    take_documents,
    write_for_shelf,
)
from labctl.pipeline.place import bench_dir
from labctl.pipeline.shelf import fill_shelf
from labctl.plan.model import Plan
from labctl.providers import parts
from labctl.providers.base import HandedIn
from labctl.spec.step import Edit
from tests.checking import PLAN
from tests.shelf import Machine

QUOTE = "devis.ods"


class Keeper:
    """A way in that is closed, and its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def status(self, _bench: int) -> None:
        """Tell that no way in is open."""

    def handed_in(self, _bench: int) -> tuple[HandedIn, ...]:
        return tuple(HandedIn(path.name, path, 0, "", 0) for path in sorted(self.folder.iterdir()))

    def hand_in(self, _bench: int, files: Mapping[str, bytes | None]) -> None:
        for name, content in files.items():
            (self.folder / name).unlink(missing_ok=True)
            if content is not None:
                (self.folder / name).write_bytes(content)


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "depot").mkdir()
    found = Keeper(tmp_path / "depot")
    monkeypatch.setattr(parts, "load_doorkeeper", lambda _provider: found)
    return found


def edit(find: str, put: str, plan: Plan = PLAN) -> None:
    shelved = edit_solution(plan, Edit(QUOTE, find, put))
    if shelved:
        fill_shelf(plan, Endpoints(1, "", (), {}), shelved, Deadline.after(60), anew=True)


def names(keeper: Keeper) -> list[str]:
    return [one.name for one in keeper.handed_in(0)]


@pytest.mark.usefixtures("keeper")
def test_nothing_is_known_of_a_bench_without_a_way_in() -> None:
    assert take_documents(PLAN) == ()
    assert take_documents(replace(PLAN, provider="libvirt")) is None


def test_the_solution_of_some_topics_leaves_what_the_candidate_handed_in(keeper: Keeper) -> None:
    (keeper.folder / "Plan-adressage.docx").write_bytes(b"theirs")

    hand_in_solution(PLAN, ("quote",))
    assert names(keeper) == ["Plan-adressage.docx", QUOTE]
    hand_in_solution(PLAN, None)
    assert "plan-adressage.xlsx" not in names(keeper)
    assert "pv-recette.odt" in names(keeper)
    taken = take_documents(PLAN)
    assert taken is not None
    assert [one.name for one in taken] == names(keeper)

    take_back_solution(PLAN)
    take_back_solution(PLAN)
    assert names(keeper) == ["Plan-adressage.docx"]


def test_a_change_is_handed_in_again_and_one_of_nothing_is_refused(keeper: Keeper) -> None:
    hand_in_solution(PLAN, ("quote",))
    before = (keeper.folder / QUOTE).read_bytes()

    edit(r"^\| Total HT \| ", "| Total HT | 9")
    assert (keeper.folder / QUOTE).read_bytes() != before
    edit(r"^\| Total HT \| 9", "| Total HT | ")
    assert (keeper.folder / QUOTE).read_bytes() == before
    with pytest.raises(InfrastructureError, match="rien qui corresponde à nowhere"):
        edit("nowhere", "")
    assert (bench_dir(1) / SOLUTION / QUOTE).is_file()


ON_VM = replace(PLAN, provider="libvirt")
"""A bench without a way in."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Give the machine with the shelf of that bench."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    found = Machine({})
    monkeypatch.setattr(shelf, "_open", lambda *_way: Called(found))
    return found


class Called:
    """The same, with all that comes before what is wanted of its program."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def run(self, argv: Sequence[str], deadline: Deadline, *, stdin: str = "") -> Completed:
        python, isolated, command, program, share, folder, *words = argv
        assert (python, isolated, command) == ("/usr/bin/python3", "-I", "-c")
        assert "testparm" in program
        assert (share, folder) == ("COMMUN", "DOSSIER-01")
        return self.machine.run(("program", *words), deadline, stdin=stdin)

    def close(self) -> None:
        self.machine.close()


def fill(documents: Mapping[str, bytes]) -> None:
    fill_shelf(ON_VM, Endpoints(1, "", (), {}), documents, Deadline.after(60))


def test_without_a_way_in_the_solution_goes_to_the_shelf(machine: Machine) -> None:
    machine.files["Devis.docx"] = (b"theirs", 0)

    some = write_for_shelf(ON_VM, ("quote",))
    assert list(some) == [QUOTE]
    fill(some)
    assert list(machine.files) == ["Devis.docx"]

    every = write_for_shelf(ON_VM, None)
    fill(every)
    assert set(machine.files) == {"Devis.docx", *every} - {QUOTE}
    assert machine.is_closed

    edit(r"^\| Total HT \| ", "| Total HT | 9", ON_VM)
    assert machine.files[QUOTE][0] not in {b"", every[QUOTE]}
    take_back_solution(ON_VM)
    assert not (bench_dir(1) / SOLUTION).exists()


@pytest.mark.usefixtures("keeper")
def test_where_there_is_a_way_in_nothing_goes_to_the_shelf() -> None:
    assert write_for_shelf(PLAN, None) == {}
    demands = {name: one for name, one in ON_VM.demands.items() if name != "documents"}
    assert write_for_shelf(replace(ON_VM, demands=demands), None) == {}
    nodes = {name: node for name, node in ON_VM.nodes.items() if name != "nas"}
    assert write_for_shelf(replace(ON_VM, nodes=nodes), None) == {}


def test_a_shelf_that_does_not_take_them_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InfrastructureError, match=r"COMMUN.*aucun moyen d’accès"):
        fill({QUOTE: b""})

    def refuse(*_way: object) -> None:
        raise ConnectError("nobody there")

    monkeypatch.setattr(shelf, "_open", refuse)
    with pytest.raises(InfrastructureError, match="nobody there"):
        fill({QUOTE: b""})
