"""Jinja filter: nothing that starts without being asked for, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
RUN = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"


def scenario(_plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    return {
        "namespaces": {"root/cimv2": {"Win32_StartupCommand": []}},
        "registry": {"HKLM": {RUN: None}},
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"startup_scenario": scenario}
