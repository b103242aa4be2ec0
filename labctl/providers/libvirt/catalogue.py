"""The catalogue of guest images: what each file of an image is to the byte, signed by the centre.

An image that is not in it yet is entered as its builder published it. From then on it is used only
as long as every byte is the same. A file is read again when its size, times or inode changed.
"""

import json
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.providers.libvirt import image_build
from labctl.providers.roles import locks
from labctl.seal import signature

SCHEMA = "labctl/guest-catalogue/v1"
_DOCUMENT = "catalogue.json.signed"
_BEGIN = "-----BEGIN SSH SIGNATURE-----"
"""Text and signature are one file: a kill leaves the old pair, or the new one."""
_HINT = "rm -r %(folder)s ; labctl images build"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its digest, and what the filesystem said of it when it was read."""

    sha256: str
    stat: tuple[int, ...]


Entries = Mapping[str, Mapping[str, Entry]]
"""By image, then by file name."""


def check(places: Mapping[str, Path], new: Collection[str], deadline: Deadline) -> None:
    """Compare images, by name, with the catalogue; enter those that are not in it.

    ``new`` were just built: what was known of a former one of that name is forgotten.
    ProviderError names every file that is not what it was, or says that the catalogue itself is not
    what this centre signed.
    """
    folder = paths.state_dir() / "guests"
    with locks.hold(folder / "lock", "images", deadline):
        signed = read(folder, deadline)
        known = {name: entries for name, entries in signed.items() if name not in new}
        found = {name: _look(place, known.get(name, {})) for name, place in places.items()}
        wrong = [
            str(places[name] / file)
            for name, entries in found.items()
            for file in compare(_expected(name, places[name], known), entries)
        ]
        if wrong:
            message = _("image altérée depuis sa construction : %(files)s")
            hint = _HINT % {"folder": " ".join(sorted({str(Path(file).parent) for file in wrong}))}
            raise ProviderError(message % {"files": ", ".join(wrong)}, hint=hint)
        if {**known, **found} != signed:
            write(folder, {**known, **found}, deadline)


def compare(expected: Mapping[str, str], found: Mapping[str, Entry]) -> tuple[str, ...]:
    """Return the files whose digest is not the expected one, or that are not there."""
    return tuple(
        name
        for name, sha256 in expected.items()
        if name not in found or found[name].sha256 != sha256
    )


def read(folder: Path, deadline: Deadline) -> Entries:
    """Return what was signed; nothing at the first use. ProviderError when it is not ours."""
    path = folder / _DOCUMENT
    if not path.exists():
        return {}
    text, begin, rest = store.read_bytes(path).decode("utf-8", "replace").partition(_BEGIN)
    signers = signature.ensure_key(_keys()).parent / signature.SIGNERS
    with tempfile.TemporaryDirectory() as place:
        signed = Path(place, "signature")
        store.write_bytes(signed, f"{begin}{rest}".encode())
        is_ours = signature.is_signed(text, signed, signers, deadline)
    if not is_ours:
        message = _("« %(path)s » n’est pas le catalogue d’images que ce centre a signé")
        hint = _("supprimez-le pour faire confiance aux images présentes, ou reconstruisez-les")
        raise ProviderError(message % {"path": path}, hint=hint)
    return _parse(text)


def write(folder: Path, entries: Entries, deadline: Deadline) -> None:
    """Sign and write the catalogue."""
    text = _render(entries)
    signed = signature.sign(signature.ensure_key(_keys()), text, deadline)
    store.write_bytes(folder / _DOCUMENT, (text + signed).encode(), mode=0o644)


def _keys() -> Path:
    return paths.state_dir() / "seal"


def _expected(name: str, place: Path, known: Entries) -> Mapping[str, str]:
    if name in known:
        return {file: entry.sha256 for file, entry in known[name].items()}
    return image_build.read_digests(place) or {}


def _look(place: Path, known: Mapping[str, Entry]) -> Mapping[str, Entry]:
    """Return what the files of an image are now; those that did not change are not read."""
    files = (image_build.DISK, image_build.KERNEL, image_build.INITRD)
    return {
        file: _entry(place / file, known.get(file)) for file in files if (place / file).exists()
    }


def _entry(path: Path, known: Entry | None) -> Entry:
    seen = path.stat()
    stat = (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)
    if known is not None and known.stat == stat:
        return known
    return Entry(image_build.digest(path), stat)


def _render(entries: Entries) -> str:
    images = {
        name: {file: {"sha256": each.sha256, "stat": each.stat} for file, each in files.items()}
        for name, files in entries.items()
    }
    return json.dumps({"schema": SCHEMA, "images": images}, indent=1, sort_keys=True) + "\n"


def _parse(text: str) -> Entries:
    document = json.loads(text)
    if document.get("schema") != SCHEMA:
        raise ProviderError(f"{_DOCUMENT}: {SCHEMA}")
    return {
        name: {
            file: Entry(str(each["sha256"]), tuple(map(int, each["stat"])))
            for file, each in files.items()
        }
        for name, files in document["images"].items()
    }
