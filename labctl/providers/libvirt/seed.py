"""The seed: a small read-only disk with the files a machine is given before its first start.

A tar archive straight on the device, padded to one size, equal for equal files: the second disk
of a machine (vdb). The guest unpacks it when it is told to start.
"""

import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from labctl.core import store
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.providers.roles.nodefiles import NodeFile

SEED_BYTES = 1 << 20
"""One size for all: a saved machine state is restored on the seed of another day."""


def render_seed(files: Mapping[str, NodeFile]) -> bytes:
    """Return the content of the seed of these files; ProviderError when they do not fit."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for folder in _list_folders(files):
            member = tarfile.TarInfo(folder)
            member.type, member.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(member)
        for name, file in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(file.content), file.mode
            archive.addfile(member, io.BytesIO(file.content))
    content = stream.getvalue()
    if len(content) > SEED_BYTES:
        message = _("les fichiers d’une machine font %(size)d octets, %(most)d au plus")
        raise ProviderError(message % {"size": len(content), "most": SEED_BYTES})
    return content.ljust(SEED_BYTES, b"\0")


def write_seed(files: Mapping[str, NodeFile], path: Path) -> None:
    """Write the seed of a machine, readable by root only: there are secrets in it."""
    store.write_bytes(path, render_seed(files))


def _list_folders(files: Mapping[str, NodeFile]) -> Iterator[str]:
    found = {str(parent) for name in files for parent in PurePosixPath(name).parents}
    yield from sorted(found - {"."})
