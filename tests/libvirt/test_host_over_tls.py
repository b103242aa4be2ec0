"""A host whose libvirt is spoken to over TLS: its labctl is reached by ssh, and is its client."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.progress import silent
from labctl.pipeline import elsewhere, remote
from labctl.pipeline.order import Order
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.libvirt import hostnet
from tests.far_host import FarHost, open_far_host
from tests.libvirt.daemon import lone_plan
from tests.plans import host_of_machines

LONG = 500.0
BENCH = 8


@pytest.fixture(scope="module")
def tls(uri: str) -> str:
    """Give the address over TLS of the libvirtd of the tests."""
    folder = Path(hostnet.socket_path(uri)).parents[1]
    return f"qemu+tls://127.0.0.1/system?pkipath={folder}/pki"


@pytest.fixture(scope="module")
def host(uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarHost]:
    """Give the machine where libvirtd is: labctl runs in its namespaces there."""
    pid = hostnet.find_place(uri).pid
    enter = f"nsenter -t {pid} --net --mount -- "
    with open_far_host(tmp_path_factory.mktemp("tls"), enter=enter) as opened:
        yield opened


@pytest.fixture
def plan(tls: str, host: FarHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    there = host_of_machines(tls)
    far = replace(there, name="loin", access=host.access, command=str(host.program))
    return replace(lone_plan(tls, BENCH), hosting=far)


def order(act: str, plan: Plan, **options: object) -> Order:
    plans = () if act == "down" else (plan,)
    return Order(act, BENCH, plans, LONG, options=options)


def test_a_bench_comes_and_goes(plan: Plan) -> None:
    assert plan.hosting is not None
    steps: list[str] = []

    built = remote.ask(plan.hosting, order("up", plan), steps.append)
    seen = remote.ask(plan.hosting, order("status", plan), silent)
    options = {"providers": ["libvirt"], "sealed": False}
    removed = remote.ask(plan.hosting, order("down", plan, **options), silent)

    assert "poste" in built.started
    assert steps
    assert seen.condition is BenchCondition.READY
    assert removed is True
    assert elsewhere.list_hosts(BENCH) == (plan.hosting,)
