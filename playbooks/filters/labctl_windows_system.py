"""Jinja filter: a solved Windows, as the scenario of the simulated one tells it.

System, disks, hardware, built-in accounts and programs; the rest has filters of its own. Accounts
that people make are real ones of the machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Document = dict[str, Any]
Asked = Mapping[str, Any]
GIB = 1024**3
LOCAL_SID = "S-1-5-21-1000000001-2000000002-3000000003"
UNINSTALL = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
CONTROL = "SYSTEM\\CurrentControlSet\\Control"
INSTALLED, TESTED = {"datetime": "-PT2H"}, {"datetime": "-PT1H"}


def windows_system(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    asked = plan["workstation"]["windows"]
    system = asked["system"]
    return {
        "namespaces": {
            "root/cimv2": {
                "Win32_OperatingSystem": {
                    "BuildNumber": str(system["build_min"]),
                    "InstallDate": INSTALLED,
                    "OSArchitecture": "64-bit",
                    "OSLanguage": system["language"],
                    "OperatingSystemSKU": system["sku"],
                },
                "SoftwareLicensingProduct": {"LicenseStatus": 1},
                **_hardware(asked["hardware"]),
                "Win32_LogicalDisk": [_volume(one) for one in asked["disk"]["volumes"]],
                "Win32_UserAccount": list(_users(asked["accounts"])),
            },
            "root/microsoft/windows/storage": {
                "MSFT_Disk": {"PartitionStyle": 2 if asked["disk"]["is_gpt"] else 1},
                "MSFT_PhysicalDisk": {"HealthStatus": 0},
            },
        },
        "registry": {
            "HKLM": {**_installation(system), **_programs(asked["software"])},
            "HKU": {".DEFAULT\\Keyboard Layout\\Preload": {"1": system["keyboard"]}},
        },
    }


def _installation(system: Asked) -> Document:
    return {
        CONTROL: {"PEFirmwareType": 2 if system["is_uefi"] else 1},
        f"{CONTROL}\\SecureBoot\\State": {"UEFISecureBootEnabled": int(system["secure_boot"])},
        "SOFTWARE\\Labctl\\Master": {"Version": system["master"]} if system["master"] else None,
        "SYSTEM\\Setup\\Status\\SysprepStatus": {"GeneralizationState": 7},
    }


def _programs(software: Sequence[Asked]) -> Document:
    """Every program says that it is none."""
    names = [program["installed_as"] for program in software if program["required"]]
    return {f"{UNINSTALL}\\{name}": {"DisplayName": f"{name} (simulation)"} for name in names}


def _hardware(hardware: Asked) -> Document:
    return {
        "Win32_BaseBoard": {"Product": hardware["board"]},
        "Win32_Processor": {"AddressWidth": 64, "Name": hardware["processor"]},
        "Win32_DiskDrive": [
            {"Index": rank, "InterfaceType": "SCSI", "Model": model}
            for rank, model in enumerate(hardware["disks"])
        ],
        "Win32_PhysicalMemory": [
            {
                "Tag": f"Physical Memory {rank}",
                "DeviceLocator": module["slot"],
                "PartNumber": module["part"],
                "Capacity": module["size_gib"] * GIB,
                "SMBIOSMemoryType": hardware["added_type"],
                "ConfiguredClockSpeed": hardware["added_mhz"],
            }
            for rank, module in enumerate((*hardware["delivered"], hardware["added"]))
        ],
        "Win32_PnPEntity": {"ConfigManagerErrorCode": 0, "Status": "OK"},
        "Win32_NTLogEvent": [
            {
                "Logfile": "System",
                "SourceName": "Microsoft-Windows-MemoryDiagnostics-Results",
                "EventCode": 1201,
                "EventType": 3,
                "TimeGenerated": TESTED,
            }
        ],
    }


def _volume(volume: Asked) -> Document:
    return {
        "DeviceID": volume["letter"],
        "DriveType": 3,
        "FileSystem": volume["fs"],
        "VolumeName": volume["label"],
        "Size": (volume["size_gib"] or 200) * GIB,
    }


def _users(accounts: Asked) -> Iterator[Document]:
    yield _user("Administrateur", 500, enabled=accounts["administrator_enabled"])
    yield _user("Invité", 501, enabled=accounts["guest_enabled"])
    yield _user("labctl-audit", 1000, enabled=True)


def _user(name: str, rid: int, *, enabled: bool) -> Document:
    sid = f"{LOCAL_SID}-{rid}"
    known = {"Domain": "SIMULATION", "Name": name, "SID": sid}
    return known | {"LocalAccount": True, "Disabled": not enabled}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"windows_system": windows_system}
