"""The hypervisor through the driver, with machines that hold no system: ownership and failures."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.libvirt import driver, hostnet, network_xml
from labctl.providers.libvirt.driver import Host
from labctl.providers.libvirt.layout import Tag, Wire
from tests.libvirt.daemon import SCRIPT

OURS, OTHER = "0a0a0a0a", "0b0b0b0b"
TAG = (
    '<metadata><l:owner xmlns:l="urn:labctl:bench:1" instance="{instance}" bench="{bench}" '
    'node="{node}"/></metadata>'
)


def machine_xml(name: str, tag: str = "") -> str:
    """Return a machine without disk: its firmware finds nothing and waits."""
    return (
        f"<domain type='qemu'><name>{name}</name>{tag}<memory unit='MiB'>16</memory>"
        "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
        "<devices><memballoon model='none'/></devices></domain>"
    )


def tag_of(instance: str, bench: int = 1, node: str = "dc") -> str:
    return TAG.format(instance=instance, bench=bench, node=node)


@pytest.fixture
def host(uri: str) -> Iterator[Host]:
    with driver.open_host(uri, Deadline.after(120)) as opened:
        yield opened
        for instance in (OURS, OTHER):
            for each in opened.list_domains(instance):
                opened.remove(each.name)
        for name in ("labctl-0a0a0a0a-01-foreign", "labctl-0a0a0a0a-netx"):
            opened.remove(name)
            opened.remove_network(name)


def test_only_what_carries_our_tag_is_ours(host: Host) -> None:
    host.start(machine_xml("labctl-0a0a0a0a-01-dc", tag_of(OURS)))
    host.start(machine_xml("labctl-0a0a0a0a-02-dc", tag_of(OURS, 2)))
    host.start(machine_xml("labctl-0b0b0b0b-01-dc", tag_of(OTHER)))
    host.start(machine_xml("labctl-0a0a0a0a-01-foreign"))

    assert [each.name for each in host.list_domains(OURS, 1)] == ["labctl-0a0a0a0a-01-dc"]
    assert len(host.list_domains(OURS)) == 2
    assert all(each.is_running for each in host.list_domains(OURS))


def test_a_machine_that_is_paused_as_on_a_full_disk_does_not_run(host: Host, uri: str) -> None:
    name = "labctl-0a0a0a0a-01-dc"
    host.start(machine_xml(name, tag_of(OURS)))
    command.run(("virsh", "-c", uri, "suspend", name), Deadline.after(60))

    assert not host.list_domains(OURS)[0].is_running
    host.remove(name)


def test_a_machine_is_removed_with_all_that_hangs_on_it(host: Host, uri: str) -> None:
    name = "labctl-0a0a0a0a-01-dc"
    host.start(machine_xml(name, tag_of(OURS)))
    command.run(("virsh", "-c", uri, "managedsave", name), Deadline.after(60))
    assert not host.list_domains(OURS)[0].is_running

    host.remove(name)
    host.remove(name)

    assert host.list_domains(OURS) == ()
    assert host.dump(name) == ""


def test_starting_what_runs_is_refused_and_stopping_what_does_not_is_nothing(host: Host) -> None:
    xml = machine_xml("labctl-0a0a0a0a-01-dc", tag_of(OURS))
    host.start(xml)
    host.stop("labctl-0a0a0a0a-01-dc")
    host.stop("labctl-0a0a0a0a-01-dc")
    host.stop("never-was")

    assert not host.list_domains(OURS)[0].is_running
    with pytest.raises(ProviderError):
        host.restore(xml, "/nonexistent/state")


def test_a_cable_is_a_bridge_that_passes_what_a_cable_passes(host: Host, uri: str) -> None:
    wire = Wire(
        Tag(OURS, 1), "labctl-0a0a0a0a-netx", "0a0a0a0a-0000-4000-8000-000000000001", "lb0a0a0a0a01"
    )
    place = hostnet.find_place(uri)
    host.define_network(network_xml.render(wire))
    host.define_network(network_xml.render(wire))
    hostnet.forward_everything(place, [wire.bridge], Deadline.after(10))

    argv = ("nsenter", "--net", f"--target={place.pid}", "ip", "-d", "addr", "show", wire.bridge)
    said = command.run(argv, Deadline.after(10)).stdout

    assert "group_fwd_mask 0x4000" in said
    assert "stp_state 0" in said
    assert "inet " not in said
    assert [each.name for each in host.list_networks(OURS, 1)] == [wire.name]
    host.remove_network(wire.name)
    host.remove_network(wire.name)
    assert host.list_networks(OURS) == ()


def test_a_bridge_that_is_not_there_is_named(uri: str) -> None:
    place = hostnet.find_place(uri)

    with pytest.raises(ProviderError, match="lbnowhere"):
        hostnet.forward_everything(place, ["lbnowhere"], Deadline.after(10))


def test_a_dead_daemon_is_said_and_what_to_do(tmp_path: Path) -> None:
    uri = f"qemu+unix:///system?socket={tmp_path}/none"

    with (
        pytest.raises(ProviderError, match="libvirt") as opened,
        driver.open_host(uri, Deadline.after(10)),
    ):
        pass
    with pytest.raises(ProviderError, match="libvirtd"):
        hostnet.find_place(uri)

    assert "docs/install.md" in str(opened.value.hint)


def test_a_daemon_that_hangs_is_given_up_at_the_deadline() -> None:
    folder = f"/run/labctl/hang-{os.getpid()}"
    try:
        uri = command.run((SCRIPT, "start", folder), Deadline.after(60)).stdout.strip()
        with driver.open_host(uri, Deadline.after(60)) as ready:
            ready.version()
        pid = int(Path(folder, "pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        begun = time.monotonic()

        with pytest.raises(ProviderError), driver.open_host(uri, Deadline.after(2)) as host:
            host.list_domains(OURS)

        assert time.monotonic() - begun < 10
        os.kill(pid, signal.SIGCONT)
    finally:
        command.run((SCRIPT, "stop", folder), Deadline.after(60))


@pytest.mark.parametrize("address", ["qemu+ssh://salle1/system", "qemu://salle1/system"])
def test_another_machine_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(ProviderError, match="autre machine") as refused:
        hostnet.socket_path(address)

    assert "docs/install.md" in str(refused.value.hint)
