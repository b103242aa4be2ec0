"""What the solution hands in, beside what a candidate does."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import InfrastructureError
from labctl.pipeline.handedin import (
    SOLUTION,
    edit_solution,
    hand_in_solution,
    take_back_solution,
    take_documents,
)
from labctl.pipeline.place import bench_dir
from labctl.providers import parts
from labctl.providers.base import HandedIn
from labctl.spec.step import Edit
from tests.checking import PLAN

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

    edit_solution(PLAN, Edit(QUOTE, r"^\| Total HT \| ", "| Total HT | 9"))
    assert (keeper.folder / QUOTE).read_bytes() != before
    edit_solution(PLAN, Edit(QUOTE, r"^\| Total HT \| 9", "| Total HT | "))
    assert (keeper.folder / QUOTE).read_bytes() == before
    with pytest.raises(InfrastructureError, match="rien qui corresponde à nowhere"):
        edit_solution(PLAN, Edit(QUOTE, "nowhere", ""))
    assert (bench_dir(1) / SOLUTION / QUOTE).is_file()
