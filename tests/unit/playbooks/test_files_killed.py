"""labctl_files killed at each of its lines: the next run puts in service what that one wrote."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.unit.playbooks.test_modules import files

KILLED = 9


@dataclass(frozen=True)
class Machine:
    """Two files, each with a service that runs with what it read when it was last called."""

    root: Path

    def wanted(self) -> dict[str, Any]:
        """Return what the module is asked for."""
        return {
            "files": [
                self._file("une"),
                self._file("deux"),
                {**self._file("trois"), "service": []},
            ],
            "folders": [str(self.root / "dossier")],
            "links": {str(self.root / "lien"): "/cible"},
        }

    def _file(self, name: str) -> dict[str, Any]:
        path = str(self.root / name)
        return {"path": path, "content": name, "mode": "0644", "group": "", "service": [name]}

    def call(self, argv: list[str]) -> None:
        """Be the services: read the file."""
        shutil.copy(self.root / argv[0], self.root / f"{argv[0]}.lu")

    def converge(self) -> list[str]:
        """Run the module to its end."""
        changed: list[str] = files.converge(self.wanted(), self.notes, self.call, dry=False)
        return changed

    @property
    def notes(self) -> Path:
        """Return the folder of what is not in service."""
        return self.root / "notes"

    def is_in_service(self) -> bool:
        """Tell whether each service runs with what is wanted."""
        read = [self.root / f"{name}.lu" for name in ("une", "deux")]
        return [path.is_file() and path.read_text() for path in read] == ["une", "deux"]


@pytest.fixture
def new(tmp_path: Path) -> Callable[[], Machine]:
    """Give machines that run with other files than the wanted ones."""

    def make() -> Machine:
        root = tmp_path / "machine"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        for name in ("une", "deux"):
            (root / name).write_text("autre")
            shutil.copy(root / name, root / f"{name}.lu")
        return Machine(root)

    return make


def kill_at(machine: Machine, line: int) -> bool:
    """Run the module in a child that dies at its Nth line; tell whether it had so many."""
    pid = os.fork()
    if pid == 0:
        left = [line]

        def trace(frame: FrameType, event: str, _argument: object) -> Any:
            if frame.f_code.co_filename != files.__file__:
                return None
            left[0] -= event == "line"
            if left[0] == 0:
                os._exit(KILLED)
            return trace

        try:
            sys.settrace(trace)
            machine.converge()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == KILLED


def kill_everywhere(new: Callable[[], Machine]) -> Iterator[Machine]:
    """Yield a machine after each kill."""
    line = 1
    while kill_at(machine := new(), line):
        yield machine
        line += 1


def test_whatever_the_line_it_dies_at_the_next_run_finishes(new: Callable[[], Machine]) -> None:
    broken, lines = [], 0
    for lines, machine in enumerate(kill_everywhere(new), start=1):
        machine.converge()
        again = machine.converge()
        names = {path.name for path in machine.root.iterdir()}
        left = names - {"une", "une.lu", "deux", "deux.lu", "trois", "dossier", "lien", "notes"}
        if again or left or not machine.is_in_service() or any(machine.notes.iterdir()):
            broken.append((lines, again, left))

    assert lines > 80
    assert broken == []


def test_without_the_notes_some_kill_would_be_believed_done(new: Callable[[], Machine]) -> None:
    def is_forgotten(machine: Machine) -> bool:
        shutil.rmtree(machine.notes, ignore_errors=True)
        machine.converge()
        return not machine.is_in_service()

    assert any(is_forgotten(machine) for machine in kill_everywhere(new))


def test_a_service_that_refuses_is_called_again_by_the_next_run(new: Callable[[], Machine]) -> None:
    machine = new()

    def refuse(_argv: list[str]) -> None:
        raise OSError(1, "non", "service")

    with pytest.raises(OSError, match="non"):
        files.converge(machine.wanted(), machine.notes, refuse, dry=False)

    assert machine.converge() == ["une", "deux"]
    assert machine.is_in_service()


def test_checking_calls_no_service_and_notes_nothing(new: Callable[[], Machine]) -> None:
    machine = new()

    changed = files.converge(machine.wanted(), machine.notes, machine.call, dry=True)

    assert len(changed) == 5
    assert not machine.notes.exists()
    assert not machine.is_in_service()


def test_a_service_of_several_files_is_called_once(tmp_path: Path) -> None:
    called: list[list[str]] = []
    wanted = [
        {"path": str(tmp_path / name), "content": name, "mode": "0644", "group": "",
         "service": service}
        for name, service in (("a", ["x"]), ("b", ["y"]), ("c", ["x"]))
    ]  # fmt: skip

    parts = {"files": wanted, "folders": [], "links": {}}
    files.converge(parts, tmp_path / "notes", called.append, dry=False)

    assert called == [["x"], ["y"]]
    assert not (tmp_path / "notes" / "pending").exists()
