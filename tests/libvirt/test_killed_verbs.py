"""kill -9 of a verb on a virtual machine: the same verb again converges, nothing is left behind."""

from collections.abc import Callable, Iterator

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.libvirt import control, driver
from labctl.providers.libvirt.provider import LibvirtProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests.crash.kill_points import count_points, kill_at
from tests.libvirt.daemon import POSTE, lone_plan

BENCH = BenchId(6)
LONG = 500.0
PARTS = (0.2, 0.5, 0.8, 1.0)
"""Where a reset is killed, from its first change of the outside world to its last."""
IN_DOWN, IN_UP = 6, 60
"""The change at which these are: in the midst of it, after the state is forgotten or written."""


@pytest.fixture(scope="module")
def plan(uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("killed")
        patch.setenv("LABCTL_STATE_DIR", str(folder))
        built = lone_plan(uri, BENCH)
        up(built)
        yield built
        down()
        assert not (folder / "benches").exists()
        assert not (folder / "hypervisors.json").exists()
        with driver.open_host(uri, Deadline.after(60)) as host:
            assert host.list_domains(benches.instance()) == ()
            assert host.list_networks(benches.instance()) == ()


def up(plan: Plan) -> None:
    LibvirtProvider().up(plan, silent, Deadline.after(LONG))


def reset(plan: Plan) -> None:
    assert LibvirtProvider().reset(plan, (), silent, Deadline.after(LONG)).is_proved()


def down() -> None:
    LibvirtProvider().down(BENCH, Deadline.after(60))


def run(script: str) -> str:
    port = Bench(BENCH).node_folder(POSTE) / "control"
    reply = control.run(port, ("/bin/sh", "-c", script), 20, Deadline.after(60))
    assert reply.code == 0, reply
    return reply.output.strip()


def condition() -> BenchCondition:
    return LibvirtProvider().status(BENCH).condition


def kill_in_parts(verb: Callable[[], object], parts: tuple[float, ...]) -> Iterator[str]:
    """Kill a verb at each of its parts; yield after each, for what is looked at then."""
    total = count_points(verb)
    for part in parts:
        point = max(1, round(part * total))
        where = f"killed at {point} of {total}"
        assert kill_at(verb, point), f"not {where}"
        yield where


def test_a_killed_reset_is_finished_by_the_next_up_or_reset(plan: Plan) -> None:
    run("echo travail > /root/candidat; sync")
    for where in kill_in_parts(lambda: reset(plan), PARTS):
        up(plan)
        assert condition() is BenchCondition.READY, where
        assert run("ls -A /root | grep -c candidat || true") == "0", where


def test_a_killed_down_is_finished_by_the_next(plan: Plan, uri: str) -> None:
    assert kill_at(down, IN_DOWN)
    assert plan.bench in LibvirtProvider().list_benches()

    down()

    assert LibvirtProvider().list_benches() == ()
    with driver.open_host(uri, Deadline.after(60)) as host:
        assert host.list_domains(benches.instance()) == ()
        assert host.list_networks(benches.instance()) == ()


def test_a_killed_up_is_built_by_the_next(plan: Plan) -> None:
    assert kill_at(lambda: up(plan), IN_UP)
    with pytest.raises(LabctlError):
        LibvirtProvider().endpoints(plan)

    up(plan)

    assert condition() is BenchCondition.READY
    assert run("cat /etc/hostname") == "poste"
