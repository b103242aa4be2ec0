"""What the menu of a way in shows, and what it makes of what is typed."""

import runpy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from labctl.pipeline.doors import Listening, build_way_in, order_door
from labctl.pipeline.place import load_place
from labctl.providers.doors import counter
from labctl.providers.doors.entry import describe
from tests.plans import ROOT

MENU = ROOT / "vm_templates/entrance/files/usr/lib/labctl/menu"


@dataclass
class Menu:
    """The program, and which windows it was asked to open."""

    program: dict[str, Any]
    entry: dict[str, Any]
    news: dict[str, Any]
    opened: list[tuple[str, str]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def obey(self, typed: str) -> str:
        return str(self.program["obey"](typed, self.entry, self.news))

    def draw(self, windows: dict[str, list[tuple[int, bool]]]) -> str:
        return "\n".join(self.program["list_lines"](self.entry, "09:41", windows, self.news))


@pytest.fixture
def menu() -> Menu:
    """Give the menu of the first bench of the demonstration room."""
    program = runpy.run_path(str(MENU))
    menu = Menu(program, build_entry(), {"tickets": []})

    def open_window(machine: str, which: str, _words: object) -> str:
        menu.opened.append((machine, which))
        return ""

    names = program["obey"].__globals__
    names["open_window"] = open_window
    names["page"] = lambda text, _more: menu.pages.append(text)
    return menu


@cache
def build_entry() -> dict[str, Any]:
    place = load_place("demo", None)
    return describe(build_way_in(order_door(place, 1, Listening("127.0.0.1"))), 1)


HOSTILE = ("$(id)", "`id`", ";sh", "../../x", "0", "99", "-1", "5 ;sh", "５", "5.", "5.x", "5.10",
           "+", ".1", "5++", "99+", "5" * 8, "t")  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_no_choice_is_said_to_be_none(menu: Menu, typed: str) -> None:
    assert menu.obey(typed) == "Ce choix n'existe pas : tapez un des numéros ou lettres ci-dessus."
    assert (menu.opened, menu.pages) == ([], [])


@pytest.mark.parametrize(("typed", "which"), [("5", ""), ("5+", "+"), ("5.2", ".2")])
def test_a_machine_is_chosen_by_its_number(menu: Menu, typed: str, which: str) -> None:
    assert menu.obey(typed) == ""
    assert menu.opened == [("poste", which)]


def test_nothing_typed_only_draws_the_menu_again(menu: Menu) -> None:
    assert menu.obey("") == ""


def test_open_windows_are_listed_with_the_way_back_to_each(menu: Menu) -> None:
    said = menu.draw({"poste": [(1, False), (3, True)]})
    assert "\x1b[1m5.1\x1b[0m  MN-PC-01" in said
    assert "\x1b[1m5.3\x1b[0m  MN-PC-01" in said
    assert said.count("affichée sur une autre connexion") == 1


def test_tickets_are_an_entry_of_the_menu_once_there_are_some(menu: Menu) -> None:
    assert "tickets" not in menu.draw({})
    menu.news = {"tickets": [{"title": "T-01", "text": "Rien ne s'imprime."}]}
    assert "lire les tickets (1)" in menu.draw({})
    assert menu.obey("t") == ""
    assert menu.pages == ["T-01\n\nRien ne s'imprime."]


def test_tickets_are_the_text_files_of_their_folder(tmp_path: Path) -> None:
    (tmp_path / "T-02.txt").write_text("b\x1b[2J")
    (tmp_path / "T-01.txt").write_bytes("a é \xff".encode("latin-1"))
    (tmp_path / "cause.yml").write_text("secret")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    assert counter.list_tickets(tmp_path) == [
        {"title": "T-01", "text": "a \N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}"},
        {"title": "T-02", "text": "b\N{REPLACEMENT CHARACTER}[2J"},
    ]


def test_a_bench_without_tickets_has_none(tmp_path: Path) -> None:
    assert counter.list_tickets(tmp_path / "tickets") == []
