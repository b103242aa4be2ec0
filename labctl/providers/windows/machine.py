"""The virtual machine a Windows master is made on, as libvirt spells it."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from labctl.providers.windows.master import Recipe

BARE, VIRTIO = "sata", "scsi"
"""What a master's disk is on: what Windows knows by itself, or what every engine gives a machine,
where a disc in a drive is found by the same driver."""


@dataclass(frozen=True, slots=True)
class MasterParts:
    """The files of the machine; ``drivers`` is the virtio-win ISO, None: a SATA disk does."""

    disk: Path
    install: Path
    answers: Path
    drivers: Path | None


def render(name: str, recipe: Recipe, parts: MasterParts) -> str:
    """Return the XML of the domain: q35, UEFI with Secure Boot, TPM 2.0, no network card.

    Without a network, Setup asks for no account of Microsoft's and takes no update.
    """
    root = Element("domain", type="kvm")
    SubElement(root, "name").text = name
    SubElement(root, "memory", unit="MiB").text = str(recipe.master.memory_mib)
    SubElement(root, "vcpu").text = "2"
    add_platform(root)
    _add_devices(root, parts)
    indent(root)
    return tostring(root, "unicode") + "\n"


def add_platform(root: Element) -> None:
    """Add what Windows 11 asks of a machine beside its devices, and what spares it work."""
    _add_firmware(root)
    _add_features(root)
    SubElement(root, "cpu", mode="host-passthrough")
    clock = SubElement(root, "clock", offset="localtime")
    SubElement(clock, "timer", name="rtc", tickpolicy="catchup")
    SubElement(clock, "timer", name="hypervclock", present="yes")
    for event, act in (("on_poweroff", "destroy"), ("on_reboot", "restart")):
        SubElement(root, event).text = act
    SubElement(root, "on_crash").text = "destroy"


def _add_firmware(root: Element) -> None:
    system = SubElement(root, "os", firmware="efi")
    SubElement(system, "type", arch="x86_64", machine="q35").text = "hvm"
    firmware = SubElement(system, "firmware")
    SubElement(firmware, "feature", enabled="yes", name="enrolled-keys")
    SubElement(firmware, "feature", enabled="yes", name="secure-boot")
    SubElement(system, "loader", secure="yes")


def _add_features(root: Element) -> None:
    features = SubElement(root, "features")
    SubElement(features, "acpi")
    SubElement(features, "apic")
    hyperv = SubElement(features, "hyperv", mode="custom")
    for name in ("relaxed", "vapic"):
        SubElement(hyperv, name, state="on")
    SubElement(hyperv, "spinlocks", state="on", retries="8191")
    SubElement(features, "smm", state="on")


def _add_devices(root: Element, parts: MasterParts) -> None:
    devices = SubElement(root, "devices")
    bus = BARE if parts.drivers is None else VIRTIO
    add_disk(devices, parts.disk, bus, order="2")
    discs = [part for part in (parts.install, parts.answers, parts.drivers) if part is not None]
    for rank, path in enumerate(discs):
        disc = drive(path, f"sd{chr(ord('b') + rank)}")
        devices.append(disc)
        if rank == 0:
            SubElement(disc, "boot", order="1")
    add_desk(devices)


def add_disk(devices: Element, path: Path, bus: str, order: str, **driver: str) -> None:
    """Add the disk that Windows is on, and what drives it; ``driver`` is how it is written."""
    if bus == VIRTIO:
        SubElement(devices, "controller", type="scsi", model="virtio-scsi")
    disk = SubElement(devices, "disk", type="file", device="disk")
    SubElement(disk, "driver", {"name": "qemu", "type": "qcow2", **driver, "discard": "unmap"})
    SubElement(disk, "source", file=str(path))
    SubElement(disk, "target", dev="sda", bus=bus)
    SubElement(disk, "boot", order=order)


def drive(disc: Path | None, target: str) -> Element:
    """Return a drive and the disc in it; None: it is empty."""
    found = Element("disk", type="file", device="cdrom")
    SubElement(found, "driver", name="qemu", type="raw")
    if disc is not None:
        SubElement(found, "source", file=str(disc))
    SubElement(found, "target", dev=target, bus="sata")
    SubElement(found, "readonly")
    return found


def add_desk(devices: Element) -> None:
    """Add the TPM, and the screen and pointer of whoever sits before it."""
    tpm = SubElement(devices, "tpm", model="tpm-crb")
    SubElement(tpm, "backend", type="emulator", version="2.0")
    SubElement(devices, "graphics", type="vnc", listen="127.0.0.1")
    SubElement(SubElement(devices, "video"), "model", type="vga")
    SubElement(devices, "input", type="tablet", bus="usb")
