"""The simulated Windows in its machine: reached as labctl and other clients reach a Windows."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.connect.base import Transport
from labctl.core.ids import NodeName
from labctl.plan.model import Interface, Link, Plan
from labctl.providers import parts
from labctl.spec.topology import End
from tests.contract.role_bench import RoleBench, open_bench
from tests.plans import plan_of

pytestmark = pytest.mark.embedded

POSTE, JURY = NodeName("poste"), NodeName("jury")


def small_plan() -> Plan:
    """Return a bench of the workstation and the jury's view, nothing else."""
    plan = plan_of(1)
    station = dataclasses.replace(plan.nodes[POSTE], kind="windows-standin")
    jury = plan.nodes[plan.management.vantage]
    card = Interface("eth1", "02:00:00:01:00:fe")
    jury = dataclasses.replace(jury, interfaces=(card,))
    cable = Link(End(jury.name, card.name), End(POSTE, station.interfaces[0].name))
    return dataclasses.replace(plan, nodes={POSTE: station, jury.name: jury}, links=(cable,))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoleBench]:
    """Give the two machines."""
    with open_bench(small_plan(), tmp_path_factory.mktemp("standin")) as opened:
        yield opened


def test_labctl_is_given_the_way_in(bench: RoleBench) -> None:
    endpoints = parts.load_observer("embedded").endpoints(bench.plan)
    found = endpoints.find(POSTE, Transport.CIM)

    assert found is not None
    assert found.port == 5986
    assert Path(found.credential).read_text()
    station = bench.plan.desks[0].hostname
    assert found.server_name == f"{station}.{bench.plan.domain}".lower()


def test_the_service_listens_and_the_tool_changes_what_it_tells(bench: RoleBench) -> None:
    simulate = "/usr/lib/labctl-windows/simulate"
    change = ("set", "root/cimv2", "Win32_Share", '{"Name": "ESSAI"}', '{"Type": 0}')

    said = [bench.on("poste", simulate, *change) for _ in range(2)]
    bench.on("poste", simulate, "unset", "root/cimv2", "Win32_Share", '{"Name": "ESSAI"}')

    assert said == ["changed\n", "unchanged\n"]
    assert bench.code("poste", simulate, "set", "root/cimv2", "X", "{}", '{"a": 1.5}') == 2
    assert "5986" in bench.on("poste", "ss", "-Hltn", "sport = :5986")
