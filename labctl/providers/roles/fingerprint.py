"""The fingerprint of a machine that was just made: its layers, what it is told, its files."""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.nodefiles import NodeFile

_DRAWN = "drawn"
"""Stands for the content of a secret: its presence and mode count, its value must differ."""


def compute(layers: Iterable[str], spec: str, listing: Mapping[str, tuple[str, str]]) -> str:
    """Return the digest of layers (topmost first), node spec and files."""
    text = json.dumps([list(layers), spec, sorted(listing.items())])
    return hashlib.sha256(text.encode()).hexdigest()


def expect_listing(files: Mapping[str, NodeFile]) -> dict[str, tuple[str, str]]:
    """Return the listing that a machine's folder must have before its first start."""
    listing = {
        name: (f"f{file.mode:o}", _DRAWN if file.is_secret else _sha(file.content))
        for name, file in files.items()
    }
    parents = {str(parent) for name in files for parent in Path(name).parents}
    return listing | {parent: ("d755", "") for parent in parents if parent != "."}


def read_listing(upper: Path, files: Mapping[str, NodeFile]) -> dict[str, tuple[str, str]]:
    """Return what is in a machine's folder: every file, link, device, with mode and content."""
    listing = {}
    for folder, folders, names in os.walk(upper):
        for name in (*folders, *names):
            path = Path(folder, name)
            relative = str(path.relative_to(upper))
            expected = files.get(relative)
            listing[relative] = _look_at(path, is_secret=bool(expected and expected.is_secret))
    return listing


def read_layers(process: Process, folder: Path) -> tuple[str, ...]:
    """Return the layers of a running machine, topmost first, as its kernel has them mounted."""
    for line in Path(f"/proc/{process.pid}/mountinfo").read_text().splitlines():
        fields, _, tail = line.partition(" - ")
        if fields.split()[4] == "/" and tail.startswith("overlay "):
            options = tail.split()[-1].split(",")
            lower = next((o for o in options if o.startswith("lowerdir=")), "")
            paths = lower.removeprefix("lowerdir=").split(":")
            return tuple(_layer_name(Path(path), folder) for path in paths)
    return ()


def _layer_name(path: Path, folder: Path) -> str:
    """Return the name of a layer; the whole path when it is not one of ours."""
    is_ours = path.name == "rootfs" and path.parent.parent == folder
    return path.parent.name if is_ours else str(path)


def _look_at(path: Path, *, is_secret: bool) -> tuple[str, str]:
    info = path.lstat()
    mode = stat.S_IMODE(info.st_mode)
    if stat.S_ISDIR(info.st_mode):
        return f"d{mode:o}", ""
    if stat.S_ISLNK(info.st_mode):
        return "l", os.fsdecode(path.readlink())
    if not stat.S_ISREG(info.st_mode):
        return f"{stat.S_IFMT(info.st_mode):o}", str(info.st_rdev)
    return f"f{mode:o}", _DRAWN if is_secret else _sha(path.read_bytes())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
