"""What the probes read of the simulated Windows, as from the shop and solved."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.backup.facts.copies import SavedCopies
from checks.backup.facts.witness import RestoredWitness
from checks.protection.facts.recovery import RecoveryKeys
from labctl.plan.document import to_document
from tests.plans import Desk, plan_of
from tests.unit.windows.offline import Offline, open_offline, solve
from tests.windows_use_facts import solved_use, untouched_use


@pytest.fixture(params=[1, 2, 3])
def delivered(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Offline:
    """Give the simulated Windows as delivered."""
    return open_offline(plan_of(request.param, Desk.SIMULATED), tmp_path, monkeypatch)


def seen(offline: Offline, wanted: tuple[object, ...]) -> dict[str, Any]:
    return {type(fact).__name__: offline.read(type(fact)) for fact in wanted}


def of_windows(facts: tuple[object, ...]) -> tuple[object, ...]:
    """Leave out what the directory and the file server are asked."""
    return tuple(fact for fact in facts if not isinstance(fact, (RecoveryKeys, SavedCopies)))


def named(facts: tuple[object, ...]) -> dict[str, Any]:
    return {type(fact).__name__: fact for fact in facts}


def test_what_the_shop_delivers_is_seen(delivered: Offline) -> None:
    wanted = of_windows(untouched_use(delivered.plan))

    assert seen(delivered, wanted) == named(wanted)


def test_what_the_solution_does_is_seen(delivered: Offline) -> None:
    solve(delivered, to_document(delivered.plan))
    wanted = of_windows(solved_use(delivered.plan))
    expected = named(wanted)

    found = seen(delivered, wanted)

    witness, help_given = found.pop("RestoredWitness"), found.pop("RemoteHelp")
    (met,) = found.pop("Threats").detections
    assert found == {name: fact for name, fact in expected.items() if name in found}
    assert isinstance(witness, RestoredWitness)
    assert witness.restored is not None
    assert witness.original is not None
    assert witness.restored.created > witness.original.created
    later = expected["RestoredWitness"].restored.created  # the simulation's is that of its solution
    same_day = replace(witness.restored, created=later)
    assert replace(witness, restored=same_day) == expected["RestoredWitness"]
    (threat,) = expected["Threats"].detections
    assert replace(met, seen_at=threat.seen_at) == threat
    sessions = expected["RemoteHelp"].sessions
    same_days = tuple(
        replace(one, at=then.at) for one, then in zip(help_given.sessions, sessions, strict=True)
    )
    assert replace(help_given, sessions=same_days) == expected["RemoteHelp"]
