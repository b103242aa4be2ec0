"""Image layers: which ones a role is made of, where they are, which nobody needs any more."""

import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths, store
from labctl.core.errors import StoreError
from labctl.providers.namespaces import bench as benches
from labctl.providers.roles import apt
from labctl.spec.kind import Template

_FORMAT = 2
"""Raised when the way layers are built changes what is in them."""
_KEY_LENGTH = 16
_NOT_IN_THE_LAYER = frozenset({"kind.yml", "kind.py", "README.md"})
"""Files of a kind's folder that describe the machine and are no part of what it is made of."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: ``name`` is its folder in the cache, role and content key.

    ``domain`` is what a domain layer is provisioned with, empty for the layer of a template.
    """

    name: str
    role: str
    template: Template
    below: tuple["Layer", ...]
    domain: str = ""

    @property
    def folder(self) -> Path:
        """Return where the layer is, or will appear."""
        return folder() / self.name

    @property
    def root(self) -> Path:
        """Return the tree that is stacked."""
        return self.folder / "rootfs"

    def is_built(self) -> bool:
        """Tell whether the layer is there, whole."""
        return (self.folder / "layer.json").is_file()


def folder() -> Path:
    """Return where every layer is."""
    return paths.cache_dir() / "layers"


def resolve(
    chain: Sequence[Template], domain: Mapping[str, object] | None = None
) -> tuple[Layer, ...]:
    """Return the layers of a chain of templates, the lowest first; with its domain's when given."""
    found: tuple[Layer, ...] = ()
    for template in chain:
        content = (_FORMAT, found[-1].name if found else apt.suite(), digest(template))
        found = (*found, Layer(f"{template.name}-{_key(content)}", template.name, template, found))
    if domain is not None:
        text, top = json.dumps(domain, sort_keys=True), found[-1]
        name = f"{top.role}-domain-{_key((_FORMAT, top.name, text))}"
        found = (*found, Layer(name, top.role, top.template, found, text))
    return found


def digest(template: Template) -> str:
    """Return a digest of what makes the template's layer, its parents apart.

    Of ``kind.yml`` the packages and the name of the build program count: a layer is not built
    again because somebody changed a word.
    """
    kind = template.kind
    sha = hashlib.sha256(json.dumps([kind.packages, kind.build]).encode())
    for path in sorted(template.folder.rglob("*")):
        relative = path.relative_to(template.folder)
        if "__pycache__" in relative.parts or str(relative) in _NOT_IN_THE_LAYER:
            continue
        mode = path.lstat().st_mode
        runs = 0o111 if mode & stat.S_IXUSR else 0  # whatever the umask of who laid it down
        sha.update(f"{relative}\0{stat.S_IFMT(mode):o} {runs:o}\0".encode())
        if path.is_symlink():
            sha.update(os.fsencode(path.readlink()))
        elif path.is_file():
            sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def list_built() -> dict[str, Mapping[str, object]]:
    """Return what layer.json says of every layer of the cache, by name."""
    found: dict[str, Mapping[str, object]] = {}
    for file in sorted(folder().glob("*/layer.json")):
        try:
            document = store.read_json(file)
        except StoreError:
            continue
        if isinstance(document, dict):
            found[file.parent.name] = document
    return found


def prune(needed: Iterable[str]) -> tuple[str, ...]:
    """Remove every layer but those named and those in use; return the names of the removed ones."""
    keep = {*needed, *benches.list_layers(), *_list_mounted()}
    removed = tuple(name for name in list_built() if name not in keep)
    throw_away(folder() / name for name in removed)
    return removed


def throw_away(places: Iterable[Path]) -> None:
    """Remove folders of the cache.

    Each leaves by a rename first, so that what a crash leaves of it is no layer and no image.
    """
    trash = paths.cache_dir() / "trash"
    shutil.rmtree(trash, ignore_errors=True)  # what a killed run left
    for place in places:
        trash.mkdir(parents=True, exist_ok=True)
        place.rename(trash / place.name)
    shutil.rmtree(trash, ignore_errors=True)


def _list_mounted() -> set[str]:
    """Return the layers that a machine of any installation has mounted."""
    pattern = re.compile(re.escape(f"{folder()}/") + r"([^/:,]+)/rootfs")
    found: set[str] = set()
    for path in Path("/proc").glob("[0-9]*/mountinfo"):
        with suppress(OSError):
            found.update(pattern.findall(path.read_text()))
    return found


def _key(content: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:_KEY_LENGTH]
