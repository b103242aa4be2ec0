"""Jinja filter: a hypervisor and its virtual machine, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    asked = plan["demands"]["virtualisation"]
    vm = asked["vm"]
    guest = {"name": vm["name"], "mib": vm["ram_mib"], "vcpu": vm["vcpu"]}
    return {"script": {"guests": [{"hyperv": True, "virtualbox": False}, guest]}}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"virtualisation_scenario": scenario}
