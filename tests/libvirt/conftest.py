"""A libvirtd of the tests' own, in namespaces that nobody else sees, for one run."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.plan.model import Link, Plan
from labctl.providers.libvirt import hostnet
from labctl.spec.topology import End
from tests.commands import Command
from tests.far_host import FarHost, open_far_host
from tests.libvirt.pki import write_pki
from tests.plans import ROOT, host_of_machines, plan_of

SCRIPT = str(ROOT / "tests" / "libvirt" / "private-libvirtd")
POSTE, PROBE, JURY = NodeName("poste"), NodeName("sonde_bureautique"), NodeName("jury")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.libvirt)


@pytest.fixture(scope="session")
def uri() -> Iterator[str]:
    """Give the URI of a running libvirtd; what is missing for it fails `make test-libvirt`."""
    if "LABCTL_TEST_LIBVIRT" not in os.environ:
        pytest.skip("make test-libvirt runs these, with LABCTL_TEST_LIBVIRT=1")
    lacking = [name for name in ("libvirtd", "qemu-system-x86_64") if shutil.which(name) is None]
    lacking += [] if find_spec("libvirt") else ["libvirt-python"]
    if lacking:
        pytest.fail(f"{', '.join(lacking)}: make setup-libvirt")
    folder = f"/run/labctl/tests-{os.getpid()}"  # a socket's path is short
    write_pki(Path(folder, "pki"))
    yield command.run((SCRIPT, "start", folder), Deadline.after(60)).stdout.strip()
    command.run((SCRIPT, "stop", folder), Deadline.after(60))


@pytest.fixture(scope="session")
def host(uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarHost]:
    """Give another machine, as far as labctl can tell, with the same hypervisor."""
    assert uri
    with open_far_host(tmp_path_factory.mktemp("far")) as opened:
        yield opened
        Command(opened.state).must("down", "--all", "--sealed")


@pytest.fixture(scope="session")
def room(uri: str, host: FarHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give the command in a room of virtual machines; what it builds goes at the end.

    Bench 1 lives here, bench 2 on the other machine.
    """
    shipped = ROOT / "inventories" / "rooms" / "demo-libvirt.room.yml"
    folder = tmp_path_factory.mktemp("vm")
    file = folder / "vm.room.yml"
    lines = shipped.read_text("utf-8").splitlines(keepends=True)
    usual = "qemu+unix:///system?socket=/run/labctl/libvirt/run/libvirt-sock"
    text = "".join(line.replace(usual, uri) for line in lines)
    assert uri in text
    there = host.uri(hostnet.socket_path(uri))
    far = host.as_line("loin", f'uri: "{there}", virt_type: qemu')
    text = text.replace("grille:", f"{far}grille:").replace("{num: 2,", "{num: 2, hote: loin,")
    file.write_text(text, encoding="utf-8")
    here = Command(folder / "state", {"LABCTL_ROOM": str(file)})
    yield here
    here.must("down", "--all")


def lone_plan(uri: str, bench: int = 1) -> Plan:
    """Return the plan of a bench with one virtual machine, on one cable with one probe."""
    plan = plan_of(bench)
    kept = (JURY, POSTE, PROBE)
    return replace(
        plan,
        provider="libvirt",
        hosting=host_of_machines(uri),
        nodes={name: plan.nodes[name] for name in kept},
        links=(Link(End(POSTE, "eth0"), End(PROBE, "eth0")),),
    )
