"""Disks of virtual machines: fresh overlays, equal to the byte, and what they are on."""

import hashlib
import json
from pathlib import Path

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _

_REFERENCE = ".reference.qcow2"


def make_overlay(base: Path, path: Path, deadline: Deadline) -> None:
    """Create an empty overlay on a disk; ProviderError when there is no room for it."""
    argv = ("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", str(base), str(path))
    try:
        command.run(argv, deadline)
    except CommandError as exc:
        said = _("le disque %(path)s ne peut être créé") % {"path": path}
        hint = _("place libre, droits : df, labctl doctor")
        raise ProviderError(f"{said}\n{exc.message}", hint=hint) from exc


def expect_overlay(base: Path, path: Path, deadline: Deadline) -> str:
    """Return the digest of an empty overlay on a disk, from one made for it beside the path."""
    reference = path.with_name(_REFERENCE)
    make_overlay(base, reference, deadline)
    try:
        return digest(reference)
    finally:
        reference.unlink()


def read_base(path: Path, deadline: Deadline) -> str:
    """Return the disk that an overlay says it is on, empty when it is on none."""
    argv = ("qemu-img", "info", "--force-share", "--output=json", str(path))
    document = json.loads(command.run(argv, deadline).stdout)
    return str(document.get("full-backing-filename", ""))


def digest(path: Path) -> str:
    """Return the sha256 of a file, empty when it is not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
