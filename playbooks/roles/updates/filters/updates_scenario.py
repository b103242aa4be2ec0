"""Jinja filter: a Windows that is up to date, told by the simulated one."""

from typing import Any

Document = dict[str, Any]
KEY = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    updates = plan["demands"]["updates"]
    return {"registry": {"HKLM": {KEY: {"UBR": updates["ubr_min"]}}}}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"updates_scenario": scenario}
