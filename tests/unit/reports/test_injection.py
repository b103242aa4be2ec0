"""Hostile text in facts is inert in every report: parsed back with what a reader would use."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from openpyxl import load_workbook

from labctl.grade.model import Mode
from labctl.reports.registry import FORMATS, load
from tests.sheets import make_sheet

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
)
assert len(PAYLOADS) >= 30


class Tags(HTMLParser):
    """Collect what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def _tags(text: str) -> Tags:
    parser = Tags()
    parser.feed(text)
    parser.close()
    return parser


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_html_gains_no_tag_and_no_attribute(payload: str, tmp_path: Path) -> None:
    (plain,) = load("html").write([make_sheet(text="texte")], tmp_path / "plain")
    (hostile,) = load("html").write([make_sheet(text=payload)], tmp_path / "hostile")
    expected, found = _tags(plain.read_text()), _tags(hostile.read_text())
    assert found.tags == expected.tags
    assert found.attributes == expected.attributes
    assert "\x1b" not in hostile.read_text()


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_csv_has_no_formula_and_keeps_its_lines(payload: str, tmp_path: Path) -> None:
    (path,) = load("csv").write([make_sheet(text=payload)], tmp_path)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 6
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r|%")]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_workbook_has_no_formula(payload: str, tmp_path: Path) -> None:
    (path,) = load("xlsx").write([make_sheet(text=payload)], tmp_path)
    cells = [cell for page in load_workbook(path) for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_junit_stays_xml_with_the_same_shape(payload: str, tmp_path: Path) -> None:
    (path,) = load("junit").write([make_sheet(text=payload)], tmp_path)
    root = Xml.fromstring(path.read_text())  # noqa: S314  # our own file
    assert len(root.findall("./testsuite/testcase")) == 5
    assert len(root.findall(".//failure")) == len(root.findall(".//error")) == 1


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_json_keeps_its_shape(payload: str, tmp_path: Path) -> None:
    (path,) = load("json").write([make_sheet(text=payload)], tmp_path)
    document = json.loads(path.read_text())
    verdicts = document["competencies"][0]["criteria"][1]["verdicts"]
    assert [item["check"] for item in verdicts] == [f"K-{number:03d}" for number in range(1, 6)]


@pytest.mark.parametrize("name", FORMATS)
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


@pytest.mark.parametrize("name", ["html", "json", "csv"])
def test_points_exist_in_training(name: str, tmp_path: Path) -> None:
    written = load(name).write([make_sheet(Mode.TRAINING)], tmp_path)
    text = "".join(path.read_text() for path in written)
    assert any(word in text for word in ("4,2", "4.25", "part_acquise"))
