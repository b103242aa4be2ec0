"""Probes of hardware."""

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.windows.asking import ask_cim
from labctl.probes.windows.hardware import (
    FaultyDevice,
    FaultyDevices,
    Inventory,
    Memory,
    MemoryModule,
)
from labctl.probes.windows.reading import (
    number_of,
    number_or,
    read_instances,
    text_of,
)
from labctl.probes.windows.system_probe import ask_processors


def _ask_memory(plan: Plan) -> tuple[Question, ...]:
    names = ("DeviceLocator", "PartNumber", "Capacity", "SMBIOSMemoryType", "ConfiguredClockSpeed")
    return (ask_cim(plan, "Win32_PhysicalMemory", *names),)


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
        ask_cim(plan, "Win32_BaseBoard", "Product"),
        ask_cim(plan, "Win32_DiskDrive", "Model", "InterfaceType"),
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
    return (ask_cim(plan, "Win32_PnPEntity", *names, where="ConfigManagerErrorCode <> 0"),)


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
