"""Jinja filter: the wireless network that is known, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
WIRELESS_CARD = {
    "DeviceID": "{51D00000-0000-0000-0000-000000000802}",
    "InterfaceAdminStatus": 1,
    "InterfaceDescription": "Carte sans fil simulée",
    "NdisPhysicalMedium": 9,
}
PROFILE = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles\\{51D00802}"


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    ssid = plan["demands"]["wireless_client"]["ssid"]
    return {
        "namespaces": {"root/standardcimv2": {"MSFT_NetAdapter": [WIRELESS_CARD]}},
        "registry": {"HKLM": {PROFILE: {"NameType": 71, "ProfileName": ssid}}},
        "script": {"wifi": [{"name": ssid, "mode": "auto"}]},
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"wireless_client_scenario": scenario}
