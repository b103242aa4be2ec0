"""The page of figures says what was measured."""

from tests.bench.asked import ASKED
from tests.bench.page import NAMES, render

RACE = {
    "machine": {"cores": 2, "kernel": "6.12", "python": "3.13.5", "load_at_start": 0.1},
    "hosts": 96,
    "checks": 1440,
    "rounds": 3,
    "labctl": {"gathered_s": 4.1, "judged_s": 5.2},
    "others": {name: {"median_s": 10.4, "times_labctl": 2.0} for name in NAMES},
    "growth": [{"hosts": 48, "checks": 15, "judged_s": 2.6}],
}
VERBS = {
    "seconds": {"help": 0.071, "validate": 0.6},
    "benches": [{"benches": 16.0, "up": 80.2, "reset": 60.1, "grade": 14.0, "down": 3.0}],
}


def test_the_page_shows_every_contender_growth_and_verbs() -> None:
    page = render({"race": RACE, "verbs": VERBS})

    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert "| **labctl**, gathered and judged | 5.2 | 1 |" in rows
    assert len([row for row in rows if row.endswith("| 10.4 | 2.0 |")]) == len(NAMES)
    assert "| 48 | 15 | 2.6 |" in rows
    assert "| 16 | 80.2 s | 60.1 s |  | 14.0 s | 3.0 s |" in rows


def test_fifteen_different_things_are_asked() -> None:
    assert len({one.name for one in ASKED}) == len({one.argv for one in ASKED}) == 15
