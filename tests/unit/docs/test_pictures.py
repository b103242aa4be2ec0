"""The pictures of the README show what labctl says today."""

import hashlib
from pathlib import Path

import pytest

from tests.golden import assert_golden
from tests.pictures import (
    FOLDER,
    SUBJECTS,
    digest,
    digest_of,
    draw_menu,
    draw_subject,
    draw_terminal,
    draw_topology,
    print_subject,
    read_mark,
    write_grid,
    write_timetable,
)
from tests.plans import ROOT


def test_topology_is_the_one_of_today() -> None:
    assert_golden(draw_topology(), FOLDER / "topology.svg")


def test_menu_is_the_one_of_today() -> None:
    assert_golden(draw_menu(), FOLDER / "menu.svg")


@pytest.mark.parametrize("name", SUBJECTS)
def test_topology_of_a_subject_is_up_to_date(name: str) -> None:
    assert_golden(draw_subject(SUBJECTS[name]), FOLDER / name)


def test_terminal_is_the_one_of_today(tmp_path: Path) -> None:
    assert_golden(draw_terminal(tmp_path), FOLDER / "terminal.svg")


def test_grid_is_the_one_of_today(tmp_path: Path) -> None:
    assert read_mark((FOLDER / "grid.png").read_bytes()) == digest(write_grid(tmp_path)), (
        "« make pictures » draws it anew"
    )


def test_subject_is_the_one_of_today() -> None:
    wanted = hashlib.sha256(print_subject()).hexdigest()
    assert read_mark((FOLDER / "subject.png").read_bytes()) == wanted, (
        "« make pictures » draws it anew"
    )


def test_timetable_is_the_one_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_LANG", "fr")
    shown = read_mark((FOLDER / "timetable.png").read_bytes())
    assert shown == digest_of(write_timetable(tmp_path)), "« make pictures » draws it anew"


def test_readme_and_guide_show_them() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    guide = (ROOT / "docs" / "tenir-une-session.md").read_text(encoding="utf-8")
    shown = {path.name for path in FOLDER.iterdir() if f"docs/pictures/{path.name}" in readme}
    assert shown == {"terminal.svg", "grid.png", "subject.png", "topology.svg"}
    assert "pictures/timetable.png" in guide
