"""What waits for a candidate: the subject, models, files that topics give."""

import io
import zipfile

import openpyxl
import pytest

from checks.quote.demand import Quote
from labctl.core.ids import NodeName
from labctl.pipeline.folder import Waiting, fill_folder
from labctl.pipeline.place import load_place
from tests.plans import ROOT


def fill(room: str, bench: int = 1) -> Waiting:
    place = load_place(room, None)
    return fill_folder(place, bench, place.plan(bench).route)


@pytest.fixture(scope="module")
def waiting() -> Waiting:
    return fill("demo", 2)


def test_the_subject_waits_with_what_it_names(waiting: Waiting) -> None:
    assert set(waiting.files) == {
        *("sujet/cahier.txt", "sujet/cahier.pdf", "sujet/notices.txt", "sujet/notices.pdf"),
        *("modeles/plan-adressage.xlsx", "modeles/fiche-intervention.odt"),
        *("modeles/pv-recette.odt", "modeles/devis.ods"),
        *("fichiers/TEMOIN-02.txt", "fichiers/fond.png"),
        *("fichiers/catalogue.csv", "fichiers/taxes.csv"),
    }
    assert waiting.files["sujet/cahier.txt"].decode() == waiting.subject
    assert waiting.files["fichiers/fond.png"].startswith(b"\x89PNG")


def test_a_subject_without_them_has_no_such_files() -> None:
    assert not any(place.startswith("fichiers/") for place in fill("demo-ccp2").files)


def test_the_witness_is_of_its_bench_alone(waiting: Waiting) -> None:
    assert b"banc 02" in waiting.files["fichiers/TEMOIN-02.txt"]


def test_the_annexe_waits_once_every_password_is_here(waiting: Waiting) -> None:
    assert waiting.annexe == b""  # the bench was not built: it has drawn none
    assert fill("demo-ccp2").annexe.startswith(b"%PDF")


def test_the_same_bench_has_the_same_bytes(waiting: Waiting) -> None:
    """Or an open way in would be taken for another one, and its lines be cut."""
    assert fill("demo", 2).files == waiting.files


def test_models_are_sheets_with_places_to_write(waiting: Waiting) -> None:
    name = load_place("demo", None).plan(2).nodes[NodeName("poste")].hostname
    book = openpyxl.load_workbook(io.BytesIO(waiting.files["modeles/plan-adressage.xlsx"]))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert (name, None, None, None, None, None) in rows
    with zipfile.ZipFile(io.BytesIO(waiting.files["modeles/devis.ods"])) as sheet:
        assert "Référence" in sheet.read("content.xml").decode()


@pytest.mark.parametrize("room", ["demo", "demo-cabinet", "demo-ccp3"])
def test_the_catalogue_has_a_line_of_each_kind_that_is_asked(room: str) -> None:
    lines = (ROOT / "checks/quote/given/catalogue-XPF.csv").read_text("utf-8").splitlines()
    kinds = {line.split(";")[1] for line in lines[1:]}
    place = load_place(room, None)
    asked = [place.plan(bench).demand(Quote) for bench in place.room.benches[:3]]
    assert {name for one in asked for name in one.required_lines} <= kinds
    assert {line.count(";") for line in lines} == {6}
