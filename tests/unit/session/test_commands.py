"""``labctl session check`` and ``timetable``: what they print, write and return."""

import csv
import json
from pathlib import Path

import pytest

from tests.unit.cli.lines import say
from tests.unit.session.days import ROSTER, SESSION, lay_session

SOME = ("--candidates", "16", "--juries", "4")


@pytest.mark.parametrize("verb", ["check", "timetable"])
def test_no_line_is_wider_than_80_columns(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = say(capsys, "session", verb, "demo").out.splitlines()
    assert [line for line in lines if len(line.rstrip()) > 80] == []


def test_check_tells_warnings_by_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "session", "check", "demo")
    assert (said.code, "CONFORME\n" in said.out) == (3, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--candidates", "9", "--juries", "3"), 0, "CONFORME"),
        (("--candidates", "16", "--juries", "3"), 2, "avec ceux-ci, 2 sessions"),
        (("--candidates", "4", "--juries", "1", "--route", "ccp9"), 2, ""),
        (("--candidates", "quatre", "--juries", "1"), 2, ""),
        ((), 2, ""),
        ((*SOME, "--spare", "-50"), 2, ""),
        ((*SOME, "--memory", "8192"), 2, ""),
        ((*SOME, "--memory", "8192", "--memory-host", "-1"), 2, ""),
        (("demo", "--candidates", "99"), 2, ""),
    ],
)
def test_numbers_alone_are_counted(
    words: tuple[str, ...], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(capsys, "session", "check", *words)
    assert (said.code, told in said.out, "Traceback" in said.err) == (code, True, False)


def test_spares_and_memory_of_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--spare", "10", "--memory", "8192", "--memory-host", "65536", "--json")
    said = say(capsys, "session", "check", "--candidates", "16", "--juries", "4", *words)
    needs = {need["name"]: need for need in json.loads(said.out)["needs"]}
    assert (needs["pc_hote"]["needed"], needs["casque_micro"]["spare"]) == (2, 2)


def test_what_is_missing_is_told_below_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = lay_session(tmp_path, (SESSION, '"19:00"', '"17:00"'))
    said = say(capsys, "session", "check", str(session))
    assert said.code == 2
    assert "NON CONFORME" in said.out
    assert f"{session}:18: la journée finirait à 17:51" in said.out
    found = json.loads(say(capsys, "session", "check", str(session), "--json").out)
    assert (found["conform"], found["shortfalls"][0]["line"]) == (False, 18)


def test_memory_of_a_host_and_stock_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = "plateau: {memoire_hote_mib: 1000, disponible: {casque_micro: 20}}\njurys:\n"
    session = lay_session(tmp_path, (SESSION, "jurys:\n", small))
    said = say(capsys, "session", "check", str(session))
    assert "et la mémoire" in said.out
    assert "par hôte" in said.out


def test_timetable_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(say(capsys, "session", "timetable", "demo", "--json").out)
    assert (found["schema"], found["day"]) == ("labctl/session-timetable/v1", "07/12/2026")
    first = next(one for one in found["moments"] if one["bench"] == 1 and one["jury"])
    assert (first["start"], first["candidate"], first["place"]) == (
        *("10:25", "Aimata Brillant"),
        "Salle 11",
    )


def test_timetable_as_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = (ROSTER, "Aimata Brillant", "=1+1 <script>")
    session = lay_session(tmp_path, hostile)
    words = ("--format", "html,csv", "--output", str(tmp_path))
    said = say(capsys, "session", "timetable", str(session), *words)
    assert said.code == 0
    page = (tmp_path / "horaires.html").read_text("utf-8")
    assert ("<script>" in page, "10:25–11:05" in page, "<script" in page) == (False, True, False)
    text = (tmp_path / "horaires.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert {row["candidat"] for row in rows if row["banc"] == "01"} == {"'=1+1 <script>"}
    assert {row["activite"] for row in rows} == {"épreuve", "scellé", "pause", "repas", "jury"}


def test_an_unknown_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "session", "timetable", "demo", "--format", "pdf")
    assert (said.code, "html, csv" in said.err) == (2, True)


def test_a_day_without_work_of_juries_is_done_with_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = lay_session(tmp_path, (SESSION, "temps_jury:", "lint_:"))
    assert say(capsys, "session", "timetable", str(session)).code == 2
    bare = lay_session(tmp_path, (SESSION, "duree_min: 20", "duree_min: 600"))
    assert say(capsys, "session", "timetable", str(bare)).code == 2
    long = lay_session(tmp_path, (SESSION, "journee_jury_max_min: 420", "journee_jury_max_min: 60"))
    said = say(capsys, "session", "timetable", str(long))
    assert (said.code, "au-delà de 60" in said.err) == (3, True)


def test_an_unknown_sub_verb_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "session", "chek")
    assert (said.code, "check" in said.err) == (2, True)
