"""A real Windows of a bench as libvirt spells it: the machine of its master, and cables."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from labctl.providers.libvirt import metadata
from labctl.providers.libvirt.layout import Card, Guest
from labctl.providers.windows import machine

DRIVE = "sdb"
"""Where the disc of a machine is; the system is on the first disk."""
_CARD_MODEL = "e1000e"
"""A card that Windows has a driver for: virtio's is the master's affair."""


@dataclass(frozen=True, slots=True)
class WindowsParts:
    """The files of a Windows; ``disc`` None: the drive is empty."""

    disk: Path
    bus: str  # that of the disk when the master was made
    disc: Path | None
    image: str


def render(guest: Guest, parts: WindowsParts) -> str:
    """Return the XML of a domain."""
    root = Element("domain", type=guest.virt_type)
    SubElement(root, "name").text = guest.name
    SubElement(root, "uuid").text = guest.uuid
    metadata.add(root, guest.tag, image=parts.image)
    SubElement(root, "memory", unit="MiB").text = str(guest.memory_mib)
    SubElement(root, "vcpu").text = str(guest.cpus)
    machine.add_platform(root)
    devices = SubElement(root, "devices")
    _add_disk(devices, parts)
    devices.append(machine.drive(parts.disc, DRIVE))
    for card in guest.cards:
        _add_card(devices, card)
    machine.add_desk(devices)
    indent(root)
    return tostring(root, "unicode") + "\n"


def render_empty_drive() -> str:
    """Return the drive without its disc, as a running domain is told of it."""
    return tostring(machine.drive(None, DRIVE), "unicode")


def _add_disk(devices: Element, parts: WindowsParts) -> None:
    disk = SubElement(devices, "disk", type="file", device="disk")
    SubElement(disk, "driver", name="qemu", type="qcow2", cache="unsafe", discard="unmap")
    SubElement(disk, "source", file=str(parts.disk))
    target = "vda" if parts.bus == "virtio" else "sda"
    SubElement(disk, "target", dev=target, bus=parts.bus)
    SubElement(disk, "boot", order="1")


def _add_card(devices: Element, card: Card) -> None:
    interface = SubElement(devices, "interface", type="network")
    SubElement(interface, "mac", address=card.mac)
    SubElement(interface, "source", network=card.network)
    SubElement(interface, "target", dev=card.device)
    SubElement(interface, "model", type=_CARD_MODEL)
