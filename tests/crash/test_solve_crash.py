"""kill -9 of solve at any moment: the next solve finishes, and the one after changes nothing."""

import pytest

from tests.commands import Command
from tests.crash.killed_verb import kill_verb, measure
from tests.crash.small import KILLS, SCALE
from tests.figures import Figures

pytestmark = pytest.mark.embedded

SOLVE = ("solve", "1")
Moment = tuple[str | float, bool]
WORDS: list[Moment] = [
    ("routeur : Fichiers", False),
    ("dc : Unités", True),
    ("poste : Contrôleur", True),
]
"""A word of the progress, and whether the whole group is killed."""
PARTS: list[Moment] = [
    (0.05, False), (0.2, True), (0.35, False), (0.5, True), (0.65, False), (0.8, True),
]  # fmt: skip
"""A part of the time that a whole solution takes."""
ROWS = [WORDS] if SCALE == 1 else [[one] for one in (*WORDS, *PARTS)]
"""Kills of one solution, each of what the one before left; ``make crash`` tries each alone."""


@pytest.fixture(scope="module")
def length_s(solved: Command) -> float:
    """Measure a whole solution of a new bench, where instants are tried."""
    if SCALE == 1:
        return 0.0
    solved.must("reset", "1")
    return measure(solved, SOLVE)


@pytest.mark.parametrize("moments", ROWS)
def test_what_a_killed_solve_left_is_finished_by_the_next(
    solved: Command, figures: Figures, length_s: float, moments: list[Moment]
) -> None:
    solved.must("reset", "1")
    for moment, group in moments:
        when = moment if isinstance(moment, str) else moment * length_s
        if kill_verb(solved, SOLVE, when, group=group):
            figures.add(KILLS, "solve, the whole group" if group else "solve")

    solved.must(*SOLVE)

    assert solved.json(*SOLVE)["solved"]["1"]["changed"] == 0
    verdicts = solved.verdicts(1)
    assert {check for check, v in verdicts.items() if v["verdict"] != "conforme"} == set()
