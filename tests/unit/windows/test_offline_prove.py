"""Windows checks before the simulated Windows: untouched no, solved yes, sabotaged no again.

The same is proved on a bench; here in a second, without the network, the domain and Ansible.
"""

from pathlib import Path

import pytest

from labctl.core.content import SABOTAGES, list_files
from labctl.core.expect import NotAsked, Undecided
from labctl.core.verdict import Mismatch
from labctl.facts.probe import NotUnderstood
from labctl.judge.catalogue import dependants
from labctl.plan.document import to_document
from labctl.plan.fault import resolve
from labctl.plan.model import Plan
from labctl.spec.fault import load_fault
from tests.checking import catalogue, run_check
from tests.facts import Facts, solved_facts
from tests.plans import Desk, plan_of
from tests.unit.windows.offline import Offline, Untold, open_offline, solve

FAULTS = {path.stem: path for path in list_files(SABOTAGES).values()}
BENCHES = (1, 2, 3)  # variants A, C and B
CHECKS = tuple(check.spec.id for check in catalogue().values() if check.spec.face == "windows")
NEEDED = sorted(
    {fact for check in CHECKS for fact in catalogue()[check].spec.needs},
    key=lambda fact: fact.__name__,
)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> int:
    """Give the bench of a test; those of sabotages have each variant in turn."""
    return int(getattr(request, "param", 1))


@pytest.fixture
def delivered(bench: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offline:
    """Give the simulated Windows as delivered."""
    return open_offline(plan_of(bench, Desk.SIMULATED), tmp_path, monkeypatch)


def fallen_on(offline: Offline) -> set[str]:
    """Return the checks that do not conform; facts of other machines are solved ones."""
    facts = solved_facts(offline.plan)
    for fact in NEEDED:
        try:
            facts[fact] = offline.read(fact)
        except Untold:
            continue
        except NotUnderstood:  # a class that only the solution brings
            del facts[fact]
    fallen: set[str] = set()
    for check in CHECKS:  # in the order in which they wait for one another
        spec = catalogue()[check].spec
        is_asked = not fallen & set(spec.after) and set(spec.needs) <= facts.keys()
        if not is_asked or not conforms(offline.plan, check, facts):
            fallen.add(check)
    return fallen


def conforms(plan: Plan, check: str, facts: Facts) -> bool:
    """Tell whether a check conforms on facts."""
    try:
        run_check(check, plan, facts)
    except (Mismatch, NotAsked, Undecided):
        return False
    return True


@pytest.mark.parametrize("bench", BENCHES, indirect=True)
def test_nothing_conforms_as_from_the_shop(delivered: Offline) -> None:
    assert fallen_on(delivered) == set(CHECKS)


@pytest.mark.parametrize("bench", BENCHES, indirect=True)
def test_everything_conforms_once_solved(delivered: Offline) -> None:
    solve(delivered, to_document(delivered.plan))

    assert fallen_on(delivered) == set()


@pytest.mark.parametrize(
    ("check", "bench"),
    [(check, BENCHES[rank % len(BENCHES)]) for rank, check in enumerate(CHECKS)],
    indirect=["bench"],
)
def test_a_sabotage_is_seen_and_repaired(delivered: Offline, check: str) -> None:
    solve(delivered, to_document(delivered.plan))
    fault = resolve(load_fault(FAULTS[check]).on_machine("poste"), delivered.plan)
    try:
        delivered.take(fault.steps)
    except Untold:
        pytest.skip("its sabotage is of the machine itself: proved on a bench")
    waiting = dependants((one.spec for one in catalogue().values()), check)
    changed = {check, *fault.also, *waiting}

    fallen = fallen_on(delivered)
    delivered.take(fault.revert)

    assert check in fallen
    assert fallen - changed == set()
    assert fallen_on(delivered) == set()
