"""Disks and volumes of a Windows workstation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BootDisk:
    """The disk that Windows starts from."""

    is_gpt: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of a fixed disk."""

    letter: str  # C:
    fs: str  # NTFS; empty: not formatted, or locked
    label: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Volumes:
    """Every volume of the fixed disks that has a letter."""

    volumes: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive, and what it says of its health: 0 is healthy."""

    name: str
    health: int


@dataclass(frozen=True, slots=True)
class DriveHealth:
    """Every drive."""

    drives: tuple[Drive, ...]
