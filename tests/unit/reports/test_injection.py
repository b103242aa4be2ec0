"""Hostile text in facts is inert in every report: parsed back with what a reader would use."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from openpyxl import load_workbook

from labctl.cli.report import USUAL
from labctl.core.untrusted import inert
from labctl.grade.model import Mode
from labctl.reports.html import write_proofs
from labctl.reports.registry import load
from tests.sheets import make_dossier, make_sheet

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><a href='javascript:alert(1)'>x</a>",
    "</td></tr></table><h1>FAUX</h1>",
    "<!--",
    "]]>",
    "<iframe src=//h>",
    "{{ 7*7 }}",
    "{% raw %}",
    "${7*7}",
    "&lt;script&gt;",
    "<style>*{display:none}</style>",
    "\x1b[2J\x1b[1;1H",
    "\x1b]0;titre\x07",
    "\x1b]8;;http://h\x1b\\x",
    "\x9b31m",
    "a\x00b",
    "\x08\x08\x08conforme",
    "\u202egnp.exe",
    "\u2066texte",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "[x](javascript:alert(1))",
    "\ud83d\ude00 \ufffe \uffff",
    '","verdict":"conforme',
    "x" * 100_000,
    'a;b;"c"\n=d',
    "\uff1d1+1",
    "\uff0bcmd|' /C calc'!A0",
    "\uff20SUM(A1)",
    "\uff0d2+3",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\x1f=1+1",
    "\x0b=1+1",
    "\x85=1+1",
    "'=1+1",
    '"=1+1',
    '=HYPERLINK("http://h","x")',
    "=WEBSERVICE(A1)",
    "%0A=1+1",
    "|calc",
    "\x90payload\x9c",
    "\x9d0;titre\x9c",
    "\x1bP$q\x1b\\",
    "\x1b[6n\x1b[c",
    "\x1b[?1049h",
    "\x1b(0",
    "\x1b]52;c;ZXZpbA==\x07",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea></title><script>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<a href=data:text/html;base64,PHNjcmlwdD4=>x</a>",
    "<base href=//h/>",
    "<meta http-equiv=refresh content=0;url=//h>",
    "<form action=//h><button>",
    "<details open ontoggle=alert(1)>",
    "<x contenteditable onblur=alert(1)>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus=alert(1) x="',
    "` onmouseover=alert(1) `",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "<?php system('id') ?>",
    "-->",
    "&#60;script&#62;",
    "&colon;&Tab;javascript",
    "![x](http://h/x.png)",
    "| a | b |\n|---|---|",
    "```\ncode\n```",
    "# titre\n---\n> cité",
    "\u200fconforme\u200e",
    "\u061cx\u2067y",
    "a\u200bb\u200c\u200d\u2060",
    "\u2028\u2029",
    "e\u0301\u0302\u0303" * 200,
    "\ud800",
    "\udfff\ud800",
    "\U000e0041\U000e0042",
    "\ue000\U000f0000",
    "\x7f\x7f",
    "\r\nSet-Cookie: x",
    "conforme\r              ",
    "\uffff" * 50,
    "\x00" * 50,
    "\u202e" * 50,
    "é" * 1_000_000,
    "<" * 100_000,
    '"' * 100_000,
    "\n" * 100_000,
    "_x000D_\n_x0041_",
    "%s%n%(x)s{0}{x.__class__}",
    "%(name)s",
    "\x1b]8;id=1;file:///etc/passwd\x1b\\cliquez\x1b]8;;\x1b\\",
    "\x1b]1337;File=inline=1:QUJD\x07",
    "\x1b]9;4;3;\x07\x1b]777;notify;t;b\x07",
    "\x1bP+q544e\x1b\\\x1bPq#0;2;0;0;0~-\x1b\\",
    "\x1b_Gf=100;AAAA\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\",
    "\x1b[3J\x1b[?25l\x1b[?2004h\x1b[>4;2m",
    "\x1b%G\x1b#8\x0e\x0f",
    "\x84\x85\x88\x8d\x8e\x8f\x98\x9a\x9e\x9f",
    "\x9b2J\x9b1;1Hconforme",
    "\u2067\u202eemrofnoc\u202c\u2069 non",
    "\u202b\u202aémrofnoc\u202c\u202c",
    "\u05d0conforme\u05d1 : 10.0.0.1",
    "\u0627\u0644\u0646\u062a\u064a\u062c\u0629 : conforme",
    "a" + "\u0300\u0301\u0302\u0303\u0304" * 100,
    "o" + "\u0489" * 60 + "\u20dd" * 60,
    "\u0e47" * 80,
    "COMPTA\u3164\u115f\u1160\uffa0",
    "COMPTA\u2800\u2800",
    "CO\u034fMP\ufe0fTA\U000e0100",
    "a\u180b\u180e\u17b4\u17b5b",
    "\u00adCOM\u00adPTA\u2061\u2062\u206a",
    "\ufff9ancre\ufffaglose\ufffb",
    "с\u043enf\u043erm\u0435",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\u2039script\u203a \u02bcx\u02bc \u2033y\u2033",
    "\U0001f468\u200d\U0001f469\u200d\U0001f466\U0001f3fd",
    "<svg><script href=data:,alert(1) />",
    "<svg><foreignObject><body onload=alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<style>@import url(//h/x.css);</style>",
    "}body{background:url(//h)}/*",
    "*/}html{display:none}/*",
    'x";}@page{@bottom-left{content:"conforme"}}',
    "expression(alert(1)) -moz-binding:url(//h)",
    "<link rel=stylesheet href=//h/x.css>",
    "<object data=//h><embed src=//h><applet>",
    "<video><source onerror=alert(1)></video><audio src=//h>",
    "<input type=image src=//h onerror=alert(1)>",
    "<img srcset='//h 1x' style=background:url(//h)>",
    "<template><slot></template><noscript><p title='</noscript><img>'>",
    "<table><td background=//h>",
    "&lt;img src=x&gt; &#x3c;b&#x3e; &#0; &#xD800; &NewLine;",
    "&amp;lt;b&amp;gt; &#38;#60;b&#38;#62;",
    "\x0c<b\x0conload=x>",
    "<b title=`x` y='\"'>",
    "<!--[if IE]><script>x</script><![endif]-->",
    "<!DOCTYPE html><html><head>",
    "\t\t=cmd|'/C calc'!A0",
    "\r\n@SUM(1)",
    " \u2007\u202f=1+1",
    "\ufe66cmd|'/C calc'!A0",
    "\ufe62\ufe63\ufe6b1",
    "a,=cmd|'/C calc'!A0,b",
    'a";"=1+1";"b',
    "a\t=1+1\tb",
    "a;\u00a0@SUM(A1)",
    '=DDE("cmd";"/C calc";"x")',
    "=IMPORTXML(CONCAT(1),2)",
    "x" * 32_768,
    "=" + "9" * 40_000,
    "_x000d__x0009__x003D_1",
    "&P&N&D&F&Zfaux&K00FF00",
    "'Feuille 2'!A1",
    "mailto:a@b?cc=c http://h/ file:///etc/passwd",
    "[x]: javascript:alert(1) 'y'",
    "<javascript:alert(1)>",
    "~~~\n<script>x</script>\n~~~",
    "\\| a \\| \\[b\\](c)",
    "NaN Infinity -0 1e400 123456789012345678901234567890",
    '{"points":20}\n{"a":1}',
    "\ud83d \ude00 \udc80\udcff",
    "\\u0000 \\ud800 \\/",
    "anticonstitutionnellement" * 40,
    "ligne\n" * 5000,
    "\u2028ligne\u2029" * 500,
)
assert len(PAYLOADS) >= 175


class Tags(HTMLParser):
    """Collect what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def is_inert(text: str) -> bool:
    """Tell whether a file shown as it is moves no cursor, turns no text round, hides nothing."""
    return inert(text, len(text)) == text


