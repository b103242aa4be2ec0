"""Hardware of a Windows workstation."""

from dataclasses import dataclass


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
