"""A virtual machine as libvirt spells it, and what is read back of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import (
    Element,
    SubElement,
    fromstring,
    indent,
    register_namespace,
    tostring,
)

from labctl.providers.libvirt import metadata
from labctl.providers.libvirt.layout import Card, Guest, Tag

register_namespace("labctl", metadata.NAMESPACE)

_NO_HOST = {"csum": "off", "gso": "off", "tso4": "off", "tso6": "off", "ecn": "off", "ufo": "off"}
_NO_GUEST = {"csum": "off", "tso4": "off", "tso6": "off", "ecn": "off", "ufo": "off"}
"""Offloads a user-space switch on the way cannot undo: TCP would stall behind it."""
CONTROL = "labctl.control"
"""Name of the port by which a guest is told to start, and asked how it is."""
_CACHE_MIB = "128"
"""Translated code an emulator keeps; its own default makes it several times larger."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of a virtual machine."""

    kernel: Path
    initrd: Path
    arguments: str
    disk: Path
    seed: Path
    log: Path
    control: Path
    image: str  # name of the image the disk stands on


@dataclass(frozen=True, slots=True)
class Seen:
    """What a domain is found to be, as far as labctl chose it."""

    tag: Tag
    image: str
    memory_kib: int
    kernel: str
    disks: tuple[tuple[str, str], ...]  # target, file
    cards: tuple[tuple[str, str], ...]  # MAC, network


def render(guest: Guest, parts: Parts) -> str:
    """Return the XML of a domain."""
    root = begin(guest, parts.image)
    _add_system(root, parts)
    _add_processor(root, guest.virt_type)
    for event, act in (("on_poweroff", "destroy"), ("on_reboot", "restart")):
        SubElement(root, event).text = act
    SubElement(root, "on_crash").text = "destroy"
    _add_devices(root, guest, parts)
    indent(root)
    return tostring(root, "unicode") + "\n"


def begin(guest: Guest, image: str) -> Element:
    """Return a domain that so far has its name, its tag, its memory and its processors."""
    root = Element("domain", type=guest.virt_type)
    SubElement(root, "name").text = guest.name
    SubElement(root, "uuid").text = guest.uuid
    metadata.add(root, guest.tag, image=image)
    SubElement(root, "memory", unit="MiB").text = str(guest.memory_mib)
    SubElement(root, "vcpu").text = str(guest.cpus)
    return root


def add_card(devices: Element, card: Card, model: str) -> Element:
    """Add a network card, and return it."""
    interface = SubElement(devices, "interface", type="network")
    SubElement(interface, "mac", address=card.mac)
    SubElement(interface, "source", network=card.network)
    SubElement(interface, "target", dev=card.device)
    SubElement(interface, "model", type=model)
    return interface


def parse(text: str) -> Seen | None:
    """Return what a domain is, None when it is not labctl's."""
    root = fromstring(text)  # noqa: S314  # from libvirt, which has parsed it itself
    tag = metadata.read(root)
    if tag is None:
        return None
    return Seen(
        tag=tag,
        image=metadata.read_value(root, "image"),
        memory_kib=int(root.findtext("memory") or 0) * _unit_kib(root.find("memory")),
        kernel=root.findtext("os/kernel") or "",
        disks=tuple(_read_disks(root)),
        cards=tuple(_read_cards(root)),
    )


def parse_tag(text: str) -> Tag | None:
    """Return the tag of a domain or network, None when it is not labctl's."""
    return metadata.read(fromstring(text))  # noqa: S314  # from libvirt


def _add_system(root: Element, parts: Parts) -> None:
    system = SubElement(root, "os")
    SubElement(system, "type", arch="x86_64", machine="pc").text = "hvm"
    SubElement(system, "kernel").text = str(parts.kernel)
    SubElement(system, "initrd").text = str(parts.initrd)
    SubElement(system, "cmdline").text = parts.arguments


def _add_processor(root: Element, virt_type: str) -> None:
    features = SubElement(root, "features")
    SubElement(features, "acpi")
    if virt_type == "kvm":
        SubElement(root, "cpu", mode="host-passthrough", migratable="on")
    else:
        tcg = SubElement(features, "tcg")
        SubElement(tcg, "tb-cache", unit="MiB").text = _CACHE_MIB
        SubElement(root, "cpu", mode="maximum")
    clock = SubElement(root, "clock", offset="utc")
    SubElement(clock, "timer", name="rtc", tickpolicy="catchup")


def _add_devices(root: Element, guest: Guest, parts: Parts) -> None:
    devices = SubElement(root, "devices")
    _add_disk(devices, "vda", parts.disk, "qcow2")
    _add_disk(devices, "vdb", parts.seed, "raw")
    SubElement(devices, "controller", type="usb", model="none")
    for card in guest.cards:
        driver = SubElement(add_card(devices, card, "virtio"), "driver", name="qemu")
        SubElement(driver, "host", _NO_HOST)
        SubElement(driver, "guest", _NO_GUEST)
    serial = SubElement(devices, "serial", type="file")
    SubElement(serial, "source", path=str(parts.log), append="off")
    SubElement(serial, "target", type="isa-serial", port="0")
    channel = SubElement(devices, "channel", type="unix")
    SubElement(channel, "source", mode="bind", path=str(parts.control))
    SubElement(channel, "target", type="virtio", name=CONTROL)
    rng = SubElement(devices, "rng", model="virtio")
    SubElement(rng, "backend", model="random").text = "/dev/urandom"
    SubElement(devices, "memballoon", model="none")


def _add_disk(devices: Element, target: str, file: Path, kind: str) -> None:
    disk = SubElement(devices, "disk", type="file", device="disk")
    # a bench is thrown away or reset, never trusted after a power cut: no flush to the platter
    cache = "unsafe" if kind == "qcow2" else "none"
    SubElement(disk, "driver", name="qemu", type=kind, cache=cache)
    SubElement(disk, "source", file=str(file))
    SubElement(disk, "target", dev=target, bus="virtio")
    if kind == "raw":
        SubElement(disk, "readonly")


def _read_disks(root: Element) -> Iterator[tuple[str, str]]:
    for disk in root.iterfind("devices/disk"):
        target, source = disk.find("target"), disk.find("source")
        if target is not None:
            file = "" if source is None else source.get("file", "")
            yield target.get("dev", ""), file


def _read_cards(root: Element) -> Iterator[tuple[str, str]]:
    for interface in root.iterfind("devices/interface"):
        mac, source = interface.find("mac"), interface.find("source")
        if mac is not None:
            name = "" if source is None else source.get("network", "")
            yield mac.get("address", ""), name


def _unit_kib(memory: Element | None) -> int:
    unit = "KiB" if memory is None else memory.get("unit", "KiB")
    return {"KiB": 1, "MiB": 1 << 10, "GiB": 1 << 20}[unit]
