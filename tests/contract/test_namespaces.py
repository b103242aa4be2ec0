"""What benches of namespaces promise besides (test_provider.py has what every provider does)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.connect.base import Transport
from labctl.connect.vantage import connect_from
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition, NodeCondition, Observer, Provider
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, Phase
from tests.contract.node_lab import kill_machine, list_links, list_tenants
from tests.small_bench import small_plan

pytestmark = pytest.mark.embedded

PLAN = small_plan()
PROBE = NodeName("sonde_admin")
OTHER = NodeName("sonde_serveurs")
CARD_LESS = r"node.wait(lambda: not node.os.path.exists('\/sys\/class\/net\/eth0'), seconds=20)\n"
"""What has OTHER start when the card of its cable to PROBE went with it."""


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[EmbeddedProvider]:
    """Give the provider with a state folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
        provider = EmbeddedProvider()
        yield provider
        for bench in provider.list_benches():
            provider.down(bench, soon())


@pytest.fixture
def observer(provider: EmbeddedProvider) -> Observer:
    return provider


def soon(seconds: float = 60) -> Deadline:
    return Deadline.after(seconds)


def up(provider: Provider, plan: Plan = PLAN) -> tuple[NodeName, ...]:
    return provider.up(plan, silent, soon(400)).started


def run(observer: Observer, node: NodeName, *argv: str, bench: int = 1) -> str:
    return command.run(observer.enter_argv(BenchId(bench), node, argv), soon(20)).stdout


def kill(node: NodeName) -> None:
    kill_machine(BenchId(1), node)


def test_the_console_answers_when_the_network_of_a_machine_is_down(
    provider: Provider, observer: Observer
) -> None:
    up(provider)
    run(observer, PROBE, "ip", "link", "set", "mgmt0", "down")

    way = observer.endpoints(PLAN).find(PROBE, Transport.SSH)

    assert way is not None
    with connect_from(way.console, "127.0.0.1", way.port, soon(3)) as sock:
        assert sock.recv(4) == b"SSH-"


def test_up_restarts_the_vantage_and_lays_the_management_network_again(
    provider: Provider, observer: Observer
) -> None:
    up(provider)
    kill(PLAN.management.vantage)

    assert up(provider) == (PLAN.management.vantage,)

    address = str(PLAN.nodes[NodeName("sonde_wan")].management.ip)
    assert "1 received" in run(observer, NodeName("jury"), "ping", "-c1", "-W2", address)


def test_up_lays_a_lost_cable_again_and_configures_both_ends(
    provider: Provider, observer: Observer
) -> None:
    up(provider)
    run(observer, PROBE, "ip", "link", "del", "eth0")
    assert observer.status(BenchId(1)).missing_cables == ("sonde_admin:eth0–sonde_serveurs:eth0",)

    outcome = provider.up(PLAN, silent, soon())

    assert outcome.cabled == ("sonde_admin:eth0–sonde_serveurs:eth0",)
    for node in (PROBE, OTHER):
        assert str(PLAN.nodes[node].interfaces[0].address) in run(observer, node, "ip", "addr")


def test_reset_builds_a_bench_that_is_not_there(provider: Provider, observer: Observer) -> None:
    assert provider.reset(PLAN, (), silent, soon(400)).is_proved()

    assert observer.status(BenchId(1)).condition is BenchCondition.READY


def test_down_removes_everything_and_can_be_run_twice(provider: Provider) -> None:
    links = list_links()
    up(provider)

    assert provider.down(BenchId(1), soon())
    assert not provider.down(BenchId(1), soon())

    state = Bench(BenchId(1)).folder.parent
    assert provider.list_benches() == ()
    assert not list_tenants(state)
    assert not state.exists()
    assert list_links() == links


def test_down_finds_machines_whose_files_are_gone(provider: Provider) -> None:
    up(provider)
    folder = Bench(BenchId(1)).folder
    folder.rename(folder.with_name("elsewhere"))

    assert provider.list_benches() == (1,)
    assert provider.down(BenchId(1), soon())

    assert not list_tenants(folder)


def test_another_installation_is_not_touched(
    provider: Provider, observer: Observer, tmp_path: Path
) -> None:
    up(provider)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(tmp_path / "other"))
        assert provider.list_benches() == ()
        assert not provider.down(BenchId(1), soon())

    assert observer.status(BenchId(1)).condition is BenchCondition.READY


def test_entering_a_machine_that_does_not_run_names_those_that_do(
    provider: Provider, observer: Observer
) -> None:
    up(provider)
    kill(PROBE)

    with pytest.raises(ProviderError) as refused:
        observer.enter_argv(BenchId(1), PROBE, ("true",))

    assert "jury" in refused.value.hint


def test_a_machine_that_cannot_start_is_named_with_what_it_said(
    provider: Provider, observer: Observer
) -> None:
    up(provider)
    run(observer, PROBE, "sh", "-c", "echo broken > /etc/labctl/sshd_config")
    kill(PROBE)

    with pytest.raises(ProviderError, match=r"(?s)sonde_admin.*sshd_config"):
        up(provider)


def test_a_machine_that_does_not_come_back_is_named_and_the_others_are_ready(
    provider: Provider, observer: Observer
) -> None:
    up(provider)
    run(observer, PROBE, "sh", "-c", "rm /etc/labctl/sshd_config")
    run(observer, OTHER, "sed", "-i", f"s/^node.conf/{CARD_LESS}&/", "/usr/lib/labctl/observer")

    trouble = provider.cut_power(PLAN, (PROBE, OTHER), silent, soon(8))

    assert PROBE in trouble
    assert OTHER not in trouble.partition("(")[0]
    status = observer.status(BenchId(1))
    assert status.condition is not BenchCondition.INTERRUPTED
    assert status.nodes[OTHER] is NodeCondition.RUNNING


def test_a_power_cut_of_nothing_ends_one_that_was_interrupted(
    provider: Provider, observer: Observer
) -> None:
    up(provider)
    place = Bench(BenchId(1))
    state = benches.read_state(place)
    assert state is not None
    benches.write_state(place, replace(state, phase=Phase.RESTARTING, nodes=(PROBE,)))
    kill(PROBE)
    assert observer.status(BenchId(1)).condition is BenchCondition.INTERRUPTED

    assert provider.cut_power(PLAN, (), silent, soon()) == ""
    ended = place.scan()
    assert provider.cut_power(PLAN, (), silent, soon()) == ""

    assert observer.status(BenchId(1)).condition is BenchCondition.READY
    assert place.scan() == ended


def test_no_interrupted_cut_of_another_plan_is_nothing_to_end(provider: Provider) -> None:
    up(provider)
    other = replace(PLAN, title="un autre cahier")

    assert provider.cut_power(other, (), silent, soon()) == ""
    with pytest.raises(ProviderError, match="autre plan"):
        provider.cut_power(other, (PROBE,), silent, soon())
