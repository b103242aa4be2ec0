"""Jinja filter: disks and volumes as asked, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
GIB = 1024**3


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    disk = plan["demands"]["storage"]
    volumes = [_volume(letter, one) for letter, one in disk["volumes"].items()]
    return {
        "namespaces": {
            "root/cimv2": {"Win32_LogicalDisk": volumes},
            "root/microsoft/windows/storage": {
                "MSFT_Disk": {"PartitionStyle": 2 if disk["is_gpt"] else 1},
                "MSFT_PhysicalDisk": {"HealthStatus": 0},
            },
        }
    }


def _volume(letter: str, volume: Document) -> Document:
    return {
        "DeviceID": f"{letter}:",
        "DriveType": 3,
        "FileSystem": volume["fs"],
        "VolumeName": volume["label"],
        "Size": (volume["size_gib"] or 200) * GIB,
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"storage_scenario": scenario}
