"""What a machine keeps outside its disks: variables of its UEFI, state of its TPM.

libvirt holds both where only it knows, and removes them with the domain. They are copied beside the
disks when a machine is closed, and put back before a copy of it is opened.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _

NVRAM, TPM = "nvram.fd", "tpm"
"""Names beside the disks of a closed machine."""
_SWTPM = Path("/var/lib/libvirt/swtpm")


def keep(xml: str, root: Path, folder: Path, deadline: Deadline) -> None:
    """Copy what a domain that is off keeps; ``root`` is the root of libvirtd's file system."""
    for theirs, name in list_places(xml, root):
        if theirs.exists():
            _copy(theirs, folder / name, deadline)


def give_back(xml: str, root: Path, folder: Path, deadline: Deadline) -> None:
    """Put copies of what was kept where libvirt looks for them, in the place of what is there."""
    for theirs, name in list_places(xml, root):
        if (folder / name).exists():
            theirs.parent.mkdir(parents=True, exist_ok=True)
            _copy(folder / name, theirs, deadline)


def _copy(source: Path, target: Path, deadline: Deadline) -> None:
    """Copy a file or a folder with its owners: the TPM's is not the emulator's."""
    if target.is_dir():
        shutil.rmtree(target)
    argv = ("cp", "--archive", "--no-target-directory", str(source), str(target))
    try:
        command.run(argv, deadline)
    except CommandError as exc:
        said = _("« %(path)s » n’a pu être copié : %(why)s")
        raise ProviderError(said % {"path": source, "why": exc.message}) from exc


def list_places(xml: str, root: Path) -> Iterator[tuple[Path, str]]:
    """Yield where libvirt keeps what a domain has, and what that is called beside its disks."""
    domain = fromstring(xml)  # noqa: S314  # from libvirt, which has parsed it itself
    nvram = domain.findtext("os/nvram") or ""
    if nvram.startswith("/"):
        yield root / nvram[1:], NVRAM
    if _has_emulated_tpm(domain):
        identity = domain.findtext("uuid") or ""
        yield root / _SWTPM.relative_to("/") / identity, TPM


def _has_emulated_tpm(domain: Element) -> bool:
    return any(
        backend.get("type") == "emulator" for backend in domain.iterfind("devices/tpm/backend")
    )
