"""What became of a service: one small file in /run, gone when the machine starts again."""

import json
import os
from dataclasses import asdict, dataclass, field

FOLDER = "/run/labctl/units"
MARKS = "/run/labctl/services"
"""One empty file for each script that « service » started with success."""


@dataclass(slots=True)
class State:
    """How a service is: as systemd calls it. ``owner`` is its supervisor: pid and start time."""

    active: str = "inactive"
    sub: str = "dead"
    since: float = 0.0
    main: int = 0
    owner: list[int] = field(default_factory=list)
    result: str = "success"
    said: str = ""  # how the main process ended
    status: str = ""  # what it says of itself (sd_notify)
    restarts: int = 0
    is_settled: bool = True

    @property
    def has_supervisor(self) -> bool:
        """Tell whether somebody watches over it."""
        return len(self.owner) == 2 and started(self.owner[0]) == self.owner[1]


def path_of(name: str) -> str:
    """Return where the state of a unit is."""
    return f"{FOLDER}/{name}.json"


def read(name: str) -> State | None:
    """Return the state that a supervisor left; None when it was never started by one."""
    try:
        with open(path_of(name), encoding="utf-8") as file:
            state = State(**json.load(file))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if state.active not in ("inactive", "failed") and not state.has_supervisor:
        state.active, state.sub, state.result = "failed", "failed", "supervisor-killed"
    return state


def write(name: str, state: State) -> None:
    """Put a state in place, whole."""
    os.makedirs(FOLDER, mode=0o755, exist_ok=True)
    path = path_of(name)
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump(asdict(state), file)
    os.replace(f"{path}.new", path)


def list_names() -> list[str]:
    """Return the units that have a state."""
    try:
        return sorted(name.removesuffix(".json") for name in os.listdir(FOLDER) if ".json" in name)
    except FileNotFoundError:
        return []


def started(pid: int) -> int:
    """Return when a process was started, in ticks since boot; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            rest = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if rest[0] in "ZX" else int(rest[19])


def list_descendants(pid: int) -> list[int]:
    """Return every process below one, the living only."""
    children: dict[int, list[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                rest = file.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if rest[0] not in "ZX":
            children.setdefault(int(rest[1]), []).append(int(entry))
    found, queue = [], [pid]
    while queue:
        for child in children.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found
