"""Hardware of a Windows workstation."""

from dataclasses import dataclass

from checks.installation.facts.operating_system import ask_processors
from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    _,
    ask_cim,
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


def _ask_memory(plan: Plan) -> tuple[Question, ...]:
    names = ("DeviceLocator", "PartNumber", "Capacity", "SMBIOSMemoryType", "ConfiguredClockSpeed")
    return (ask_cim(plan.workstation.node, "Win32_PhysicalMemory", *names),)


def _memory(_plan: Plan, answers: tuple[Answer, ...]) -> Memory:
    """Read them; a machine without memory has answered another question."""
    modules = tuple(
        MemoryModule(
            text_of(one, "DeviceLocator").strip(),
            text_of(one, "PartNumber").strip(),
            number_of(one, "Capacity"),
            number_or(one, "SMBIOSMemoryType", 0),
            number_or(one, "ConfiguredClockSpeed", 0),
        )
        for one in read_instances(answers[0])
    )
    if not modules:
        raise NotUnderstood(_("%(what)s : aucune barrette") % {"what": answers[0].question.text})
    return Memory(modules)


def _ask_inventory(plan: Plan) -> tuple[Question, ...]:
    return (
        ask_processors(plan),
        ask_cim(plan.workstation.node, "Win32_BaseBoard", "Product"),
        ask_cim(plan.workstation.node, "Win32_DiskDrive", "Model", "InterfaceType"),
    )


def _inventory(_plan: Plan, answers: tuple[Answer, ...]) -> Inventory:
    processors, boards, disks = (read_instances(answer) for answer in answers)
    inside = [disk for disk in disks if text_of(disk, "InterfaceType") != "USB"]
    return Inventory(
        tuple(sorted(text_of(one, "Name").strip() for one in processors)),
        tuple(sorted(text_of(one, "Product").strip() for one in boards)),
        tuple(sorted(text_of(one, "Model").strip() for one in inside)),
    )


def _ask_faulty(plan: Plan) -> tuple[Question, ...]:
    names = ("Name", "ConfigManagerErrorCode")
    return (
        ask_cim(
            plan.workstation.node, "Win32_PnPEntity", *names, where="ConfigManagerErrorCode <> 0"
        ),
    )


def _faulty(_plan: Plan, answers: tuple[Answer, ...]) -> FaultyDevices:
    """Read them all, those that are disabled or absent too: the check tells them apart."""
    return FaultyDevices(
        tuple(
            FaultyDevice(text_of(one, "Name"), number_of(one, "ConfigManagerErrorCode"))
            for one in read_instances(answers[0])
        )
    )


MEMORY = Probe(Memory, _ask_memory, _memory)
INVENTORY = Probe(Inventory, _ask_inventory, _inventory)
FAULTY = Probe(FaultyDevices, _ask_faulty, _faulty)
