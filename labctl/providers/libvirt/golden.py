"""Golden states: a machine saved when it was ready, with secrets drawn for that and kept nowhere.

A state fits the disk it was saved with, the emulator, the XML, the image and what of the plan the
machine is told, to the byte; else it is booted anew. It survives the resets of its bench and leaves
with the bench.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from labctl.core import store
from labctl.core.errors import StoreError
from labctl.core.ids import NodeName
from labctl.providers.libvirt import disks
from labctl.providers.libvirt.images import GuestImage
from labctl.providers.namespaces.bench import Bench
from labctl.providers.works.guests import KEPT_FOLDER

_FORMAT = 3


@dataclass(frozen=True, slots=True)
class Golden:
    """The golden state of one machine, and the digests of its files when it was taken."""

    folder: Path
    disk_sha256: str = ""
    state_sha256: str = ""

    @property
    def disk(self) -> Path:
        """Return the frozen disk."""
        return self.folder / "disk.qcow2"

    @property
    def state(self) -> Path:
        """Return the saved state."""
        return self.folder / "state"


def key(xml: str, version: str, image: GuestImage, spec: str) -> str:
    """Return what a state must fit; ``spec`` is the digest of what the machine is told."""
    content = (_FORMAT, xml, version, image.name, sorted(image.sha256.items()), spec)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def open_new(bench: Bench, node: NodeName) -> Golden:
    """Return the place of a state that is about to be taken, empty."""
    golden = Golden(bench.folder / KEPT_FOLDER / node)
    shutil.rmtree(golden.folder, ignore_errors=True)
    golden.folder.mkdir(parents=True)
    return golden


def publish(golden: Golden, fits: str) -> Golden:
    """Make a state that was taken count, by its document, written last."""
    taken = Golden(golden.folder, disks.digest(golden.disk), disks.digest(golden.state))
    document = {"fits": fits, "disk": taken.disk_sha256, "state": taken.state_sha256}
    store.write_json(golden.folder / "golden.json", document)
    return taken


def find(bench: Bench, node: NodeName, fits: str) -> Golden | None:
    """Return the state of a machine, None when there is none or it does not fit."""
    folder = bench.folder / KEPT_FOLDER / node
    try:
        document = store.read_json(folder / "golden.json")
    except StoreError:
        return None
    if not isinstance(document, dict) or document.get("fits") != fits:
        return None
    return Golden(folder, str(document.get("disk", "")), str(document.get("state", "")))


def forget(golden: Golden) -> None:
    """Remove a state that cannot be used."""
    shutil.rmtree(golden.folder, ignore_errors=True)
