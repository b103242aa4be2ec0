"""One thing that ``doctor`` looked at, and how this machine is measured."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and the hint when it is not enough.

    ``is_known`` is false for what could not be looked at: only root may try it.
    """

    name: str
    ok: bool
    found: str
    hint: str = ""
    is_known: bool = True


def search_path() -> str:
    """Return where programs are looked for: the folders of root's too, which others lack."""
    own = os.environ.get("PATH", os.defpath)
    return os.pathsep.join((own, "/usr/local/sbin", "/usr/sbin", "/sbin"))


def memory_mib() -> int:
    """Return the memory that is available."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0


def free_mib(folder: Path) -> int:
    """Return the room left where a folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free >> 20
