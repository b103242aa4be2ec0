"""The domain of a real Windows on a real hypervisor, emulated and without a Windows on its disk."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.providers.libvirt import domain_xml, driver, layout, network_xml, windows_xml
from labctl.providers.libvirt.driver import Host
from labctl.providers.libvirt.layout import Guest
from labctl.providers.libvirt.windows_xml import WindowsParts
from labctl.providers.windows.building import write_disc
from tests.plans import Desk, host_of_machines, plan_of

INSTANCE, POSTE = "0d0d0d0d", NodeName("poste")


@pytest.fixture
def host(uri: str) -> Iterator[Host]:
    with driver.open_host(uri, Deadline.after(300)) as opened:
        yield opened
        for domain in opened.list_domains(INSTANCE):
            opened.remove(domain.name)
        for network in opened.list_networks(INSTANCE):
            opened.remove_network(network.name)


def lay(host: Host, uri: str) -> Guest:
    """Lay the networks of the machine, and return it, emulated."""
    plan = replace(plan_of(1, Desk.WINDOWS), hosting=host_of_machines(uri))
    guest = layout.build_guests(plan, INSTANCE)[POSTE]
    names = {card.network for card in guest.cards}
    for wire in layout.build_wires(plan, INSTANCE):
        if wire.name in names:
            host.define_network(network_xml.render(wire))
    return guest


def test_it_starts_with_its_firmware_and_its_disc_which_is_taken_out_while_it_runs(
    host: Host, uri: str, tmp_path: Path
) -> None:
    disk, disc = tmp_path / "disk.qcow2", tmp_path / "disc.iso"
    create = ("qemu-img", "create", "-q", "-f", "qcow2", str(disk), "1G")
    command.run(create, Deadline.after(30))
    write_disc(disc, {"labctl.json": b"{}"}, Deadline.after(30))
    guest = lay(host, uri)
    xml = windows_xml.render(guest, WindowsParts(disk, "sata", disc, "windows-11-A"))
    host.start(xml.replace('mode="host-passthrough"', 'mode="maximum"'))  # none to pass through
    before = domain_xml.parse(host.dump(guest.name))

    host.change_disc(guest.name, windows_xml.render_empty_drive())

    after = domain_xml.parse(host.dump(guest.name))
    (found,) = host.list_domains(INSTANCE)
    assert found.is_running
    assert before is not None
    assert after is not None
    assert before.disks == (("sda", str(disk)), (windows_xml.DRIVE, str(disc)))
    assert after.disks == (("sda", str(disk)), (windows_xml.DRIVE, ""))
    kept = domain_xml.parse(found.xml)
    assert kept is not None
    assert kept.disks == after.disks
