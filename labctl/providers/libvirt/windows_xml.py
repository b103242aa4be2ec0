"""A real Windows of a bench as libvirt spells it: the machine of its master, and cables."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import SubElement, indent, tostring

from labctl.providers.libvirt import domain_xml
from labctl.providers.libvirt.layout import Guest
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
    root = domain_xml.begin(guest, parts.image)
    machine.add_platform(root)
    devices = SubElement(root, "devices")
    machine.add_disk(devices, parts.disk, parts.bus, order="1", cache="unsafe")
    devices.append(machine.drive(parts.disc, DRIVE))
    for card in guest.cards:
        domain_xml.add_card(devices, card, _CARD_MODEL)
    machine.add_desk(devices)
    indent(root)
    return tostring(root, "unicode") + "\n"


def render_empty_drive() -> str:
    """Return the drive without its disc, as a running domain is told of it."""
    return tostring(machine.drive(None, DRIVE), "unicode")
