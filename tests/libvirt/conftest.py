"""A libvirtd of the tests' own, in namespaces that nobody else sees, for one run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labctl.providers.libvirt import hostnet
from tests.commands import Command
from tests.far_host import FarHost, open_far_host
from tests.libvirt.daemon import open_daemon
from tests.plans import ROOT

SHIPPED = ROOT / "inventories" / "rooms" / "demo-libvirt.room.yml"
USUAL = "qemu+unix:///system?socket=/run/labctl/libvirt/run/libvirt-sock"


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
    with open_daemon("tests") as uri:
        yield uri


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
    folder = tmp_path_factory.mktemp("vm")
    text = SHIPPED.read_text("utf-8")
    assert USUAL in text
    with open_room(folder, text.replace(USUAL, uri), uri, host) as here:
        yield here


@pytest.fixture(scope="session")
def small_room(
    uri: str, host: FarHost, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Command]:
    """Give the same for the second certificate, whose only virtual machine is a workstation."""
    folder = tmp_path_factory.mktemp("small")
    shipped = SHIPPED.with_name("demo-ccp2.room.yml").read_text("utf-8")
    embedded = "fournisseur: embedded\n"
    assert embedded in shipped
    budget = "memoire_mib: 3000, disque_mib: 8000, coeurs: 2"
    hosted = (
        f"fournisseur: libvirt\nhotes:\n  - {{nom: ici, uri: '{uri}', virt_type: qemu, {budget}}}\n"
    )
    with open_room(folder, shipped.replace(embedded, hosted), uri, host) as command:
        yield command


@contextmanager
def open_room(folder: Path, text: str, uri: str, host: FarHost) -> Iterator[Command]:
    """Give the command in a room whose second bench is moved to the other machine."""
    file = folder / "vm.room.yml"
    there = host.uri(hostnet.socket_path(uri))
    far = host.as_line("loin", f'uri: "{there}", virt_type: qemu')
    text = text.replace("grille:", f"{far}grille:").replace("{num: 2,", "{num: 2, hote: loin,")
    file.write_text(text, encoding="utf-8")
    here = Command(folder / "state", {"LABCTL_ROOM": str(file)})
    yield here
    here.must("down", "--all")
