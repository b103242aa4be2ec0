"""Jinja filter: what topics contribute, as modules take it."""

from typing import Any


def with_paths(files: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return files known by their path as a list, in the same order."""
    return [{"path": path, **rest} for path, rest in files.items()]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"with_paths": with_paths}
