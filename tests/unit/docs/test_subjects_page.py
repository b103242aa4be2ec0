"""docs/sujets.md says how many checks look at each route of a shipped subject."""

import re

from tests.plans import ROOT
from tests.subjects import SUBJECTS

ROW = re.compile(r"^\| .*? \| (\d+) contrôles.*? \| `([\w-]+)` \|$", re.MULTILINE)


def test_the_page_counts_the_checks_of_every_route() -> None:
    page = (ROOT / "docs" / "sujets.md").read_text(encoding="utf-8")
    told = [(room, int(number)) for number, room in ROW.findall(page)]
    assert sorted(told) == sorted((one.room, len(one.checks)) for one in SUBJECTS.values())
