"""Who the Linux workstation is: system, names, time zone, data folder."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity of the workstation; an absent file is an empty string."""

    running_name: str  # uname -n
    static_name: str  # /etc/hostname
    os_id: str  # ID of /etc/os-release
    os_version: str  # VERSION_ID
    timezone: str  # Pacific/Tahiti, from the target of /etc/localtime
    has_data_dir: bool
