"""Jinja filter: a hardened Windows, told by the simulated one."""

from typing import Any

Document = dict[str, Any]
TERMINAL = "SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
ASKED, UNASKED = 5, 0  # ConsentPromptBehaviorAdmin
AUDITED = {"reussies": 1, "echouees": 2}


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    security = plan["demands"]["hardening"]
    desktop = security["remote_desktop"]
    audited = sum(bit for outcome, bit in AUDITED.items() if outcome in security["audited"])
    return {
        "namespaces": {"root/cimv2": {"Win32_OptionalFeature": {"InstallState": 2}}},
        "registry": {
            "HKLM": {
                "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System": {
                    "EnableLUA": int(security["uac"]),
                    "ConsentPromptBehaviorAdmin": ASKED if security["uac"] else UNASKED,
                    "InactivityTimeoutSecs": security["idle_s"],
                },
                TERMINAL: {"fDenyTSConnections": int(not desktop["active"])},
                f"{TERMINAL}\\WinStations\\RDP-Tcp": {"UserAuthentication": int(desktop["nla"])},
                "SYSTEM\\CurrentControlSet\\Services\\EventLog\\Security": {
                    "MaxSize": security["log_mib"] << 20,
                    "Retention": 0,
                },
            }
        },
        "script": {"audit": [audited]},
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"hardening_scenario": scenario}
