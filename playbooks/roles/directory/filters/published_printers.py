"""Jinja filter: the printers that the directory publishes."""

from typing import Any

Document = dict[str, Any]


def published_printers(plan: Document) -> dict[str, str]:
    """Return the fully qualified name of the server of each printer to publish, by its name."""
    printing = plan["demands"].get("printing") or {"published": False}
    if not printing["published"]:
        return {}
    return {printing["queue"]: f"{plan['nodes'][printing['on']]['hostname']}.{plan['domain']}"}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"published_printers": published_printers}
