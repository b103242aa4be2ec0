"""Where machines are looked at from when what should look is gone."""

from pathlib import Path

import pytest

from labctl.connect.base import NOWHERE, Vantage
from labctl.connect.vantage import connect_from, enter
from labctl.core.deadline import Deadline
from labctl.core.errors import Unreachable
from labctl.core.ids import BenchId, NodeName
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.safe import Safe
from labctl.providers.works.endpoints import build_endpoints
from tests.plans import plan_of

GUESTS = frozenset(map(NodeName, ("routeur", "commutateur", "dc", "nas", "poste")))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(Safe, "host_key", lambda _safe, node: f"ssh-ed25519 {node}")
    return Bench(BenchId(1))


def test_a_virtual_machine_is_never_looked_at_from_where_labctl_runs(bench: Bench) -> None:
    endpoints = build_endpoints(plan_of(1), bench, {}, GUESTS).endpoints

    assert {endpoint.node for endpoint in endpoints} == GUESTS
    assert {endpoint.vantage for endpoint in endpoints} == {NOWHERE}
    assert {endpoint.console for endpoint in endpoints} == {Vantage()}


def test_a_machine_of_namespaces_is_looked_at_from_itself_when_the_jury_is_gone(
    bench: Bench,
) -> None:
    nas = Process(pid=41, started=7, node=NodeName("nas"), bench="01", instance="x", spec="")
    endpoints = build_endpoints(plan_of(1), bench, {NodeName("nas"): nas}).endpoints

    assert {endpoint.vantage for endpoint in endpoints} == {Vantage(41, 7)}


def test_nothing_is_sent_from_nowhere() -> None:
    with pytest.raises(Unreachable):
        enter(NOWHERE)
    with pytest.raises(Unreachable):
        connect_from(NOWHERE, "127.0.0.1", 9, Deadline.after(1))
