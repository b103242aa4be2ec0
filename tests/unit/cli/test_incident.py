"""What is printed of incidents: it fits 80 columns, says each thing once, and what to do."""

import argparse
from dataclasses import replace

import pytest

from labctl.cli import incident as cli
from labctl.core.incident import Looked
from labctl.pipeline.incident_book import THERE, Record, refuse
from labctl.pipeline.incidents.orders import list_refused
from labctl.pipeline.outcome import Outcome

LONG = "K-034 : " + "un très long motif, avec la preuve toute crue " * 9
LINES = {"symptom": "non", "cause": "non", "intact": "oui", "security": "non vérifiable"}
LOOKED = Looked("2026-11-28T07:15:02Z", LINES, {"symptom": (LONG,), "cause": (LONG,)})
SEEN = Record("P-901", THERE, {}, "", shown="2026-11-28T07:12:08Z", looks=(LOOKED,))
HALF = Record("P-902", "en cours d'injection", {}, "")


def show(capsys: pytest.CaptureFixture[str], *records: Record) -> tuple[str, str]:
    args = argparse.Namespace(act="status", json=False)
    cli._show(args, {3: Outcome(records)})
    cli._print_refused(list_refused({3: Outcome(records)}, {3: [one.id for one in records]}))
    said = capsys.readouterr()
    return said.out, said.err


def test_a_status_fits_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    out, _err = show(capsys, SEEN, HALF)
    assert max(map(len, out.splitlines())) <= 80
    assert out.count("K-034") == 1
    assert "07:12:08" in out


def test_a_power_cut_that_repaired_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    gone = replace(SEEN, helped=LOOKED.at, vanished=LOOKED.at)
    out, _err = show(capsys, gone)
    assert "la coupure de courant l'a fait disparaître" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80


def test_what_was_taken_away_before_is_not_in_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    out, _err = show(capsys, refuse("P-903", {}, ""), SEEN)
    assert "P-903" not in out


def test_a_refusal_is_a_line_and_the_hint_is_given_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _out, err = show(capsys, refuse("P-901", {}, LONG), refuse("P-902", {}, "absent"))
    lines = err.splitlines()
    assert [line[:11] for line in lines] == ["  03 P-901 ", "  03 P-902 ", "  piste : l"]
    assert max(map(len, lines)) <= 80


def test_what_failed_before_and_is_not_asked_for_is_no_refusal() -> None:
    old = refuse("P-901", {}, "absent")
    assert list_refused({3: Outcome((old, SEEN))}, {3: ["P-902"]}) == {}
    assert list_refused({3: Outcome((old, SEEN))}, {3: ["P-901"]}) == {}
