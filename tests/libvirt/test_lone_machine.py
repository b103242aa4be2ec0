"""A bench with one virtual machine: what is promised of it besides the contract of providers."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.libvirt import control, driver, hostnet, layout
from labctl.providers.libvirt.provider import LibvirtProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests.libvirt.daemon import POSTE, lone_plan

LONG = 400.0


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("lone")
    before = os.environ.get("LABCTL_STATE_DIR")
    os.environ["LABCTL_STATE_DIR"] = str(folder)
    yield folder
    if before is None:
        del os.environ["LABCTL_STATE_DIR"]
    else:
        os.environ["LABCTL_STATE_DIR"] = before


@pytest.fixture(scope="module")
def plan(uri: str, state: Path) -> Iterator[Plan]:
    """Give the plan of a bench that is up; what is left of it goes at the end."""
    built = lone_plan(uri)
    provider = LibvirtProvider()
    done = provider.up(built, silent, Deadline.after(LONG))
    assert POSTE in done.started
    yield built
    for bench in provider.list_benches():
        provider.down(bench, Deadline.after(60))
    assert provider.list_benches() == ()
    assert not (state / "hypervisors.json").exists()


def port(bench: int = 1) -> Path:
    return Bench(BenchId(bench)).node_folder(POSTE) / "control"


def run(script: str, bench: int = 1) -> str:
    argv = ("/bin/sh", "-c", script)
    reply = control.run(port(bench), argv, 20, Deadline.after(60))
    assert reply.code == 0, reply
    return reply.output.strip()


def test_the_console_command_reaches_the_machine(plan: Plan) -> None:
    argv = LibvirtProvider().enter_argv(plan.bench, POSTE, ("cat", "/etc/hostname"))

    assert command.run(argv, Deadline.after(60)).stdout.strip() == "poste"


def test_endpoints_say_that_machines_are_virtual(plan: Plan) -> None:
    found = LibvirtProvider().endpoints(plan)

    assert found.isolation == "vm"
    assert POSTE in {endpoint.node for endpoint in found.endpoints}


def test_a_card_that_was_moved_is_named_and_put_back(plan: Plan, uri: str) -> None:
    card = layout.build_guests(plan, benches.instance())[POSTE].cards[1]
    place = hostnet.find_place(uri)
    nsenter = ("nsenter", "--net", f"--target={place.pid}", "ip", "link", "set", card.device)
    command.run((*nsenter, "nomaster"), Deadline.after(10))

    assert LibvirtProvider().status(plan.bench).missing_cables == ("poste:eth0",)
    done = LibvirtProvider().up(plan, silent, Deadline.after(LONG))

    assert done.cabled == ("poste:eth0",)
    assert LibvirtProvider().status(plan.bench).condition is BenchCondition.READY


def test_reset_is_proved_and_nothing_is_left(plan: Plan) -> None:
    run("echo travail > /root/candidat; ip link set eth0 up; sync")
    host_key = run("cat /etc/labctl/ssh_host_ed25519_key.pub")

    proof = LibvirtProvider().reset(plan, (), silent, Deadline.after(LONG))

    assert proof.is_proved()
    assert {each.node for each in proof.nodes} == set(plan.nodes)
    assert run("ls -A /root | grep -c candidat || true") == "0"
    assert run("cat /etc/labctl/ssh_host_ed25519_key.pub") != host_key
    assert abs(float(run("date +%s")) - time.time()) < 60


def test_a_golden_state_that_is_damaged_costs_a_cold_boot_only(plan: Plan) -> None:
    saved = Bench(plan.bench).folder / "golden" / POSTE / "state"
    content = saved.read_bytes()
    saved.write_bytes(b"\0" * 4096 + content[4096:])

    proof = LibvirtProvider().reset(plan, (POSTE,), silent, Deadline.after(LONG))

    assert proof.is_proved()
    assert run("cat /etc/hostname") == "poste"


def test_a_disk_that_was_swapped_is_named_and_refused(plan: Plan, uri: str, tmp_path: Path) -> None:
    guest = layout.build_guests(plan, benches.instance())[POSTE]
    other = tmp_path / "autre.qcow2"
    command.run(("cp", str(port().with_name("disk.qcow2")), str(other)), Deadline.after(30))
    with driver.open_host(uri, Deadline.after(120)) as host:
        xml = host.dump(guest.name)
        host.stop(guest.name)
        host.start(xml.replace(str(port().with_name("disk.qcow2")), str(other)))

    lines = LibvirtProvider().status(plan.bench).missing_cables

    assert any("vda" in line and str(other) in line for line in lines)
    with pytest.raises(ProviderError, match="autre"):
        LibvirtProvider().up(plan, silent, Deadline.after(LONG))
    assert LibvirtProvider().reset(plan, (POSTE,), silent, Deadline.after(LONG)).is_proved()


def test_a_bench_whose_state_is_lost_is_found_by_its_tags_and_removed(plan: Plan) -> None:
    place = Bench(plan.bench)
    (place.folder / "state.json").unlink()
    (place.folder / "plan.json").unlink()

    assert plan.bench in LibvirtProvider().list_benches()
    assert LibvirtProvider().down(plan.bench, Deadline.after(60))
    assert not LibvirtProvider().down(plan.bench, Deadline.after(60))
    assert LibvirtProvider().list_benches() == ()
