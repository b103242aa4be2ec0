"""Jinja filter: where the computers of the domain belong."""

from typing import Any

Document = dict[str, Any]


def computers_of_domain(plan: Document) -> dict[str, str]:
    """Return the unit of each computer that joins the domain, by host name."""
    joining = plan["demands"].get("joining", {"on": []})
    return {plan["nodes"][name]["hostname"]: joining["ou"] for name in joining["on"]}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"computers_of_domain": computers_of_domain}
