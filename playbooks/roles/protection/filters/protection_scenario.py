"""Jinja filter: firewall, antivirus and encryption, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
EICAR = 2147519003


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    asked = plan["demands"]["protection"]["encryption"]
    return {
        "namespaces": {
            "root/cimv2/security/microsoftvolumeencryption": {
                "Win32_EncryptableVolume": [_volume(letter, asked) for letter in asked["volumes"]]
            },
            "root/microsoft/windows/defender": {
                "MSFT_MpComputerStatus": {
                    "AMServiceEnabled": True,
                    "AntivirusSignatureAge": 0,
                    "RealTimeProtectionEnabled": True,
                },
            },
            "root/standardcimv2": {
                "MSFT_NetFirewallProfile": {"DefaultInboundAction": 4, "Enabled": 1},
            },
        },
        "script": {"threats": [{"threat": EICAR, "seen": {"datetime": "-PT30M"}, "stopped": True}]},
    }


def _volume(letter: str, asked: Document) -> Document:
    return {
        "ConversionStatus": 1,
        "DeviceID": f"\\\\?\\Volume{{{letter[0]}}}\\",
        "DriveLetter": letter,
        "EncryptionMethod": max(asked["methods"]),
        "ProtectionStatus": 1,
        "VolumeType": 0 if letter == "C:" else 1,
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"protection_scenario": scenario}
