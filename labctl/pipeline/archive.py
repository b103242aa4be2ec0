"""The archive of a session: all that was recorded and observed, encrypted; opened and proved."""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from labctl.core.chain import read_chain
from labctl.core.errors import RuleRefused, StoreError
from labctl.core.i18n import _
from labctl.core.regular import refuse_irregular
from labctl.core.secrets import Secret
from labctl.core.store import (
    MOST_BYTES,
    make_folder,
    read_bytes,
    read_json,
    sync_folder,
    unreadable,
    unwritable,
)
from labctl.pipeline.conduct import act
from labctl.pipeline.incident_book import list_books
from labctl.pipeline.journal import JOURNAL, read_state, session_dir
from labctl.pipeline.order import identity as labctl_identity
from labctl.pipeline.place import bench_dir
from labctl.pipeline.runs import find_runs
from labctl.pipeline.seal import keys_dir
from labctl.seal import envelope, signature
from labctl.seal.document import FOLDER as SEAL
from labctl.session.state import State

SCHEMA = "labctl/session-archive/v1"
MANIFEST = "manifest.json"
ARCHIVES = "archives"
_OWN_CONTENT = "LABCTL_CONTENT_DIR"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive: its file, its digest, the head of the journal in it, how much it holds."""

    path: Path
    sha256: str
    head: str
    files: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that was opened and proved; ``runs`` can be judged again from here.

    ``is_same_labctl`` tells whether code and content are those that wrote it.
    """

    folder: Path
    session: str
    head: str
    files: int
    runs: tuple[Path, ...]
    is_same_labctl: bool


def archive_session(
    session: str, to: Sequence[str], passphrase: Secret, output: Path | None, by: str
) -> Archived:
    """Write the archive of a closed session, for these recipients or under a passphrase.

    RuleRefused while the session goes on, StoreError where it cannot be written. The archive is
    recorded in the journal that stays here.
    """
    state = read_state(session)
    if not state.closed:
        said = _("la session n'est pas close")
        raise RuleRefused(said, hint=f"labctl session close {session}")
    name = f"{session}-{state.head[:12]}.tar.xz.age"
    path = output or session_dir(session) / ARCHIVES / name
    members = dict(sorted(_list_members(state)))
    try:
        refuse_irregular(path)
        make_folder(path.parent, mode=0o700)
        sha256 = _write(path, state, members, to, passphrase)
    except OSError as exc:
        raise unwritable(Path(exc.filename or path), exc) from exc
    detail = {"sha256": sha256, "file": path.name, "recipients": list(to)}
    act(session, "archive", (), by, detail, dry_run=False)
    return Archived(path, sha256, state.head, len(members))


def _list_members(state: State) -> Iterator[tuple[str, Path]]:
    """Yield the files of a session by their name in the archive."""
    folder = session_dir(state.opening.session)
    yield from _list_files("session", folder, left_out=ARCHIVES)
    yield from _list_files("signers", keys_dir(), only=signature.SIGNERS)
    for bench in state.benches:
        yield from _list_files(f"scelles/{bench:02d}", bench_dir(bench) / SEAL)
        yield from ((f"pannes/{bench:02d}/{path.name}", path) for path in list_books(bench))
        for run in find_runs(state.opening.session, bench):
            yield from _list_files(f"runs/{bench:02d}/{run.name}", run)
    if os.environ.get(_OWN_CONTENT):
        yield from _list_files("contenu", Path(os.environ[_OWN_CONTENT]))


def _list_files(
    name: str, folder: Path, *, left_out: str = "", only: str = ""
) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in below.parts)
        if is_hidden or (left_out and below.parts[0] == left_out) or (only and path.name != only):
            continue
        if path.is_file() and not path.is_symlink():
            yield f"{name}/{below.as_posix()}", path


def _write(
    path: Path, state: State, members: Mapping[str, Path], to: Sequence[str], passphrase: Secret
) -> str:
    """Write the archive beside its place, then give it its name; return its digest."""
    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        with TemporaryFile(dir=path.parent) as plain:
            _pack(plain, state, members)
            plain.seek(0)
            fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(fd, "w+b") as target:
                envelope.encrypt(plain, target, to, passphrase)
                target.flush()
                os.fsync(target.fileno())
                target.seek(0)
                digest = _digest(target)
        temporary.rename(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return digest


def _pack(target: BinaryIO, state: State, members: Mapping[str, Path]) -> None:
    manifest = {
        "schema": SCHEMA,
        "session": state.opening.session,
        "head": state.head,
        "labctl": version("labctl"),
        "identity": labctl_identity(),
        "files": {name: _digest_of(path) for name, path in members.items()},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    with tarfile.open(fileobj=target, mode="w:xz") as packed:
        _add(packed, MANIFEST, text)
        for name, path in members.items():
            _add(packed, name, read_bytes(path))


def _add(packed: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    packed.addfile(entry, BytesIO(content))


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def open_archive(path: Path, identity: Path | None, passphrase: Secret, folder: Path) -> Opened:
    """Decrypt an archive into a new folder and prove it: every file, and the journal's chain.

    StoreError, naming the first file that is not the one that was archived, or what cannot be read
    or written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        said = _("« %(path)s » n'est pas un dossier vide") % {"path": folder}
        raise StoreError(said, hint="--output " + _("DOSSIER"))
    with _open_file(path) as source:
        try:
            make_folder(folder, mode=0o700)
            with TemporaryFile(dir=folder) as plain:
                envelope.decrypt(source, plain, identity, passphrase)
                plain.seek(0)
                _unpack(plain, folder)
        except OSError as exc:
            raise unwritable(Path(exc.filename or folder), exc) from exc
    return _prove(folder)


def _open_file(path: Path) -> BinaryIO:
    try:
        refuse_irregular(path)
        return path.open("rb")
    except OSError as exc:
        raise unreadable(path, exc) from exc


def _unpack(plain: BinaryIO, folder: Path) -> None:
    """Lay the files of an archive down: plain files below the folder, nothing else."""
    try:
        with tarfile.open(fileobj=plain, mode="r:xz") as packed:
            for entry in packed:
                if not entry.isfile() or entry.size > MOST_BYTES:
                    raise _altered(entry.name)
                packed.extract(entry, folder, filter="data")
    except (tarfile.TarError, EOFError, UnicodeError) as exc:
        raise _altered(MANIFEST) from exc


def _prove(folder: Path) -> Opened:
    manifest = _read_manifest(folder)
    files: Mapping[str, str] = manifest["files"]
    there = {name for name, _path in _list_files("", folder)}
    found = {name.lstrip("/") for name in there} - {MANIFEST}
    for name in sorted({*files, *found}):
        if name not in found or files.get(name) != _digest_of(folder / name):
            raise _altered(name)
    journal = folder / "session" / JOURNAL
    if read_chain(journal).head != manifest["head"]:
        raise _altered(f"session/{JOURNAL}")
    runs = tuple(sorted(path.parent for path in folder.glob("runs/*/*/evidence")))
    is_same = manifest["identity"] == labctl_identity()
    return Opened(folder, manifest["session"], manifest["head"], len(files), runs, is_same)


def _read_manifest(folder: Path) -> Mapping[str, Any]:
    document = read_json(folder / MANIFEST)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise _altered(MANIFEST)
    return document


def _digest_of(path: Path) -> str:
    return hashlib.sha256(read_bytes(path)).hexdigest()


def _altered(name: str) -> StoreError:
    said = _("l'archive n'est pas celle qui a été écrite : « %(name)s »")
    return StoreError(said % {"name": name})
