"""What a sheet has of incidents reaches every format; in an exam without a point."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from labctl.core.incident import Told
from labctl.core.verdict import BenchVerdicts
from labctl.grade.document import from_document, to_document
from labctl.grade.model import GradeSheet, IncidentSheet, Learner, LineSheet, Mode
from labctl.grade.sheet import Frame, build_sheet, without_points
from labctl.reports import registry
from labctl.reports.incident_rows import list_details, say_incident
from labctl.reports.rows import list_notices
from labctl.spec.incident import LineName
from labctl.spec.referential import load_referential
from tests.plans import ROOT
from tests.sheets import make_incident, make_sheet

GREEN = tuple(LineSheet(name, Told.YES) for name in LineName if name is not LineName.LASTING)


def sheet_of(mode: Mode = Mode.EXAM) -> GradeSheet:
    good = make_incident(
        mode,
        ticket=2,
        id="P-12",
        repaired="2026-01-01T10:12:05Z",
        lines=GREEN,
        is_workaround=False,
        lasting=None,
        hints=(),
        windows=(),
    )
    return replace(make_sheet(mode), incidents=(make_incident(mode, "<cause>"), good))


def test_it_is_a_value_of_the_sheet_and_an_exam_has_no_key_of_points() -> None:
    for mode in Mode:
        read = from_document(to_document(sheet_of(mode)))
        assert read.incidents == sheet_of(mode).incidents
    exam = json.dumps(to_document(sheet_of()))
    assert not re.search(r'"(points|price|weight)"', exam)
    assert (
        to_document(without_points(sheet_of(Mode.TRAINING)))["incidents"]
        == json.loads(exam)["incidents"]
    )


def test_a_sheet_of_an_older_run_has_none() -> None:
    document = to_document(make_sheet())
    del document["incidents"]
    assert from_document(document).incidents == ()


def test_a_critere_of_another_route_is_left_out_and_an_exam_has_no_price() -> None:
    referential = load_referential(ROOT / "inventories/referentials/tai.yml")
    verdicts = BenchVerdicts(1, "A", "c", "namespace", "", "", "", ())
    one = replace(make_incident(Mode.TRAINING), criteria=("11.3", "1.1"))
    for mode, price in ((Mode.EXAM, 0), (Mode.TRAINING, 2)):
        frame = Frame(mode, "ccp3", "t", "c", incidents=(one,))
        (found,) = build_sheet(verdicts, referential, frame).incidents
        assert (found.criteria, found.hints[0].price) == (("11.3",), price)
        assert (found.points is None) == (mode is Mode.EXAM)


def test_the_page_has_four_lines_each_and_one_under_every_critere(tmp_path: Path) -> None:
    page = registry.load("html").write([sheet_of()], tmp_path)[0].read_text("utf-8")
    section = page[page.index('<section class="incidents">') :].split("</section>")[0]
    assert section.count("<tr><td>") == 5 + 1 + 1 + 5  # a hint, windows
    assert "contournement" in section
    assert "&lt;cause&gt;" in section
    assert "réparée : 01/01 10:12 (11 min 05 s)" in section.replace("\u00a0", " ")
    assert "non vérifié</span>" in section
    assert page.count('href="#panne-1"') == 3  # of 5.1 twice: its line of the synthesis
    assert "<i>jury seul" not in page
    assert not re.search(r"\bpoints?\b|/ 10", page)


def test_training_says_points_and_the_price_of_a_hint(tmp_path: Path) -> None:
    page = registry.load("html").write([sheet_of(Mode.TRAINING)], tmp_path)[0].read_text("utf-8")
    assert "0,0 / 10,0" in page
    assert "(2 point(s))" in page


def test_the_workbook_has_a_column_for_each_line(tmp_path: Path) -> None:
    for mode in Mode:
        (path,) = registry.load("xlsx").write([sheet_of(mode)], tmp_path)
        head, first, second = load_workbook(path)["Pannes"].iter_rows(values_only=True)
        assert ("Points" in head) == (mode is Mode.TRAINING)
        at = head.index("symptôme parti")
        assert first[at : at + 5] == ("✓ oui", "✗ non", "✗ non", "? non vérifiable", "✗ non")
        assert second[at : at + 5] == (*["✓ oui"] * 4, "– non vérifié")


def test_one_line_names_what_else_broke() -> None:
    said = say_incident(make_incident(text="pourquoi"))
    assert said == (
        "Ticket 1, panne P-07 : pourquoi : contournement : le symptôme est parti, la cause est"
        " encore là ; symptôme parti : oui, cause réparée : non, rien d'autre de cassé : non"
        " (K-058 : pourquoi ; K-061 : pourquoi), sécurité gardée : non vérifiable, tient après"
        " redémarrage : non"
    )
    details = "\n".join(list_details(make_incident()))
    assert "01/01 10:02 PC-01, 01/01 10:09 SW-01" in details
    assert "indices pris : texte" in details


def test_one_that_never_showed_has_no_line() -> None:
    never = make_incident(shown="", looked="", lines=(), lasting=None, is_workaround=False)
    said = say_incident(never)
    assert "le symptôme n'a jamais été observé" in said
    assert "personne n'a regardé" in said
    assert "symptôme parti" not in said
    refused = replace(never, trouble="K-058 doit être conforme avant")
    assert say_incident(refused).endswith(
        "n'a pas pu être injectée : K-058 doit être conforme avant"
    )


def test_what_was_on_the_bench_is_a_notice() -> None:
    assert "Pannes sur le banc pendant ce relevé : ticket 1 (P-07)." in list_notices(sheet_of())[0]
    only_good = replace(sheet_of(), incidents=sheet_of().incidents[1:])
    assert not any("Pannes" in one for one in list_notices(only_good))


def test_a_table_has_a_line_of_each_incident_and_points_in_training_only(tmp_path: Path) -> None:
    def read(mode: Mode, incidents: tuple[IncidentSheet, ...]) -> list[dict[str, str]]:
        learner = Learner("=Aimata", "C01", since="2026-01-01T10:00:30Z")
        sheet = replace(make_sheet(mode), learner=learner, incidents=incidents)
        path = registry.load("csv").write([sheet], tmp_path)[-1]
        assert path.name == "pannes.csv"
        return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))

    early = make_incident(Mode.TRAINING, shown="2026-01-01T10:00:00Z")
    first, second, third = read(Mode.TRAINING, (*sheet_of(Mode.TRAINING).incidents, early))
    assert (first["panne"], first["cause_reparee"], second["cause_reparee"]) == (
        "P-07", "non", "oui",
    )  # fmt: skip
    assert (second["secondes"], second["tient_apres_redemarrage"]) == ("665", "")
    assert (first["apprenant"], first["points"], first["points_au_plus"]) == ("'=Aimata", "0", "10")
    assert (third["apprenant"], third["points"]) == ("", "")
    assert "points" not in read(Mode.EXAM, sheet_of().incidents)[0]
    assert len(registry.load("csv").write([make_sheet()], tmp_path)) == 1
