"""The Windows half of a cahier's ``poste`` → what a Windows workstation must be."""

from typing import TypeVar

from labctl.plan.windows import (
    WindowsDisk,
    WindowsSystem,
    WindowsVolume,
    WindowsWorkstation,
)
from labctl.plan.windows_use_build import build_use
from labctl.spec import hardware
from labctl.spec.subject import Subject
from labctl.spec.variant import Variant

T = TypeVar("T")
LANGUAGES = {"fr-FR": 1036, "en-US": 1033}
"""LCID of the languages a cahier may ask for."""


def build_windows(subject: Subject, variant: Variant) -> WindowsWorkstation:
    """Return what the workstation must be; KeyError when the cahier says nothing of a Windows."""
    asked = subject.workstation
    return WindowsWorkstation(
        system=_system(_said(asked.system, "systeme"), _said(asked.installation, "installation")),
        disk=_disk(_said(asked.disk, "disque")),
        domain_profile=asked.network.profile == "domaine",
        use=build_use(subject, variant),
    )


def _said(section: T | None, name: str) -> T:
    """Return a section that the lint of the room made sure of (``poste-sans-sujet``)."""
    if section is None:
        raise KeyError(name)
    return section


def _system(asked: hardware.System, installation: hardware.Installation) -> WindowsSystem:
    return WindowsSystem(
        sku=asked.sku,
        edition=asked.edition,
        build_min=asked.build_min,
        language=LANGUAGES[asked.language],
        keyboard=asked.keyboard.partition(":")[2],
        timezone=asked.timezone,
        is_uefi=asked.firmware == "uefi",
        secure_boot=asked.secure_boot,
        install_age_max_h=installation.age_max_h,
        iso_admitted="iso" in installation.methods,
        master=installation.master if "master" in installation.methods else "",
    )


def _disk(asked: hardware.Disk) -> WindowsDisk:
    volumes = {"C:": asked.c, "D:": asked.d}
    return WindowsDisk(
        is_gpt=asked.table == "gpt",
        volumes=tuple(
            WindowsVolume(
                letter, volume.fs, volume.label, volume.size_gib or 0, volume.tolerance_pct or 0
            )
            for letter, volume in volumes.items()
        ),
    )
