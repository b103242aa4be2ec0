"""What the menu of a way in shows, and what it makes of what is typed."""

import json
import os
import runpy
import socket
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from labctl.pipeline.doors import Listening, order_door
from labctl.pipeline.place import load_place
from labctl.pipeline.wayin import build_way_in
from labctl.providers.doors import counter
from labctl.providers.doors.node import describe
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
    menu = Menu(program, build_entry(), {"tickets": [], "clock": None})

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
    return describe(build_way_in(order_door(place, 1, Listening("127.0.0.1", 22000))), 1)


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
    menu.news = {"clock": None, "tickets": [{"title": "T-01", "text": "Rien ne s'imprime."}]}
    assert "lire les tickets (1)" in menu.draw({})
    assert menu.obey("t") == ""
    assert menu.pages == ["T-01\n\nRien ne s'imprime."]


CLOCK = {"spent_s": 4321, "left_s": 2885, "runs": True}


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (CLOCK, "1 h 12 écoulées, 48 min restantes"),
        ({**CLOCK, "runs": False}, "1 h 12 écoulées, 48 min restantes (en pause)"),
        ({**CLOCK, "left_s": -61}, "1 h 12 écoulées, le temps est fini depuis 1 min"),
    ],
)
def test_the_time_of_the_phase_is_said(menu: Menu, clock: dict[str, object], said: str) -> None:
    menu.news = {"tickets": [], "clock": clock}
    assert menu.draw({}).splitlines()[0].endswith(said)


def test_the_notices_are_read_as_the_subject_is(menu: Menu) -> None:
    menu.obey("n")
    menu.obey("s")
    assert menu.pages == [menu.entry["notices"], menu.entry["subject"]]
    assert "NOTICES DES ÉQUIPEMENTS" in menu.pages[0]


def answers(menu: Menu, *typed: str, is_stale: bool = False) -> list[str]:
    """Have the candidate type lines; return what the gate is asked meanwhile."""
    asked: list[str] = []
    lines = iter(typed)
    names = menu.program["obey"].__globals__
    names["ask"] = lambda _prompt: next(lines, None)

    def ask_counter(question: str, _seconds: float) -> bytes:
        asked.append(question)
        return json.dumps({"trouble": "", "stale": is_stale}).encode()

    names["ask_counter"] = ask_counter
    return asked


def test_a_machine_restarts_once_it_is_confirmed(menu: Menu) -> None:
    titles = [one["title"] for one in menu.entry["restarts"]]
    rank = next(rank for rank, title in enumerate(titles, 1) if title.startswith("MN-PC-01"))
    shown = [one["title"] for one in menu.entry["machines"]]
    number = next(rank for rank, title in enumerate(shown, 1) if title.startswith("MN-PC-01"))
    asked = answers(menu, str(number), "oui")  # its number is that of the menu
    assert menu.obey("r") == "MN-PC-01 — poste simulé a redémarré."
    assert asked == [f"restart {rank}\n"]
    assert number != rank
    assert not any(title.startswith("SRV-") for title in titles)


@pytest.mark.parametrize(
    "typed", [(), ("",), ("0",), ("99",), ("$(id)",), ("1 2",), ("1", "non"), ("1", ""), ("1",)]
)
def test_what_is_not_confirmed_restarts_nothing(menu: Menu, typed: tuple[str, ...]) -> None:
    asked = answers(menu, *typed)
    menu.obey("r")
    assert asked == []


def test_a_command_longer_than_the_terminal_is_one_line_and_takes_its_rows(menu: Menu) -> None:
    command = "  simulate set root/cimv2 Win32_OperatingSystem '{}' " + "x" * 150
    text = "\n".join(["un", command, *("deux trois " * 3,) * 3])
    screens = menu.program["fill"](text, 30, 4)
    assert screens[0] == ["un"]
    assert screens[1] == [command]
    assert [line for screen in screens for line in screen if "deux" in line]
    assert all(len(line) <= 30 for screen in screens for line in screen if line != command)


