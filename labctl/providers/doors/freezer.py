"""What runs in a candidate's windows, stopped and given back: the freezer of cgroup v2.

Kernel documentation, « Control Group v2 », ``cgroup.freeze``. Standard library only: the gate
imports it.
"""

import time
from contextlib import suppress
from pathlib import Path

_FREEZE_S = 5.0


def find_root(mounts: Path = Path("/proc/self/mounts")) -> Path | None:
    """Return where the second version of control groups is mounted, None where it is not."""
    for line in mounts.read_text().splitlines():
        _source, place, kind, *_rest = line.split()
        if kind == "cgroup2":
            return Path(place)
    return None


def make(group: Path) -> Path | None:
    """Make a group; None where the computer does not let it be made."""
    try:
        group.mkdir(exist_ok=True)
    except OSError:
        return None
    return group if (group / "cgroup.freeze").exists() else None


def freeze(group: Path) -> bool:
    """Stop every process of a group; tell whether they all stand still in time."""
    (group / "cgroup.freeze").write_text("1")
    end = time.monotonic() + _FREEZE_S
    while "frozen 1" not in (group / "cgroup.events").read_text():
        if time.monotonic() > end:
            return False
    return True


def thaw(group: Path) -> None:
    """Let the processes of a group go on."""
    (group / "cgroup.freeze").write_text("0")


def is_frozen(group: Path) -> bool:
    """Tell whether a group was frozen and not given back."""
    with suppress(OSError):
        return (group / "cgroup.freeze").read_text().strip() == "1"
    return False


def drop(group: Path) -> None:
    """Give back and remove a group; what still runs in it goes to the group above."""
    with suppress(OSError):
        thaw(group)
    with suppress(OSError):  # daemons that were started from a window live on
        group.rmdir()
