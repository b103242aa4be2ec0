"""Papers of a session: who sits where, and what happened there."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.collect.recorder import Circumstances, Recorder
from labctl.core.clock import timestamp
from labctl.core.coming import Coming
from labctl.core.errors import UsageError
from labctl.core.handed import Document
from labctl.core.incident import Looked
from labctl.core.store import write_json
from labctl.core.verdict import Help
from labctl.grade.document import to_document
from labctl.pipeline.conduct import act, open_session
from labctl.pipeline.helped import note_help, read_helps
from labctl.pipeline.incident_book import THERE, UNDONE, Book, Record, retire_book, write_book
from labctl.pipeline.journal import find_stamp, note_breakdown, read_state
from labctl.pipeline.paper import Wish, print_documents
from labctl.pipeline.place import load_place, new_run
from labctl.pipeline.sitting import read_sitting
from tests.printing import print_one, read_pdf
from tests.sheets import make_sheet
from tests.unit.session.days import lay_session

pytestmark = pytest.mark.usefixtures("own_state")


def test_a_session_names_who_sits_where_and_until_when(tmp_path: Path) -> None:
    places, sitting = read_sitting("demo", (1, 2))

    files = print_documents(places, Wish(("porte", "emargement"), "", sitting), tmp_path).files

    texts = {path.name: read_pdf(path.read_bytes()) for path in files}
    seat = sitting.at(1)
    assert seat.name in texts["banc-01-porte.pdf"]
    assert f"{seat.start}" in texts["banc-01-porte.pdf"]
    assert sitting.at(2).name not in texts["banc-01-porte.pdf"]
    assert all(sitting.at(bench).name in texts["salle-emargement.pdf"] for bench in (1, 2))


def test_who_was_granted_more_time_is_told_so_at_their_seat(tmp_path: Path) -> None:
    places, sitting = read_sitting("demo", (2, 3))

    files = print_documents(places, Wish(("porte",), "", sitting), tmp_path).files

    texts = {path.name: read_pdf(path.read_bytes()) for path in files}
    assert sitting.at(3).accommodations == "tiers-temps"
    assert re.search(r"Durée de travail\s*3\s*h", texts["banc-02-porte.pdf"])
    assert re.search(r"Durée de travail\s*4\s*h", texts["banc-03-porte.pdf"])


def test_papers_name_who_sat_there_whatever_becomes_of_the_list(tmp_path: Path) -> None:
    files = lay_session(tmp_path)
    open_session(str(files), "V", dry_run=False)
    name = read_sitting("demo", (1,))[1].at(1).name
    roster = files.with_name("demo.csv")
    text = roster.read_text("utf-8")
    roster.write_text(text.replace(name, "Quelqu'un d'autre"), "utf-8")

    assert read_sitting(str(files), (1,))[1].at(1).name == name
    roster.unlink()
    files.unlink()
    assert read_sitting("demo", (1,))[1].at(1).name == name


def test_a_bench_that_nobody_of_the_session_has_is_refused() -> None:
    with pytest.raises(UsageError, match="17"):
        read_sitting("demo", (1, 17))


def test_papers_of_an_open_session_have_what_its_journal_says(tmp_path: Path) -> None:
    open_session("demo", "V", dry_run=False)
    for kind, detail in (
        ("start", {"exam_phase": 1}),
        ("incident", {"text": "écran remplacé", "given_s": 300}),
        ("stop", {}),
        ("seal", {"fingerprint": "c0ffee" * 11, "number": "004512"}),
    ):
        act("demo", kind, (2,), "V", detail, dry_run=False)
    places, sitting = read_sitting("demo", (1, 2))

    names = ("scelle", "incidents", "emargement")
    files = print_documents(places, Wish(names, "", sitting), tmp_path).files

    texts = {path.name: read_pdf(path.read_bytes()) for path in files}
    head = read_state("demo").head
    assert all(head in "".join(text.split()) for text in texts.values())
    assert "004512" in texts["salle-scelle.pdf"]
    assert "c0ffee" in texts["salle-scelle.pdf"]
    assert "écran remplacé" in texts["salle-incidents.pdf"]


def test_what_happened_on_a_bench_is_told_minute_by_minute(tmp_path: Path) -> None:
    open_session("demo", "Vaite", dry_run=False)
    act("demo", "sign", (2,), "Vaite", {"document": "notice"}, dry_run=False)
    act("demo", "start", (2,), "Vaite", {"exam_phase": 1}, dry_run=False)
    note_help(2, Help("2026-11-28T05:30:00Z", "Heifara", "ne répond plus", "L2", "Annuaire"))
    run = observe_bench(2)
    break_bench(2)
    for did in ("inject", "look"):
        note_breakdown(2, did, "P-07", {"symptom": "non"}, "Vaite")
    act("demo", "stop", (2,), "Vaite", {}, dry_run=False)
    places, sitting = read_sitting("demo", (1, 2))

    names = ("deroule", "pv-session", "horaires", "depot", "notice")
    files = print_documents(places, Wish(names, "", sitting), tmp_path).files

    texts = {path.name: " ".join(read_pdf(path.read_bytes()).split()) for path in files}
    told = texts["banc-02-deroule.pdf"]
    for words in (
        "phase 1 commencée",
        "connexion du candidat depuis 192.0.2.7",
        "fenêtre ouverte sur SW-PAP-01",
        "connexion refusée : 192.0.2.7 (trop de connexions en une minute)",
        "document remis : fiche é.txt (8 octets",
        "configuration de secours du lot L2, Annuaire : ne répond plus",
        "phase finie",
        "panne P-07 : symptôme observé, le temps compte",
        "panne P-07 : contournement ; symptôme parti : oui, cause réparée : non",
        "Vaite panne P-07 : injectée",
        "Vaite panne P-07 : contournement",
    ):
        assert words in told, run
    assert "panne P-01" not in told
    assert told.count("symptôme observé") == 1
    assert "1, P-07 : Le VLAN du Wi-Fi" in texts["salle-pv-session.pdf"]
    refused = "P-40 : n'a pas pu être injectée : le symptôme ne se montre pas"
    assert (refused in told, "P-40 : injectée" in told) == (True, False)
    assert "contournement : le symptôme est parti" in texts["salle-pv-session.pdf"]
    assert "fenêtre" not in texts["banc-01-deroule.pdf"]
    assert "Vaite 2 phase 1 commencée" in texts["salle-pv-session.pdf"]
    assert "Heifara Lucas" in texts["salle-pv-session.pdf"]
    assert "07:00–10:00 Phase préparatoire à sa place" in texts["salle-horaires.pdf"]
    assert "Phase en présence du jury banc 01, Aimata Brillant" in texts["salle-horaires.pdf"]


def break_bench(bench: int) -> None:
    """Write that an incident was injected now, seen and looked at once, and one taken away."""
    now = timestamp()
    looks = (Looked(now, {"symptom": "oui", "cause": "non"}, {}),)
    before = Record("P-01", THERE, {}, "2020-01-01T00:00:00Z", shown="2020-01-01T00:00:01Z")
    there = Record("P-07", THERE, {}, now, shown=now, looks=looks)
    refused = Record("P-40", UNDONE, {}, now, trouble="le symptôme ne se montre pas", undone=now)
    write_book(bench, Book((before, there, refused)))
    retire_book(bench)


def observe_bench(bench: int) -> Path:
    """Write a run of a bench as a collection does, with what happened at its way in."""
    run = new_run(bench)
    comings = [("opened", "22002"), ("line", "192.0.2.7"), ("window", "commutateur")]
    comings += [("refused", "192.0.2.7 (too often)"), ("ended", "192.0.2.7")]
    recorder = Recorder(run, ())
    known = Circumstances(
        stamp=find_stamp(bench),
        documents=(Document("fiche é.txt", b"ma fiche", "2026-11-28T05:31:00Z"),),
        comings=tuple(Coming("2026-11-28T05:29:00+00:00", *one) for one in comings),
    )
    recorder.start(load_place("demo", None).plan(bench), "namespace", ["Identity"], known)
    recorder.finish()
    sheet = make_sheet(bench=bench)
    helped = replace(sheet.provenance, stamp=find_stamp(bench), helps=read_helps(bench))
    write_json(run / "gradesheet.json", to_document(replace(sheet, provenance=helped)))
    return run


@pytest.mark.parametrize("name", ["deroule", "horaires"])
def test_a_paper_about_a_session_is_refused_without_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as raised:
        print_one(load_place("demo", None), tmp_path, name)

    assert "--session SESSION" in raised.value.hint
