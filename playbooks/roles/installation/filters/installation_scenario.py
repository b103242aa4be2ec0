"""Jinja filter: a Windows installed as asked, told by the simulated one."""

from typing import Any

Document = dict[str, Any]
INSTALLED = {"datetime": "-PT2H"}
CONTROL = "SYSTEM\\CurrentControlSet\\Control"


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    system = plan["demands"]["installation"]["windows"]
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
            },
        },
        "registry": {
            "HKLM": {
                CONTROL: {"PEFirmwareType": 2 if system["is_uefi"] else 1},
                f"{CONTROL}\\SecureBoot\\State": {
                    "UEFISecureBootEnabled": int(system["secure_boot"])
                },
                "SOFTWARE\\Labctl\\Master": {"Version": system["master"]}
                if system["master"]
                else None,
                "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": {
                    "CurrentBuild": str(system["build_min"])
                },
                "SYSTEM\\Setup\\Status\\SysprepStatus": {"GeneralizationState": 7},
            },
            "HKU": {".DEFAULT\\Keyboard Layout\\Preload": {"1": system["layout"]}},
        },
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"installation_scenario": scenario}
