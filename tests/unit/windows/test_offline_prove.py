"""Windows checks before the simulated Windows: untouched no, solved yes, sabotaged no again.

The same is proved on a bench; here in a second, without the network, the domain and Ansible.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core.expect import NotAsked
from labctl.core.kind import WITH_CIM, Kind
from labctl.core.verdict import Mismatch
from labctl.judge.catalogue import dependants
from labctl.plan.document import to_document
from labctl.plan.fault import resolve
from labctl.plan.model import Plan
from labctl.spec.fault import load_fault
from tests.checking import catalogue, run_check
from tests.facts import solved_facts
from tests.plans import ROOT, plan_of
from tests.unit.windows.offline import Offline, Untold, open_offline, solve

FAULTS = ROOT / "playbooks" / "faults"
BENCHES = (1, 2, 3)  # variants A, C and B
CHECKS = tuple(check.spec.id for check in catalogue().values() if check.spec.kinds == WITH_CIM)


@pytest.fixture(params=BENCHES)
def delivered(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Offline]:
    """Give the simulated Windows as delivered."""
    offline = open_offline(plan_of(request.param, Kind.SIMULATED), tmp_path, monkeypatch)
    yield offline
    offline.session.close()


def conforms(offline: Offline, check: str) -> bool:
    """Tell whether a check conforms, and all that it waits for; facts of others are solved ones."""
    spec, plan = catalogue()[check].spec, offline.plan
    if not all(conforms(offline, one) for one in spec.after if one in CHECKS):
        return False
    facts = solved_facts(plan)
    for fact in (*spec.needs, *spec.witnesses):
        try:
            facts[fact] = offline.read(fact)
        except Untold:
            continue
    try:
        run_check(check, plan, facts)
    except (Mismatch, NotAsked):
        return False
    return True


def document_of(plan: Plan) -> dict[str, object]:
    """Return the plan as playbooks have it."""
    return to_document(plan)


def test_nothing_conforms_as_from_the_shop(delivered: Offline) -> None:
    assert [check for check in CHECKS if conforms(delivered, check)] == []


def test_everything_conforms_once_solved(delivered: Offline) -> None:
    solve(delivered, document_of(delivered.plan))

    assert [check for check in CHECKS if not conforms(delivered, check)] == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_sabotage_is_seen_and_repaired(delivered: Offline, check: str) -> None:
    solve(delivered, document_of(delivered.plan))
    fault = resolve(load_fault(FAULTS / f"{check}.yml"), delivered.plan)
    try:
        delivered.take(fault.steps)
    except Untold:
        pytest.skip("its sabotage is of the machine itself: proved on a bench")
    waiting = dependants((one.spec for one in catalogue().values()), check)
    changed = {check, *fault.also, *waiting}

    fallen = {one for one in CHECKS if not conforms(delivered, one)}
    delivered.take(fault.revert)

    assert check in fallen
    assert fallen - changed == set()
    assert [one for one in CHECKS if not conforms(delivered, one)] == []
