"""Jinja filter: a backup every day and a file restored, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
COPIED = 1
"""What robocopy ends with when it copied files."""
WITNESS_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
WRITTEN = {"datetime": "2026-01-05T08:00:00+00:00"}


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    backup = plan["demands"]["backup"]
    paths = [path for path in (backup["original"], backup["restored"]) if path]
    restored = {"CreationDate": {"datetime": "-PT1H"}, "LastModified": WRITTEN}
    return {
        "namespaces": {
            "root/cimv2": {
                "CIM_DataFile": [
                    _file(backup["original"], {"CreationDate": WRITTEN, "LastModified": WRITTEN}),
                    _file(backup["restored"], restored),
                ]
            },
            "root/microsoft/windows/taskscheduler": {"MSFT_ScheduledTask": [_task(plan, backup)]},
        },
        "script": {
            "tasks": [{"name": "\\Sauvegarde", "result": COPIED}],
            "hashes": [{"path": path, "sha256": WITNESS_SHA256} for path in paths],
        },
    }


def _file(name: str, dates: Document) -> Document:
    folder = name[2 : name.rindex("\\") + 1].lower()
    return {"Name": name.lower(), "Drive": name[:2].lower(), "Path": folder, "FileSize": 64} | dates


def _task(plan: Document, backup: Document) -> Document:
    source = backup["original"].rpartition("\\")[0]
    words = f"robocopy {source} ({backup['target']}\\ + (Get-Date -f yyyyMMdd-HHmmss)) /E"
    action = {"Execute": "powershell.exe", "Arguments": f'-NoProfile -Command "{words}"'}
    trigger = {
        "DaysInterval": 1,
        "Enabled": True,
        "StartBoundary": f"2026-01-05T{backup['at']}:00",
    }
    owner = {"UserId": f"{plan['demands']['directory']['netbios']}\\{backup['account']}"}
    return {
        "Actions": [{"class": "MSFT_TaskExecAction", "properties": action}],
        "Principal": {"class": "MSFT_TaskPrincipal", "properties": owner},
        "State": 3,
        "TaskName": "Sauvegarde",
        "TaskPath": "\\",
        "Triggers": [{"class": "MSFT_TaskDailyTrigger", "properties": trigger}],
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"backup_scenario": scenario}
