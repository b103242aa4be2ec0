"""Jinja filter: the hardware asked for, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
GIB = 1024**3
TESTED = {"datetime": "-PT1H"}


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    hardware = plan["workstation"]["windows"]["hardware"]
    parts = {
        "Win32_BaseBoard": {"Product": hardware["board"]},
        "Win32_Processor": {"AddressWidth": 64, "Name": hardware["processor"]},
        "Win32_DiskDrive": [
            {"Index": rank, "InterfaceType": "SCSI", "Model": model}
            for rank, model in enumerate(hardware["disks"])
        ],
        "Win32_PhysicalMemory": [
            {
                "Tag": f"Physical Memory {rank}",
                "DeviceLocator": module["slot"],
                "PartNumber": module["part"],
                "Capacity": module["size_gib"] * GIB,
                "SMBIOSMemoryType": hardware["added_type"],
                "ConfiguredClockSpeed": hardware["added_mhz"],
            }
            for rank, module in enumerate((*hardware["delivered"], hardware["added"]))
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
