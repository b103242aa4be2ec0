"""A bench without a VLAN: what the room's host joins, and what crosses its cable, has no tag."""

from collections.abc import Iterator

import pytest

from labctl.plan.kinds import describe_nodes
from labctl.spec.topology import HOST, Card
from tests.contract.role_bench import RoleBench, open_bench
from tests.topologies import cable, machine, plan_with, segment, topology

pytestmark = pytest.mark.embedded

CARD = {"eth0": Card("MAISON")}
FLAT = topology(
    [segment("MAISON", "192.168.1.0/24")],
    [machine("poste", "workstation-linux", CARD), machine("portable", "workstation-linux", CARD)],
    cable(HOST, "poste.eth0", untagged="MAISON", guests=("portable",)),
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoleBench]:
    """Give one desk at the end of the host's cable, one plugged in its virtual switch."""
    with open_bench(describe_nodes(plan_with(FLAT)), tmp_path_factory.mktemp("flat")) as opened:
        for node, address in (("poste", "192.168.1.10"), ("portable", "192.168.1.11")):
            opened.on(node, "ip", "address", "add", f"{address}/24", "dev", "eth0")
            opened.on(node, "ip", "link", "set", "eth0", "up")
        yield opened


@pytest.mark.parametrize("address", ["192.168.1.10", "192.168.1.11"])
def test_the_probe_reaches_every_machine(bench: RoleBench, address: str) -> None:
    assert "1 received" in bench.on("sonde_maison", "ping", "-c1", "-W2", address)


def test_machines_reach_one_another_over_the_cable_of_the_host(bench: RoleBench) -> None:
    assert "1 received" in bench.on("portable", "ping", "-c1", "-W2", "192.168.1.10")


def test_no_frame_on_the_cable_has_a_tag(bench: RoleBench) -> None:
    script = (
        "timeout 3 tcpdump -lnei eth0 -c 2 icmp > /tmp/seen & sleep 1\n"
        "ping -c2 -W2 192.168.1.254 > /dev/null; wait; cat /tmp/seen"
    )
    seen = bench.script("poste", script)
    assert "ethertype IPv4" in seen
    assert "802.1Q" not in seen