def test_what_was_not_confirmed_is_said(menu: Menu) -> None:
    answers(menu, "1", "")
    assert menu.obey("r") == "Rien n'a redémarré."


def test_the_time_goes_on_since_it_was_told(tmp_path: Path) -> None:
    request = {"tickets": str(tmp_path), "clock": str(tmp_path / "clock.json")}
    told = {"at": 1000.0, "spent_s": 60, "left_s": 30, "runs": True}
    (tmp_path / "clock.json").write_text(json.dumps(told))
    assert tell(request, 1040) == {"spent_s": 100, "left_s": -10, "runs": True}
    (tmp_path / "clock.json").write_text(json.dumps({**told, "runs": False}))
    assert tell(request, 1040) == {"spent_s": 60, "left_s": 30, "runs": False}
    (tmp_path / "clock.json").write_text("{")
    assert tell(request, 1040) is None


def tell(request: dict[str, str], now: float) -> object:
    return counter.tell_news(request, now)["clock"]


SERVE = """
import json, sys
print(json.dumps({"hello": "x"}), flush=True)
nodes = json.loads(sys.stdin.readline())["options"]["nodes"]
answer = json.dumps({"failed": {"message": "no"}} if nodes == ["b"] else {"value": ""})
print(json.dumps({"part": answer[:5]})); print(json.dumps({"part": answer[5:]}))
print(json.dumps({"end": True}))
"""


def restarting(tmp_path: Path, program: str = SERVE) -> dict[str, Any]:
    wanted = {
        "machines": {"a": "A", "b": "B"},
        "argv": [sys.executable, "-c", program],
        "environment": {},
        "order": '{"options": {"nodes": []}}',
        "limit_s": 20,
    }
    return {"restart": wanted, "log": str(tmp_path / "journal.jsonl")}


def test_a_restart_is_in_the_journal_with_what_went_wrong(tmp_path: Path) -> None:
    request = restarting(tmp_path)
    said = counter.restart(request, "a"), counter.restart(request, "b")
    assert said == (("", False), ("no", False))
    assert counter.restart(restarting(tmp_path, "print(1)"), "a")[0] != ""
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    events = [(each["event"], each["about"]) for each in map(json.loads, lines)]
    assert events[:4] == [
        ("restart", "a"), ("restarted", "a"), ("restart", "b"), ("restarted", "b (no)"),
    ]  # fmt: skip


def test_an_order_of_another_labctl_is_told_from_a_restart_that_failed(tmp_path: Path) -> None:
    refused = SERVE.replace('"message": "no"', '"message": "no", "code": 2')
    assert counter.restart(restarting(tmp_path, refused), "b") == ("no", True)


def test_a_door_that_is_older_than_labctl_is_to_be_opened_again(menu: Menu) -> None:
    answers(menu, "1", "oui", is_stale=True)
    assert "labctl access" in menu.obey("r")


def test_a_text_is_read_back_and_forth(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = runpy.run_path(str(MENU))
    monkeypatch.setattr("os.get_terminal_size", lambda _fd: os.terminal_size((80, 6)))
    typed = iter(["", "b", "b", "", "", "b", "q"])
    program["page"].__globals__["ask"] = lambda _more: next(typed)
    program["page"]("\n".join(map(str, range(12))), "?")
    screens = capsys.readouterr().out.split("\x1b[2J\x1b[H")[1:]
    shown = [screen.splitlines()[0] for screen in screens]
    assert shown == ["0", "5", "0", "0", "5", "10", "5"]


@pytest.mark.parametrize(
    "question", ["restart 0", "restart 3", "restart a", "restart 1 2", "restart", "news x", ""]
)
def test_a_question_that_is_none_gets_no_answer(tmp_path: Path, question: str) -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(f"{question}\n".encode())
        counter.answer(here, restarting(tmp_path))
        here.shutdown(socket.SHUT_WR)
        assert there.recv(10) == b""
    assert not (tmp_path / "journal.jsonl").exists()


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
