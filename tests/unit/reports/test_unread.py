"""What a cahier asks and no check reads is said to the jury, under its critère."""

from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from labctl.core.verdict import BenchVerdicts
from labctl.grade.document import from_document, to_document
from labctl.grade.model import GradeSheet, Mode
from labctl.grade.sheet import Frame, build_sheet
from labctl.reports import registry
from labctl.reports.rows import each_unread
from labctl.spec.observed import Unread
from labctl.spec.referential import load_referential
from tests.plans import ROOT
from tests.sheets import make_sheet

GROUP = Unread("durcissement.rdp.groupe", "Bureau à distance, groupe admis")
MAIL = Unread("messagerie", "Messagerie")
VERDICTS = BenchVerdicts(1, "A", "c", "namespace", "", "", "", ())


def sheet_of(mode: Mode = Mode.EXAM, route: str = "titre") -> GradeSheet:
    """Return a sheet without verdicts, with something for a critère and something for none."""
    referential = load_referential(ROOT / "inventories" / "referentials" / "tai.yml")
    asked = {"4.1": (GROUP,), "": (MAIL,)}
    return build_sheet(VERDICTS, referential, Frame(mode, route, "t", "c", unread=asked))


def test_it_is_a_value_of_the_sheet() -> None:
    for mode in Mode:
        sheet = sheet_of(mode)
        assert list(each_unread(sheet)) == [("4.1", GROUP), ("", MAIL)]
        assert from_document(to_document(sheet)) == sheet


def test_what_is_for_a_critere_of_another_route_is_left_out() -> None:
    assert list(each_unread(sheet_of(route="ccp3"))) == [("", MAIL)]


def test_a_sheet_of_an_older_run_has_none() -> None:
    document = to_document(sheet_of())
    del document["unread"]
    for competency in document["competencies"]:
        for criterion in competency["criteria"]:
            del criterion["unread"]
    assert list(each_unread(from_document(document))) == []


def test_the_page_says_it_under_its_critere_and_the_rest_at_the_end(tmp_path: Path) -> None:
    page, *_others = registry.load("html").write([sheet_of()], tmp_path)
    parts = page.read_text("utf-8").split('<p class="unread">')
    assert len(parts) == 3
    assert parts[0].rindex('<span class="num">4.1</span>') > parts[0].rindex("3.4")
    assert "groupe admis" in parts[1]
    assert "durcissement.rdp.groupe" in parts[1]
    assert "Messagerie" in parts[2]
    assert parts[1].count("Compétence") > parts[2].count("Compétence") == 0


def test_a_page_with_none_says_nothing_of_it(tmp_path: Path) -> None:
    page, *_others = registry.load("html").write([make_sheet()], tmp_path)
    assert "non observé par la machine" not in page.read_text("utf-8")


def test_the_workbook_has_a_page_of_it(tmp_path: Path) -> None:
    (path,) = registry.load("xlsx").write([sheet_of(), replace(sheet_of(), bench=2)], tmp_path)
    rows = list(load_workbook(path)["Non observé"].iter_rows(min_row=2, values_only=True))
    assert rows[0] == (1, "4.1", GROUP.label, GROUP.key)
    assert [row[0] for row in rows] == [1, 1, 2, 2]
    (path,) = registry.load("xlsx").write([make_sheet()], tmp_path)
    assert "Non observé" not in load_workbook(path).sheetnames