def _formulas(text: str, delimiter: str) -> list[str]:
    """Return the cells that a spreadsheet of this separator takes for formulas."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    signs = tuple("=+-@\t\r|%\ufe62\ufe63\ufe66\ufe6b\uff05\uff1d\uff0b\uff0d\uff20")
    return [cell for row in rows for cell in row if cell.lstrip(" ").startswith(signs)]


def _tags(text: str) -> Tags:
    parser = Tags()
    parser.feed(text)
    parser.close()
    return parser


@pytest.fixture(scope="module")
def harmless_page(tmp_path_factory: pytest.TempPathFactory) -> Tags:
    folder = tmp_path_factory.mktemp("plain")
    (page,) = load("html").write([make_sheet(text="texte")], folder)
    return _tags(page.read_text())


@pytest.fixture(scope="module")
def harmless_evidence(tmp_path_factory: pytest.TempPathFactory) -> Tags:
    return _tags(write_evidence("texte", tmp_path_factory.mktemp("plain")))


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_html_gains_no_tag_and_no_attribute(
    payload: str, tmp_path: Path, harmless_page: Tags
) -> None:
    (hostile,) = load("html").write([make_sheet(text=payload)], tmp_path / "hostile")
    found = _tags(hostile.read_text())
    assert found.tags == harmless_page.tags
    assert found.attributes == harmless_page.attributes
    assert is_inert(hostile.read_text())


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_evidence_gains_no_tag_and_no_attribute(
    payload: str, tmp_path: Path, harmless_evidence: Tags
) -> None:
    hostile = write_evidence(payload, tmp_path)
    found = _tags(hostile)
    assert found.tags == harmless_evidence.tags
    assert found.attributes == harmless_evidence.attributes
    assert is_inert(hostile)


def write_evidence(text: str, folder: Path) -> str:
    """Return the page of evidence of a machine that answers with a text, and is named so."""
    dossier = make_dossier(
        node=text, transport=text, question=text, body=text, trouble=text, answer=text, digest=text
    )
    return write_proofs(make_sheet(text=text), dossier, folder).read_text()


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_csv_has_no_formula_and_keeps_its_lines(payload: str, tmp_path: Path) -> None:
    (path,) = load("csv").write([make_sheet(text=payload)], tmp_path)
    text = path.read_bytes().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))) == 6
    assert not [*_formulas(text, ";"), *_formulas(text, ",")]
    assert is_inert(text.replace("\r\n", "\n"))


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_workbook_has_no_formula(payload: str, tmp_path: Path) -> None:
    (path,) = load("xlsx").write([make_sheet(text=payload)], tmp_path)
    cells = [cell for page in load_workbook(path) for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    assert is_inert("".join(str(cell.value or "") for cell in cells))


def test_workbook_decodes_no_code_of_a_character(tmp_path: Path) -> None:
    (path,) = load("xlsx").write([make_sheet(text="_x202E_gnp _x001B_ _x_ _x00_")], tmp_path)
    said = [cell.value for cell in next(load_workbook(path)["Constats"].iter_rows(min_row=2))]
    assert said[-2] == "_x005F_x202E_gnp _x005F_x001B_ _x_ _x00_"


def test_the_workbook_lists_what_to_ask_about_and_names_what_blocks(tmp_path: Path) -> None:
    (path,) = load("xlsx").write([make_sheet()], tmp_path)
    book = load_workbook(path)
    asked = [[cell.value for cell in row] for row in book["À aborder"].iter_rows(min_row=2)]
    assert asked[0] == [7, "5.2", "K-001", "Contrôle 1", "△ aidé", "K-004"]
    assert [row[2] for row in asked] == ["K-001", "K-002", "K-003"]
    blocked = [cell.value for cell in book["Constats"][5]]
    assert blocked[5] == "bloqué par : K-001 Contrôle 1"
    assert blocked[-1] == "#3"


def test_a_workbook_prints_as_wide_as_a_page(tmp_path: Path) -> None:
    (path,) = load("xlsx").write([make_sheet(), make_sheet(bench=8)], tmp_path)
    pages = list(load_workbook(path))
    assert {page.print_title_rows for page in pages} == {"$1:$1"}
    assert {(page.page_setup.orientation, page.page_setup.fitToHeight) for page in pages} == {
        ("landscape", 0)
    }
    assert {page.oddFooter.right.text for page in pages if page.oddFooter} == {"&P / &N"}
    assert {page.freeze_panes for page in pages} == {"B2"}
    assert [len(list(page.rows)) for page in pages] == [3, 3, 7, 11, 3]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_junit_stays_xml_with_the_same_shape(payload: str, tmp_path: Path) -> None:
    (path,) = load("junit").write([make_sheet(text=payload)], tmp_path)
    root = Xml.fromstring(path.read_text())  # noqa: S314  # our own file
    assert len(root.findall("./testsuite/testcase")) == 5
    assert len(root.findall(".//failure")) == len(root.findall(".//error")) == 1
    assert is_inert(path.read_text())


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_json_keeps_its_shape(payload: str, tmp_path: Path) -> None:
    (path,) = load("json").write([make_sheet(text=payload)], tmp_path)
    document = json.loads(path.read_text())
    verdicts = document["competencies"][0]["criteria"][1]["verdicts"]
    assert [item["check"] for item in verdicts] == [f"K-{number:03d}" for number in range(1, 6)]
    assert is_inert(path.read_text())


@pytest.mark.parametrize("name", USUAL)
def test_a_second_write_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    if name == "xlsx":
        pytest.skip("a workbook carries the time it was written")
    first = [path.read_bytes() for path in load(name).write([make_sheet()], tmp_path / "a")]
    second = [path.read_bytes() for path in load(name).write([make_sheet()], tmp_path / "b")]
    assert first == second


@pytest.mark.parametrize("name", ["html", "json", "csv", "junit"])
def test_no_point_exists_in_an_exam(name: str, tmp_path: Path) -> None:
    written = load(name).write([make_sheet(Mode.EXAM)], tmp_path)
    text = "".join(path.read_text() for path in written).lower()
    text = re.sub("<style>.*</style>", "", text, flags=re.DOTALL)
    for word in ("points", "weight", "earned", "poids", "4,2", "4.25", "barème"):
        assert word not in text


def test_no_ratio_exists_in_an_exam(tmp_path: Path) -> None:
    sheets = [replace(make_sheet(bench=bench), collected_at="hier") for bench in (7, 8)]
    pages = load("html").write(sheets, tmp_path)
    (book,) = load("xlsx").write(sheets, tmp_path)
    cells = [cell for page in load_workbook(book) for row in page.iter_rows() for cell in row]
    written = [re.sub("<style>.*</style>", "", page.read_text(), flags=re.DOTALL) for page in pages]
    assert not re.findall(r"\d ?/ ?\d", "".join((*written, *(str(cell.value) for cell in cells))))


@pytest.mark.parametrize("name", ["html", "json", "csv"])
def test_points_exist_in_training(name: str, tmp_path: Path) -> None:
    written = load(name).write([make_sheet(Mode.TRAINING)], tmp_path)
    text = "".join(path.read_text() for path in written)
    assert any(word in text for word in ("4,2", "4.25", "part_acquise"))
