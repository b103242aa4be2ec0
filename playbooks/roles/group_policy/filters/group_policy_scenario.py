"""Jinja filter: the policies of the domain applied, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
POLICIES = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion"
IMPOSED = {
    f"{POLICIES}\\Policies\\Explorer": "NoDriveTypeAutoRun",
    "SOFTWARE\\Policies\\Microsoft\\Windows\\System": "EnableSmartScreen",
}
"""Where a policy of the domain writes what it imposes."""


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    applied = [gpo for gpo in plan["demands"]["group_policy"]["gpos"] if gpo["values"]]
    imposed = {name: value for gpo in applied for name, value in gpo["values"].items()}
    keys: Document = {
        key: {name: imposed[name]} for key, name in IMPOSED.items() if name in imposed
    }
    for rank, gpo in enumerate(applied):
        key = f"{POLICIES}\\Group Policy\\State\\Machine\\GPO-List\\{rank}"
        keys[key] = {"DisplayName": gpo["name"]}
    return {"registry": {"HKLM": keys}}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"group_policy_scenario": scenario}
