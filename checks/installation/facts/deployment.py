"""How Windows was installed: master, firmware, licence, region."""

from dataclasses import dataclass

from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    _,
    ask,
    ask_cim,
    ask_registry,
    fact,
    number_of,
    number_or,
    read_instances,
    read_key,
    text_of,
)


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """Keyboard and time zone, by the names that are the same in every language."""

    keyboard: str  # 0000040c
    timezone: str  # Hawaiian Standard Time


@dataclass(frozen=True, slots=True)
class Firmware:
    """How the machine starts."""

    is_uefi: bool
    secure_boot: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """The stamp that a master image bears; empty without one."""

    master: str  # its version
    generalized: bool  # sysprep ended its work in the image


@dataclass(frozen=True, slots=True)
class Licence:
    """Status of every licence of Windows that has a key; 1 is licensed."""

    statuses: tuple[int, ...]


CONTROL = r"SYSTEM\CurrentControlSet\Control"
KEYBOARD = r".DEFAULT\Keyboard Layout"
UEFI = 2
GENERALIZED = 7
WINDOWS_ID = "55c92734-d682-4d71-983e-d6ec3f16059f"
"""Application of Windows itself among the licences; Office has another."""


@fact(RegionSettings, kind="windows")
def read_region(_plan: Plan, at: NodeName) -> Reading[RegionSettings]:
    """Read the keyboard of the logon screen and the time zone.

    The first entry names a language; another keyboard may stand in for its own, as French does for
    a language without a number of its own, 00002000 (Microsoft, "Keyboard Layout\\Substitutes").
    """
    layout, zone, others = yield from ask(
        ask_registry(at, "HKU", rf"{KEYBOARD}\Preload", {"1": "string"}),
        ask_registry(at, "HKLM", rf"{CONTROL}\TimeZoneInformation", {"TimeZoneKeyName": "string"}),
        ask_registry(at, "HKU", rf"{KEYBOARD}\Substitutes", {"*": "string"}),
    )
    first, substitutes = text_of(read_key(layout), "1").lower(), read_key(others)
    named = {name.lower(): text_of(substitutes, name).lower() for name in substitutes}
    keyboard = named.get(first, first)
    return RegionSettings(keyboard, text_of(read_key(zone), "TimeZoneKeyName"))


@fact(Firmware, kind="windows")
def read_firmware(_plan: Plan, at: NodeName) -> Reading[Firmware]:
    """Read how it starts; one that starts as a BIOS does has no state of Secure Boot at all.

    Microsoft, "GetFirmwareType function": FirmwareTypeUefi is 2.
    """
    kind, state = yield from ask(
        ask_registry(at, "HKLM", CONTROL, {"PEFirmwareType": "dword"}),
        ask_registry(
            at, "HKLM", rf"{CONTROL}\SecureBoot\State", {"UEFISecureBootEnabled": "dword"}
        ),
    )
    return Firmware(
        is_uefi=number_of(read_key(kind), "PEFirmwareType") == UEFI,
        secure_boot=number_or(read_key(state), "UEFISecureBootEnabled", 0) == 1,
    )


@fact(Deployment, kind="windows")
def read_deployment(_plan: Plan, at: NodeName) -> Reading[Deployment]:
    """Read the stamp of the master image, and whether sysprep ended its work in it.

    Microsoft, "Sysprep Process Overview": GeneralizationState is 7 once it is done.
    """
    stamp, status = yield from ask(
        ask_registry(at, "HKLM", r"SOFTWARE\Labctl\Master", {"Version": "string"}),
        ask_registry(
            at, "HKLM", r"SYSTEM\Setup\Status\SysprepStatus", {"GeneralizationState": "dword"}
        ),
    )
    done = number_or(read_key(status), "GeneralizationState", 0) == GENERALIZED
    return Deployment(text_of(read_key(stamp), "Version"), generalized=done)


@fact(Licence, kind="windows")
def read_licence(_plan: Plan, at: NodeName) -> Reading[Licence]:
    """Read the licences that have a key: a Windows without any is not licensed.

    Microsoft, "SoftwareLicensingProduct class": LicenseStatus 1 is licensed.
    """
    where = f"PartialProductKey IS NOT NULL AND ApplicationID = '{WINDOWS_ID}'"
    (answer,) = yield from ask(
        ask_cim(at, "SoftwareLicensingProduct", "LicenseStatus", where=where)
    )
    statuses = [number_of(one, "LicenseStatus") for one in read_instances(answer)]
    if any(not 0 <= status < 100 for status in statuses):
        raise NotUnderstood(
            _("%(name)s n'a pas une valeur de son type") % {"name": "LicenseStatus"}
        )
    return Licence(tuple(sorted(statuses)))
