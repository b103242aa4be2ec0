"""Jinja filter: a hypervisor and its virtual machine, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]


def scenario(plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    asked = plan["demands"]["virtualisation"]
    guest = {"name": asked["vm"]["name"], "mib": asked["vm"]["ram_mib"]}
    more = {"vcpu": asked["vm"]["vcpu"], "bridged": True}
    return {"script": {"guests": [{"hypervisors": asked["hypervisors"][0]}, guest | more]}}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"virtualisation_scenario": scenario}
