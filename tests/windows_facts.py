"""Facts of a Windows workstation computed from a plan: solved, and as from the shop."""

from datetime import UTC, datetime, timedelta

from checks.accounts.demand import LocalAccounts
from checks.accounts.facts.local_users import LocalUser, LocalUsers
from checks.hardware.demand import Hardware, Module
from checks.hardware.facts.events import Event, HardwareEvents, SystemErrors
from checks.hardware.facts.hardware import (
    FaultyDevice,
    FaultyDevices,
    Inventory,
    Memory,
    MemoryModule,
)
from checks.installation.demand import Installation
from checks.installation.facts.deployment import Deployment, Firmware, Licence, RegionSettings
from checks.installation.facts.operating_system import OperatingSystem
from checks.software.demand import Programs
from checks.software.facts import Software
from checks.storage.demand import Storage
from checks.storage.facts import BootDisk, Drive, DriveHealth, Volume, Volumes
from labctl.plan.model import Plan
from tests.windows_use_facts import solved_use, untouched_use

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
INSTALLED = NOW - timedelta(hours=2)
GIB = 1024**3
MEMORY_TEST = Event("Microsoft-Windows-MemoryDiagnostics-Results", 1201, NOW - timedelta(hours=1))


def solved_windows(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a workstation where everything asked is done; none of a Linux."""
    if "windows" not in plan.desks[0].faces:
        return ()
    accounts, hardware = plan.demand(LocalAccounts), plan.demand(Hardware)
    system, storage = plan.demand(Installation).of_windows(), plan.demand(Storage)
    delivered = hardware.delivered
    return (
        OperatingSystem(system.sku, system.build_min, system.language, INSTALLED, NOW, 64),
        RegionSettings(system.layout, system.timezone),
        Firmware(is_uefi=system.is_uefi, secure_boot=system.secure_boot),
        Deployment(system.master, generalized=True),
        Licence((1,)),
        BootDisk(is_gpt=storage.is_gpt),
        Volumes(
            tuple(
                Volume(f"{letter}:", one.fs, one.label, (one.size_gib or 200) * GIB)
                for letter, one in storage.volumes.items()
            )
        ),
        DriveHealth((Drive(delivered.disks[0], 0),)),
        _memory(hardware, *delivered.modules, hardware.addition.module),
        Inventory((delivered.processor,), (delivered.board,), delivered.disks),
        FaultyDevices(()),
        SystemErrors(()),
        HardwareEvents((), (MEMORY_TEST,)),
        LocalUsers(
            (
                LocalUser("Administrateur", 500, accounts.administrator_enabled),
                LocalUser("Invité", 501, accounts.guest_enabled),
                LocalUser(accounts.admin.name, 1001, enabled=True),
            )
        ),
        Software(
            tuple(
                f"{one.installed_as} 1.2 (x64)"
                for one in plan.demand(Programs).programs
                if one.required
            )
        ),
        *solved_use(plan),
    )


def untouched_windows(plan: Plan) -> tuple[object, ...]:
    """Return the facts of a workstation as delivered: a Windows as shops sell it."""
    if "windows" not in plan.desks[0].faces:
        return ()
    hardware = plan.demand(Hardware)
    delivered = hardware.delivered
    return (
        OperatingSystem(101, 19045, 1033, NOW - timedelta(days=200), NOW, 32),
        RegionSettings("00000409", "UTC"),
        Firmware(is_uefi=True, secure_boot=False),
        Deployment("2019.1", generalized=False),
        Licence((5,)),
        BootDisk(is_gpt=False),
        Volumes((Volume("C:", "NTFS", "Windows", 240 * GIB),)),
        DriveHealth((Drive(delivered.disks[0], 1),)),
        _memory(hardware, *delivered.modules),
        Inventory(("Processeur simulé",), (delivered.board,), delivered.disks),
        FaultyDevices((FaultyDevice("Contrôleur sans pilote", 28),)),
        SystemErrors((Event("disk", 7, NOW - timedelta(days=3)),)),
        HardwareEvents((Event("Microsoft-Windows-WHEA-Logger", 18, NOW),), ()),
        LocalUsers(
            (
                LocalUser("Administrateur", 500, enabled=True),
                LocalUser("Invité", 501, enabled=True),
                LocalUser("usine", 1001, enabled=True),
            )
        ),
        Software(("McToolbar",)),
        *untouched_use(plan),
    )


def _memory(asked: Hardware, *modules: Module) -> Memory:
    return Memory(
        tuple(
            MemoryModule(
                one.slot,
                one.part,
                one.size_gib * GIB,
                asked.addition.smbios_type,
                asked.addition.speed_mhz,
            )
            for one in modules
        )
    )
