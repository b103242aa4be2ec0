"""Which system a Linux workstation has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinuxSystem:
    """System, time zone and data folder; an absent file is an empty string."""

    os_id: str  # ID of /etc/os-release
    os_version: str  # VERSION_ID
    timezone: str  # Pacific/Tahiti, from the target of /etc/localtime
    has_data_dir: bool
