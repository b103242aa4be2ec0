"""A session is closed: grids with names in its own folder, facts beside decisions left empty."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from odfdo import Document  # noqa: TID251  # reads what was written

from labctl.core.clock import timestamp
from labctl.core.errors import RuleRefused
from labctl.core.incident import Looked
from labctl.grade.model import Mode
from labctl.pipeline import journal
from labctl.pipeline.closing import build_jury_grid, close_session
from labctl.pipeline.draws import Draw, keep_draw
from labctl.pipeline.incident_book import THERE, Book, Record, write_book
from labctl.pipeline.journal import ROSTER
from labctl.session.acts import Act
from labctl.session.seating import Opening
from tests.runs import EXAM, graded
from tests.unit.session.course import opening

ROSTER_TEXT = "candidat;place;identifiant\n=Aimata Brillant;1;C01\nTuterai Chang;2;C02\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("LABCTL_LANG", "fr")
    return tmp_path / "sessions/s1"


def do(kind: str, *benches: int, **detail: object) -> None:
    journal.perform("s1", lambda _state: Act(kind, "V", benches or (1, 2), detail))


def hold(what: Opening, folder: Path) -> None:
    """Hold a session of two candidates; bench 1 is observed in both phases, 2 in none."""
    journal.begin(what, "V", {})
    (folder / ROSTER).write_text(ROSTER_TEXT)
    for document in ("emargement", "notice", "sujet"):
        do("sign", document=document)
    for phase in (1, 2):
        do("start", exam_phase=phase)
        graded(1, EXAM, stamp=journal.find_stamp(1))
        do("stop")
        do("seal", fingerprint="", number="004512")
        do("unseal")
    do("incident", 2, text="écran remplacé", given_s=0)


def cells(path: Path, name: str) -> list[list[Any]]:
    table = Document(str(path)).body.get_table(name=name)
    assert table is not None
    return [list(row.cells) for row in table.rows]


def read_content(path: Path) -> str:
    with ZipFile(path) as packed:
        return packed.read("content.xml").decode()


def test_the_grid_has_facts_of_each_phase_and_every_decision_is_empty(folder: Path) -> None:
    hold(opening(), folder)

    closed = close_session("s1", "V", "")
    overview = cells(folder / "grilles/jury.ods", "Synthèse")
    own = cells(folder / "grilles/jury.ods", "Banc 01")
    choices = [
        cell
        for row in (*overview, *own)
        for cell in row
        if cell.get_attribute("table:content-validation-name") == "decision"
    ]

    assert len(choices) == 2 * 11 + 11
    assert {cell.value for cell in choices} == {None}
    facts = "\n".join(str(row[2].value) for row in own if len(row) > 2)
    assert "conforme K-034" in facts
    assert "[phase 1, 2]" in facts
    assert closed.missing == {1: (2,), 2: (2,)}


def test_decisions_are_chosen_from_a_list(folder: Path) -> None:
    hold(opening(), folder)
    close_session("s1", "V", "")

    content = read_content(folder / "grilles/jury.ods")
    assert "cell-content-is-in-list(&quot;Acquise&quot;;&quot;Non acquise&quot;)" in content
    assert "table:formula" not in content


def test_a_workbook_is_printed_across_each_sheet_as_wide_as_a_page(folder: Path) -> None:
    hold(opening(), folder)
    close_session("s1", "V", "")

    with ZipFile(folder / "grilles/jury.ods") as packed:
        styles = packed.read("styles.xml").decode()
    assert 'style:print-orientation="landscape"' in styles
    assert 'style:scale-to-X="1"' in styles


def test_no_grid_holds_a_mark_or_a_decision(folder: Path) -> None:
    hold(opening(), folder)
    close_session("s1", "V", "")

    page = (folder / "grilles/jury.html").read_text()
    content = read_content(folder / "grilles/jury.ods")
    for text in (page, content):
        assert not re.search(r"\b(score|barème|\d+ points?|\d+ ?/ ?20)\b", text, re.IGNORECASE)
        assert "checked" not in text


def test_names_are_text_and_for_the_owner_alone(folder: Path) -> None:
    hold(opening(), folder)
    close_session("s1", "V", "")

    who = cells(folder / "grilles/jury.ods", "Synthèse")[3][1]
    assert (who.value, who.type) == ("=Aimata Brillant", "string")
    assert {path.stat().st_mode & 0o077 for path in (folder / "grilles").iterdir()} == {0}
    assert "écran remplacé" in (folder / "grilles/jury.html").read_text()


def test_closing_again_writes_the_grids_again_and_records_nothing(folder: Path) -> None:
    hold(opening(), folder)
    head = close_session("s1", "V", "").state.head
    (folder / "grilles/jury.ods").unlink()

    closed = close_session("s1", "V", "")

    assert closed.state.head == head
    assert all(path.is_file() for path in closed.files)


def test_a_session_that_goes_on_is_not_closed(folder: Path) -> None:
    journal.begin(opening(), "V", {})

    with pytest.raises(RuleRefused):
        close_session("s1", "V", "")
    assert not (folder / "grilles").exists()


def test_the_grid_of_a_route_is_its_scope_also_without_a_run(folder: Path) -> None:
    shorter = opening(mode=Mode.TRAINING)
    seats = tuple(replace(seat, route="ccp2") for seat in shorter.seats)
    state = journal.begin(replace(shorter, seats=seats), "V", {})
    (folder / ROSTER).write_text(ROSTER_TEXT)

    grid = build_jury_grid(state)

    assert grid.competencies == (5, 6, 7)
    (activity,) = grid.candidates[0].activities
    assert [one.modalities for one in activity.competencies] == [("ET",), ("ET",), ("MSP", "ET")]
    assert "n'a pas eu lieu" in grid.candidates[0].examined.remarks[0]


def test_who_did_not_come_is_said(folder: Path) -> None:
    journal.begin(opening(), "V", {})
    (folder / ROSTER).write_text(ROSTER_TEXT)
    do("absent")

    assert build_jury_grid(journal.read_state("s1")).candidates[0].examined.remarks == ("absent",)


def test_incidents_are_facts_in_the_grid_of_the_jury_on_paper_and_in_the_workbook(
    folder: Path,
) -> None:
    hold(opening(), folder)
    now = timestamp()
    lines = {"symptom": "oui", "cause": "non", "intact": "non", "security": "oui"}
    looked = Looked(now, lines, {"cause": ("absent",), "intact": ("K-058 : rompu",)})
    record = Record("P-07", THERE, {}, now, shown=now, hints=1, looks=(looked,))
    write_book(1, Book((record,)))
    keep_draw(1, Draw(("P-07", "P-12"), "seed"))
    for name in ("P-07", "P-12"):
        journal.note_breakdown(1, "draw", name, {}, "Heifara")

    close_session("s1", "V", "")
    page = re.sub(r"<[^>]+>", "", (folder / "grilles/jury.html").read_text()).replace("\u00a0", " ")
    own = cells(folder / "grilles/jury.ods", "Banc 01")
    under = {str(row[0].value): str(row[2].value) for row in own if len(row) > 2}
    (told,) = [row for row in own if len(row) > 2 and "P-07" in str(row[1].value)]

    said = (
        "Ticket 1, panne P-07 : Le VLAN du Wi-Fi du personnel manque sur l'agrégat du point"
        " d'accès : contournement : le symptôme est parti, la cause est encore là ; symptôme parti"
        " : oui, cause réparée : non, rien d'autre de cassé : non (K-058 : rompu), sécurité gardée"
        " : oui, tient après redémarrage : non vérifié"
    )
    assert said in page.replace("&#39;", "'")
    assert said in under["11.3"]
    assert said in under["5.2"]
    assert said not in under["11.1"]
    assert under["11.1"] == "observé par le jury seul"
    details = str(told[2].value)
    assert "✗ cause réparée : non (absent)" in details
    assert "– tient après redémarrage : non vérifié" in details
    assert "indices pris" in details
    assert "panne P-12 : tirée, jamais injectée" in page
    assert "panne P-07 : tirée" not in page
    assert not re.search(r"\b\d+ points?\b|point\(s\)", page + str(under))
