"""Jinja filter: the hardware asked for, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
GIB = 1024**3
TESTED = {"datetime": "-PT1H"}


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    asked = plan["demands"]["hardware"]
    delivered, addition = asked["delivered"], asked["addition"]
    parts = {
        "Win32_BaseBoard": {"Product": delivered["board"]},
        "Win32_Processor": {"AddressWidth": 64, "Name": delivered["processor"]},
        "Win32_DiskDrive": [
            {"Index": rank, "InterfaceType": "SCSI", "Model": model}
            for rank, model in enumerate(delivered["disks"])
        ],
        "Win32_PhysicalMemory": [
            {
                "Tag": f"Physical Memory {rank}",
                "DeviceLocator": module["slot"],
                "PartNumber": module["part"],
                "Capacity": module["size_gib"] * GIB,
                "SMBIOSMemoryType": addition["smbios_type"],
                "ConfiguredClockSpeed": addition["speed_mhz"],
            }
            for rank, module in enumerate((*delivered["modules"], addition["module"]))
        ],
        "Win32_PnPEntity": {"ConfigManagerErrorCode": 0, "Status": "OK"},
        "Win32_NTLogEvent": [
            {
                "Logfile": "System",
                "SourceName": "Microsoft-Windows-MemoryDiagnostics-Results",
                "EventCode": 1201,
                "EventType": 3,
                "TimeGenerated": TESTED,
            }
        ],
    }
    return {"namespaces": {"root/cimv2": parts}}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"hardware_scenario": scenario}
