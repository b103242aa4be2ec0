"""Jinja filter: help that was given from afar, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
WRITTEN = {"datetime": "2026-01-05T08:00:00+00:00"}


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    login = plan["demands"]["directory"]["logins"][plan["demands"]["desk"]["user"]]
    folder = f"\\users\\{login}\\documents\\remote assistance logs\\"
    log = {
        "Name": f"c:{folder}20260105083000.xml",
        "Drive": "c:",
        "Path": folder,
        "FileSize": 64,
        "CreationDate": WRITTEN,
        "LastModified": WRITTEN,
    }
    return {
        "namespaces": {"root/cimv2": {"CIM_DataFile": [log]}},
        "registry": {
            "HKLM": {
                "SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services": {"Shadow": 1},
            }
        },
        "script": {
            "sessions": [
                {"id": 1149, "at": {"datetime": "-PT30M"}, "from": "192.0.2.10"},
                {"id": 20510, "at": {"datetime": "-PT29M"}, "from": ""},
            ]
        },
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"remote_help_scenario": scenario}
