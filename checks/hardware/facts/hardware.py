"""Hardware of a Windows workstation."""

from dataclasses import dataclass

from checks.installation.facts.operating_system import ask_processors
from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    _,
    ask,
    ask_cim,
    fact,
    number_of,
    number_or,
    read_instances,
    text_of,
)


@dataclass(frozen=True, slots=True)
class MemoryModule:
    """A memory module, as the firmware describes it."""

    slot: str  # DeviceLocator
    part: str  # the maker's reference
    size_bytes: int
    smbios_type: int  # 26 is DDR4
    mhz: int  # the speed it runs at


@dataclass(frozen=True, slots=True)
class Memory:
    """Every memory module."""

    modules: tuple[MemoryModule, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """What else the machine is made of; names as the makers give them."""

    processors: tuple[str, ...]
    boards: tuple[str, ...]
    disks: tuple[str, ...]  # models; not those behind USB


@dataclass(frozen=True, slots=True)
class FaultyDevice:
    """A device that Windows cannot use, and why (ConfigManagerErrorCode)."""

    name: str
    code: int


@dataclass(frozen=True, slots=True)
class FaultyDevices:
    """Every device in error."""

    devices: tuple[FaultyDevice, ...]


@fact(Memory, kind="windows")
def read_memory(_plan: Plan, at: NodeName) -> Reading[Memory]:
    """Read the modules; a machine without memory has answered another question.

    Microsoft, "Win32_PhysicalMemory class".
    """
    names = ("DeviceLocator", "PartNumber", "Capacity", "SMBIOSMemoryType", "ConfiguredClockSpeed")
    (answer,) = yield from ask(ask_cim(at, "Win32_PhysicalMemory", *names))
    modules = tuple(
        MemoryModule(
            text_of(one, "DeviceLocator").strip(),
            text_of(one, "PartNumber").strip(),
            number_of(one, "Capacity"),
            number_or(one, "SMBIOSMemoryType", 0),
            number_or(one, "ConfiguredClockSpeed", 0),
        )
        for one in read_instances(answer)
    )
    if not modules:
        raise NotUnderstood(_("%(what)s : aucune barrette") % {"what": answer.question.text})
    return Memory(modules)


@fact(Inventory, kind="windows")
def read_inventory(_plan: Plan, at: NodeName) -> Reading[Inventory]:
    """Read the names that the makers give (Microsoft, "Computer System Hardware Classes")."""
    answers = yield from ask(
        ask_processors(at),
        ask_cim(at, "Win32_BaseBoard", "Product"),
        ask_cim(at, "Win32_DiskDrive", "Model", "InterfaceType"),
    )
    processors, boards, disks = (read_instances(answer) for answer in answers)
    inside = [disk for disk in disks if text_of(disk, "InterfaceType") != "USB"]
    return Inventory(
        tuple(sorted(text_of(one, "Name").strip() for one in processors)),
        tuple(sorted(text_of(one, "Product").strip() for one in boards)),
        tuple(sorted(text_of(one, "Model").strip() for one in inside)),
    )


@fact(FaultyDevices, kind="windows")
def read_faulty(_plan: Plan, at: NodeName) -> Reading[FaultyDevices]:
    """Read the devices in error, disabled or absent ones too: the check tells them apart.

    Microsoft, "Win32_PnPEntity class".
    """
    names = ("Name", "ConfigManagerErrorCode")
    (answer,) = yield from ask(
        ask_cim(at, "Win32_PnPEntity", *names, where="ConfigManagerErrorCode <> 0")
    )
    return FaultyDevices(
        tuple(
            FaultyDevice(text_of(one, "Name"), number_of(one, "ConfigManagerErrorCode"))
            for one in read_instances(answer)
        )
    )
