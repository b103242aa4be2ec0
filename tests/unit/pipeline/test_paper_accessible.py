"""A checker of PDF/UA-1 and WCAG 2.2 finds no error in what is printed (``make papers``).

It reads what a screen reader would: text that nothing announces, prose taken for decoration, tables
without heads, pictures without words. It is calibrated on veraPDF, which is not at hand, and knows
nothing of PDF/A: that is what Typst checks when it writes.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core import paths
from labctl.pipeline.paper import Wish, list_without_sheet, print_documents
from labctl.reports.printed.document import FOLDER
from tests.printing import OF_THE_DAY, Told, list_rooms

outloud = pytest.importorskip("outloud", reason="make papers installs it", exc_type=ImportError)
pytestmark = [pytest.mark.nightly, pytest.mark.usefixtures("own_state")]


def list_errors(told: Told, use_content: Callable[[Path], None], folder: Path) -> dict[str, object]:
    """Print what can be printed beforehand, and return what is wrong with each PDF that has it."""
    place = told.load(use_content)
    wish = Wish(tuple(list_without_sheet()), "", OF_THE_DAY)
    files = print_documents({1: place}, wish, folder).files
    results = {path.name: outloud.check(str(path)) for path in files if path.suffix == ".pdf"}
    assert results
    return {
        name: result.error or [one.rule for one in result.findings if one.severity == "error"]
        for name, result in results.items()
        if result.verdict not in ("pass", "review")
    }


@pytest.mark.parametrize("told", list_rooms(), ids=lambda told: told.room)
def test_nothing_is_wrong_with_a_paper(
    told: Told, use_content: Callable[[Path], None], tmp_path: Path
) -> None:
    assert list_errors(told, use_content, tmp_path / "papers") == {}


def test_what_only_the_foot_of_a_page_says_is_an_error(
    use_content: Callable[[Path], None], tmp_path: Path
) -> None:
    layout = paths.find_content(FOLDER, "mise-en-page.typ").read_text(encoding="utf-8")
    mine = tmp_path / "content" / FOLDER / "mise-en-page.typ"
    mine.parent.mkdir(parents=True)
    said = 'align(right, "page " +'
    assert said in layout
    mine.write_text(layout.replace(said, 'align(right, d.note + " de ce papier, page " +'))
    use_content(tmp_path / "content")

    wrong = list_errors(Told("demo"), lambda _: None, tmp_path / "papers")

    assert wrong["banc-01-annexe.pdf"] == ["TAG-002"]
