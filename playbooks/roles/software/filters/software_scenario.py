"""Jinja filter: programs installed and removed, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
CURRENT = "Microsoft\\Windows\\CurrentVersion"
UNINSTALL = f"{CURRENT}\\Uninstall"
RUN = f"SOFTWARE\\{CURRENT}\\Run"
NOTHING_STARTS: Document = {
    "namespaces": {
        "root/cimv2": {"Win32_StartupCommand": []},
        "root/microsoft/windows/taskscheduler": {"MSFT_ScheduledTask": []},
    },
    "script": {"tasks": []},
}
"""What starts on a new machine is of the programs to remove; tasks of other roles are added."""


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    software = plan["demands"]["software"]
    keys: Document = {}
    for name in software["wanted"]:
        keys[f"SOFTWARE\\{UNINSTALL}\\{name}"] = {"DisplayName": f"{name} (simulation)"}
    removed = software["removed"]
    for name in removed:
        keys[f"SOFTWARE\\WOW6432Node\\{UNINSTALL}\\{name}"] = None
    if not removed:
        return {"registry": {"HKLM": keys}}
    keys[RUN] = dict.fromkeys(removed)
    return {"registry": {"HKLM": keys}} | NOTHING_STARTS


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"software_scenario": scenario}
