"""What a Windows installation ISO holds: its digest, and the editions its image lists."""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _
from labctl.core.regular import explain_os, refuse_irregular

WIM_NAMES = ("sources/install.wim", "sources/install.esd")
XML_CAP_BYTES = 4 << 20
AMD64 = "9"
_MAGIC = b"MSWIM\0\0\0"
_HEADER_BYTES, _XML_AT = 208, 72
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of an installation image."""

    index: int
    edition: str  # EDITIONID: Professional
    name: str
    language: str
    build: int
    is_amd64: bool


@dataclass(frozen=True, slots=True)
class Iso:
    """An installation ISO."""

    path: Path
    sha256: str
    editions: tuple[Edition, ...]


def inspect(path: Path, scratch: Path, deadline: Deadline) -> Iso:
    """Read an ISO; its image is unpacked below ``scratch`` for the time it takes.

    Raises ProviderError when it is not the ISO of a Windows.
    """
    digest = hash_file(path, deadline)
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch, prefix="iso-") as folder:
        wim = _unpack(path, Path(folder), deadline)
        editions = tuple(parse_editions(read_wim_xml(wim)))
    return Iso(path, digest, editions)


def hash_file(path: Path, deadline: Deadline) -> str:
    """Return the SHA-256 of a large file."""
    digest = hashlib.sha256()
    try:
        refuse_irregular(path)  # a device never ends, a pipe never begins
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                if deadline.is_over():
                    raise ProviderError(_("« %(path)s » : trop long à lire") % {"path": path})
    except OSError as exc:
        raise ProviderError(
            _("« %(path)s » ne peut être lu : %(why)s") % {"path": path, "why": explain_os(exc)}
        ) from exc
    return digest.hexdigest()


def read_wim_xml(path: Path) -> str:
    """Return the XML that ends an image of Windows: it lists the editions."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
            raise ProviderError(_("« %(path)s » n'est pas une image de Windows") % {"path": path})
        packed, offset = struct.unpack_from("<QQ", header, _XML_AT)
        size = packed & ((1 << 56) - 1)  # the upper byte holds flags
        if not 0 < size <= XML_CAP_BYTES or offset + size > os.fstat(file.fileno()).st_size:
            raise ProviderError(_("« %(path)s » : image tronquée") % {"path": path})
        file.seek(offset)
        return file.read(size).decode("utf-16", "replace")


def parse_editions(xml: str) -> Iterator[Edition]:
    """Yield the editions of an image."""
    if "<!DOCTYPE" in xml.upper():
        raise ProviderError(_("la liste des éditions n'est pas celle d'une image de Windows"))
    try:
        root = ET.fromstring(xml)  # noqa: S314  # no DTD: nothing to expand
    except ET.ParseError as exc:
        raise ProviderError(_("la liste des éditions est illisible : %s") % exc) from exc
    for image in root.iter("IMAGE"):
        index = image.get("INDEX", "")
        build = image.findtext("WINDOWS/VERSION/BUILD", "")
        if index.isdecimal() and build.isdecimal():
            yield Edition(
                index=int(index),
                edition=image.findtext("WINDOWS/EDITIONID", ""),
                name=image.findtext("NAME", ""),
                language=image.findtext("WINDOWS/LANGUAGES/DEFAULT", ""),
                build=int(build),
                is_amd64=image.findtext("WINDOWS/ARCH", "") == AMD64,
            )


def choose(iso: Iso, edition: str, language: str, build_min: int) -> Edition:
    """Return the edition to install; ProviderError, with those there are, when it has none."""
    fitting = [
        one
        for one in iso.editions
        if (one.edition, one.language) == (edition, language) and one.is_amd64
    ]
    newest = max(fitting, key=lambda one: one.build, default=None)
    if newest is None or newest.build < build_min:
        raise ProviderError(
            _("%(path)s n'a pas l'édition %(edition)s en %(language)s, version %(build)d ou après")
            % {
                "path": iso.path,
                "edition": edition,
                "language": language,
                "build": build_min,
            },
            hint=_("éditions trouvées : %(names)s") % {"names": _names(iso.editions)},
        )
    return newest


def _names(editions: Iterable[Edition]) -> str:
    said = (f"{one.edition} {one.language} {one.build}" for one in editions)
    return ", ".join(said) or _("aucune")


def _unpack(path: Path, folder: Path, deadline: Deadline) -> Path:
    """Take the image out of the ISO: its file system is UDF, that few tools read."""
    argv = ("7z", "e", "-y", "-bd", f"-o{folder}", str(path), *WIM_NAMES)
    try:
        run(argv, deadline)
    except CommandError as exc:
        raise ProviderError(
            _("« %(path)s » ne peut être ouvert comme un ISO") % {"path": path}, hint=exc.message
        ) from exc
    found = [folder / Path(name).name for name in WIM_NAMES if (folder / Path(name).name).exists()]
    if not found:
        raise ProviderError(
            _("« %(path)s » n'est pas un ISO d'installation de Windows") % {"path": path},
            hint=_("attendu dedans : %(names)s") % {"names": ", ".join(WIM_NAMES)},
        )
    return found[0]
