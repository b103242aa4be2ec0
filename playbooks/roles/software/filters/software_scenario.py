"""Jinja filter: programs installed and removed, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    software = plan["demands"]["software"]["programs"]
    keys: Document = {}
    for name in (one["installed_as"] for one in software if one["required"]):
        keys[f"SOFTWARE\\{UNINSTALL}\\{name}"] = {"DisplayName": f"{name} (simulation)"}
    for name in (one["installed_as"] for one in software if one["remove"]):
        keys[f"SOFTWARE\\WOW6432Node\\{UNINSTALL}\\{name}"] = None
    return {"registry": {"HKLM": keys}}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"software_scenario": scenario}
