"""Versions of labctl that a kill breaks, on purpose: the tests of this folder must see each.

A test that sees nothing wrong with them would prove nothing of the real one.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, BenchState, Phase
from labctl.providers.works import building
from labctl.seal import document
from labctl.seal.document import SealPhase
from tests.crash import small
from tests.crash.small import TRIALS, Trial, find_troubles, watched_state
from tests.figures import Figures

pytestmark = pytest.mark.embedded

POINTS = 14


@pytest.fixture(autouse=True)
def state(tmp_path: Path) -> Iterator[Path]:
    """Give a state folder; what a broken version leaves is taken down by the real one."""
    with watched_state(tmp_path) as folder:
        yield folder


def is_seen(figures: Figures, trial: Trial, owner: Any, name: str, broken: Any) -> bool:
    """Tell whether a verb in which something was replaced is found not to converge."""

    def verb() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, name, broken)
            trial.verb()

    trouble = next(find_troubles(replace(trial, verb=verb), POINTS), None)
    figures.add("broken versions", "not seen" if trouble is None else "seen")
    return trouble is not None


def test_an_up_that_builds_over_what_is_left(figures: Figures) -> None:
    assert is_seen(figures, TRIALS["up"], benches, "wipe", lambda _bench, **_keep: False)


def test_an_up_that_says_ready_before_it_is(figures: Figures) -> None:
    write = benches.write_state

    def hurried(bench: Bench, state: BenchState) -> None:
        write(bench, replace(state, phase=Phase.READY, nodes=()))

    assert is_seen(figures, TRIALS["up"], benches, "write_state", hurried)


def test_a_down_that_trusts_its_files(figures: Figures) -> None:
    def by_files(_self: EmbeddedProvider, bench: BenchId, deadline: Deadline) -> bool:
        place = Bench(bench)
        if not place.folder.is_dir():
            return False
        benches.wipe(place)
        benches.remove_folder(place)
        return building.kill_all(place, deadline)

    assert is_seen(figures, TRIALS["down"], EmbeddedProvider, "down", by_files)


def test_a_reset_that_does_not_say_what_it_began(figures: Figures) -> None:
    write = benches.write_state

    def forgetful(bench: Bench, state: BenchState) -> None:
        if state.phase is not Phase.RESETTING:
            write(bench, state)

    trial = Trial(small.built, small.reset_one, small.is_ready, again=small.up)
    assert is_seen(figures, trial, benches, "write_state", forgetful)


def test_a_seal_that_says_sealed_before_it_is(figures: Figures) -> None:
    write = document.write_phase

    def hurried(bench: Path, _phase: SealPhase) -> None:
        write(bench, SealPhase.SEALED)

    assert is_seen(figures, TRIALS["seal"], document, "write_phase", hurried)
