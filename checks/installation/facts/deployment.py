"""How Windows was installed: master, firmware, licence, region."""

from dataclasses import dataclass

from labctl.api import (
    Answer,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    _,
    ask_cim,
    ask_registry,
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
UEFI = 2
GENERALIZED = 7
WINDOWS_ID = "55c92734-d682-4d71-983e-d6ec3f16059f"
"""Application of Windows itself among the licences; Office has another."""


def _ask_region(plan: Plan) -> tuple[Question, ...]:
    layout = {"1": "string"}
    return (
        ask_registry(plan.workstation.node, "HKU", r".DEFAULT\Keyboard Layout\Preload", layout),
        ask_registry(
            plan.workstation.node,
            "HKLM",
            rf"{CONTROL}\TimeZoneInformation",
            {"TimeZoneKeyName": "string"},
        ),
    )


def _region(_plan: Plan, answers: tuple[Answer, ...]) -> RegionSettings:
    layout, zone = (read_key(answer) for answer in answers)
    return RegionSettings(text_of(layout, "1").lower(), text_of(zone, "TimeZoneKeyName"))


def _ask_firmware(plan: Plan) -> tuple[Question, ...]:
    state = {"UEFISecureBootEnabled": "dword"}
    return (
        ask_registry(plan.workstation.node, "HKLM", CONTROL, {"PEFirmwareType": "dword"}),
        ask_registry(plan.workstation.node, "HKLM", rf"{CONTROL}\SecureBoot\State", state),
    )


def _firmware(_plan: Plan, answers: tuple[Answer, ...]) -> Firmware:
    """A machine that starts as a BIOS does has no state of Secure Boot at all."""
    kind, state = (read_key(answer) for answer in answers)
    return Firmware(
        is_uefi=number_of(kind, "PEFirmwareType") == UEFI,
        secure_boot=number_or(state, "UEFISecureBootEnabled", 0) == 1,
    )


def _ask_deployment(plan: Plan) -> tuple[Question, ...]:
    status = {"GeneralizationState": "dword"}
    return (
        ask_registry(
            plan.workstation.node, "HKLM", r"SOFTWARE\Labctl\Master", {"Version": "string"}
        ),
        ask_registry(plan.workstation.node, "HKLM", r"SYSTEM\Setup\Status\SysprepStatus", status),
    )


def _deployment(_plan: Plan, answers: tuple[Answer, ...]) -> Deployment:
    stamp, status = (read_key(answer) for answer in answers)
    done = number_or(status, "GeneralizationState", 0) == GENERALIZED
    return Deployment(text_of(stamp, "Version"), generalized=done)


def _ask_licence(plan: Plan) -> tuple[Question, ...]:
    where = f"PartialProductKey IS NOT NULL AND ApplicationID = '{WINDOWS_ID}'"
    return (
        ask_cim(plan.workstation.node, "SoftwareLicensingProduct", "LicenseStatus", where=where),
    )


def _licence(_plan: Plan, answers: tuple[Answer, ...]) -> Licence:
    """A Windows without any key says nothing of its licence: it is not licensed."""
    statuses = [number_of(one, "LicenseStatus") for one in read_instances(answers[0])]
    if any(not 0 <= status < 100 for status in statuses):
        raise NotUnderstood(
            _("%(name)s n'a pas une valeur de son type") % {"name": "LicenseStatus"}
        )
    return Licence(tuple(sorted(statuses)))


REGION = Probe(RegionSettings, _ask_region, _region)
FIRMWARE = Probe(Firmware, _ask_firmware, _firmware)
DEPLOYMENT = Probe(Deployment, _ask_deployment, _deployment)
LICENCE = Probe(Licence, _ask_licence, _licence)
