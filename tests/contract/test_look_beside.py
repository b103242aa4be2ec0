"""A bench that another labctl solves and looks at, from beside it: verdicts are those of here."""

import sys
from pathlib import Path

import pytest

from labctl.core.verdict import Verdict
from labctl.grade.model import Mode
from labctl.pipeline.observe import Choice, collect, grade
from labctl.pipeline.place import Place, load_place
from labctl.pipeline.solve import solve
from labctl.providers.embedded.provider import EmbeddedProvider
from tests.contract.role_bench import open_bench

pytestmark = pytest.mark.embedded

TRAINING = Choice((), Mode.TRAINING)
BESIDE = (sys.executable, "-m", "labctl", "serve")


def silent_step(_bench: int, _text: str) -> None:
    pass


def find_verdicts(place: Place, choice: Choice = TRAINING) -> dict[str, Verdict]:
    outcomes = collect(place, [1], choice, silent_step)
    run = outcomes[1].value
    assert run is not None, outcomes[1].message
    (graded,) = grade([run], choice)
    return {one.check: one.verdict for one in graded.verdicts.verdicts}


def test_a_labctl_beside_a_bench_sees_what_that_of_here_sees_and_solves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = load_place("demo-ccp2", None)
    with open_bench(place.plan(1), tmp_path):
        here = find_verdicts(place)
        monkeypatch.setattr(EmbeddedProvider, "serve_argv", lambda _self, _plan: BESIDE)
        beside = find_verdicts(place)

        solved = solve(place, [1], "formateur", silent_step)[1]
        after = find_verdicts(place)

    assert here == beside
    assert Verdict.NON_CONFORM in here.values()
    assert solved.value is not None, solved.message
    assert solved.value.changed > 0
    assert {check for check, verdict in after.items() if verdict is Verdict.NON_CONFORM} == set()
    assert list(after.values()).count(Verdict.CONFORM) > list(here.values()).count(Verdict.CONFORM)


def test_a_labctl_beside_that_says_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    said = ("/bin/sh", "-c", "echo lost >&2")
    monkeypatch.setattr(EmbeddedProvider, "serve_argv", lambda _self, _plan: said)

    outcomes = collect(load_place("demo-ccp2", None), [1], TRAINING, lambda *_said: None)

    assert outcomes[1].message == "lost"
    assert outcomes[1].exit_code == 5
