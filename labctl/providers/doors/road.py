"""How windows lead to machines: all that a provider has of its own in a way in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from labctl.core.ids import NodeName


@dataclass(frozen=True, slots=True)
class Road:
    """What leads to the machines of a provider, and what becomes of them in a pause.

    Machines are namespaces of this computer, which the gate enters and whose windows it freezes;
    or ``commands`` has, for each, the local command that opens its console on a terminal. Then the
    provider stops them itself, and ``is_paused`` says whether they are.
    """

    provider: str
    commands: Mapping[NodeName, tuple[str, ...]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    is_paused: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether machines are no namespaces of this computer."""
        return bool(self.commands)


def keep_environment() -> dict[str, str]:
    """Return those of our variables that a labctl needs which is started by the gate."""
    return {name: value for name, value in os.environ.items() if _is_kept(name)}


def _is_kept(name: str) -> bool:
    return name in ("PATH", "HOME", "LANG") or name.startswith("LABCTL_")
