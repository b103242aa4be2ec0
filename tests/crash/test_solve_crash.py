"""kill -9 of solve at any moment: the next solve finishes, and the one after changes nothing."""

import pytest

from tests.commands import Command
from tests.crash.killed_verb import kill_when_it_says

pytestmark = pytest.mark.embedded


@pytest.mark.parametrize(
    ("word", "group"),
    [("routeur : Mot de passe", False), ("dc : Unités", True), ("poste : Contrôleur", True)],
)
def test_what_a_killed_solve_left_is_finished_by_the_next(
    solved: Command, word: str, *, group: bool
) -> None:
    solved.must("reset", "1")
    kill_when_it_says(solved, ("solve", "1"), word, group=group)

    solved.must("solve", "1")

    assert solved.json("solve", "1")["solved"]["1"]["changed"] == 0
    verdicts = solved.verdicts(1)
    assert {check for check, v in verdicts.items() if v["verdict"] != "conforme"} == set()
