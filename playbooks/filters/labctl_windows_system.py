"""Jinja filter: the system of a solved Windows, as the scenario of the simulated one tells it."""

from typing import Any

Document = dict[str, Any]


def windows_system(plan: Document) -> Document:
    """Return what ``simulate merge`` takes: edition, age, processor."""
    system = plan["workstation"]["windows"]["system"]
    return {
        "namespaces": {
            "root/cimv2": {
                "Win32_OperatingSystem": {
                    "BuildNumber": str(system["build_min"]),
                    "InstallDate": {"datetime": "-PT2H"},
                    "OSLanguage": system["language"],
                    "OperatingSystemSKU": system["sku"],
                },
                "Win32_Processor": {"AddressWidth": 64},
            }
        }
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"windows_system": windows_system}
