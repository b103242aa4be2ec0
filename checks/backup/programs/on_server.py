#!/usr/bin/python3
"""Run on the file server: print the copies of the witness in the share of backups, as JSON.

Sent as it is by ``facts.copies`` with the names of the share and of the witness, and the password
of the account that saves on its standard input; it must stand alone. ``copies`` are the files of
that name: plain, in an archive that Python opens, or in a repository of restic or Borg that this
password opens; Windows' File History writes the moment between the name and its ending. ``closed``
are repositories that have another password, ``sealed`` what only its own program reads. ``cut``
tells that a cap was reached.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

MOST_FOLDERS, MOST_COPIES, MOST_MEMBERS, MOST_BYTES = 20_000, 200, 20_000, 1 << 20
MOST_READ, MOST_SAID = 4, 8 << 20
"""Versions that are read out of a repository, the newest; bytes of a program that are taken."""
END = time.monotonic() + 25
"""When no repository is opened any more: each call of its program costs half a second."""
REPOSITORIES = {
    "restic": {"config", "data", "index", "keys", "snapshots"},
    "Borg": {"README", "config", "data"},
}
"""What is in the folder of a repository (restic, « Repository Format »; Borg, « Internals »)."""
RESTIC = ("/usr/bin/restic", "--no-lock", "--no-cache", "-p", "/dev/stdin", "-r")
BORG = ("/usr/bin/borg", "--bypass-lock")
BORG_ENVIRONMENT = {
    "BORG_EXIT_CODES": "modern",
    "BORG_PASSPHRASE_FD": "0",
    "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
    "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
}
WRONG_PASSWORD = {"restic": 12, "Borg": 52}
"""restic, « Exit codes »; Borg, « Return codes », modern."""
Copy = tuple[str, str, float]
"""Where a copy is, the hash of its content, when it was written."""
CLOSED = (".7z", ".rar", ".vhd", ".vhdx", ".bkf", ".img", ".tib", ".gpg", ".age", ".tar.zst")
TARS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
UNREADABLE = (
    *(OSError, EOFError, ValueError, TypeError, LookupError, RuntimeError),
    *(zipfile.BadZipFile, tarfile.TarError),
)


class WrongPasswordError(Exception):
    """A repository that the password of the account does not open."""


@dataclass
class Seen:
    """What a share holds of the witness, and what cannot be looked into."""

    copies: list[Copy] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def main() -> None:
    """Print the document."""
    share, name = sys.argv[1:3]
    password = sys.stdin.buffer.readline(MOST_BYTES).rstrip(b"\n")
    root = find_folder(share)
    seen, cut = Seen(), False
    for rank, (folder, inside, files) in enumerate(os.walk(root) if root else ()):
        cut = rank >= MOST_FOLDERS or len(seen.copies) >= MOST_COPIES
        if cut:
            break
        inside.sort()
        held = {*inside, *files}
        kind = next((one for one, parts in REPOSITORIES.items() if parts <= held), "")
        if kind:
            inside.clear()
            where = f"{kind} : {Path(folder).relative_to(root)}"
            look_into(seen, where, OPEN[kind](folder, password, name))
            continue
        paths = [Path(folder) / file for file in sorted(files)]
        closed = (path for path in paths if path.name.casefold().endswith(CLOSED))
        seen.sealed += [str(path.relative_to(root)) for path in closed]
        seen.copies += [copy for path in paths for copy in find_copies(root, path, name)]
    shown = {what: some[:MOST_COPIES] for what, some in vars(seen).items()}
    json.dump({"folder": bool(root), "cut": cut, **shown}, sys.stdout)


def look_into(seen: Seen, where: str, copies: Iterator[Copy]) -> None:
    """Take the copies of a repository, or tell why it cannot be looked into."""
    try:
        seen.copies += [(f"{where}!{at}", digest, written) for at, digest, written in copies]
    except WrongPasswordError:
        seen.closed.append(where)
    except UNREADABLE:
        seen.sealed.append(where)


def find_folder(share: str) -> str:
    """Return the folder of a share, of smb.conf or of a user (``net usershare``); "" for none."""
    told = say("/usr/bin/testparm", "-s", f"--section-name={share}", "--parameter-name=path")
    lines = say("/usr/bin/net", "usershare", "info", share).splitlines()
    made = (line.partition("=") for line in lines)
    path = told or next((value for key, _equals, value in made if key == "path"), "")
    path = path.replace("%S", share)
    return path if Path(path).is_absolute() and Path(path).is_dir() else ""


def say(*argv: str) -> str:
    """Return what a program prints, empty when it is not there."""
    try:
        return subprocess.run(  # noqa: TID251  # labctl's own runner is not on this machine
            argv, capture_output=True, text=True, timeout=10, check=False
        ).stdout.strip()
    except OSError:
        return ""


def find_copies(root: str, path: Path, name: str) -> Iterator[Copy]:
    """Yield each copy in a file: its place, the hash of its content, when it was written."""
    try:
        if path.is_symlink() or not path.is_file():
            return
        for inside, content in read_copies(path, name):
            where = f"{path.relative_to(root)}{inside}"
            yield where, hashlib.sha256(content).hexdigest(), path.stat().st_mtime
    except UNREADABLE:
        return  # unreadable: no copy


def read_copies(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the witness: a file of that name, or what an archive holds under it."""
    if is_witness(path.name, name):
        with path.open("rb") as file:
            yield "", file.read(MOST_BYTES)
    elif path.name.casefold().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for one in archive.namelist()[:MOST_MEMBERS]:
                if is_witness(one, name):
                    yield f"!{one}", archive.open(one).read(MOST_BYTES)
    elif path.name.casefold().endswith(TARS):
        with tarfile.open(path) as tar:
            for member in tar:
                held = tar.extractfile(member) if is_witness(member.name, name) else None
                if held:
                    yield f"!{member.name}", held.read(MOST_BYTES)


def open_restic(folder: str, password: bytes, name: str) -> Iterator[Copy]:
    """Yield the witness of the newest snapshots of a repository of restic."""

    def ask(*argv: str) -> bytes:
        return call("restic", (*RESTIC, folder, *argv), password)

    moments = {
        one["id"]: read_moment(one["time"]) for one in json.loads(ask("snapshots", "--json"))
    }
    found = json.loads(ask("find", "--json", "--ignore-case", name)) if moments else []
    held = [one for one in found if one["snapshot"] in moments]
    for one in sorted(held, key=lambda one: -moments[one["snapshot"]])[:MOST_READ]:
        path = one["matches"][0]["path"]
        content = ask("dump", one["snapshot"], path)
        digest = hashlib.sha256(content).hexdigest()
        yield f"{one['snapshot'][:8]}{path}", digest, moments[one["snapshot"]]


def open_borg(folder: str, password: bytes, name: str) -> Iterator[Copy]:
    """Yield the witness of the newest archives of a repository of Borg that hold it."""

    def ask(verb: str, *argv: str) -> bytes:
        return call("Borg", (*BORG, verb, *argv), password)

    left = MOST_READ
    for one in reversed(json.loads(ask("list", "--json", folder))["archives"]):
        archive = f"{folder}::{one['name']}"
        listed = ask("list", "--json-lines", archive, f"re:(?i)(^|/){re.escape(name)}$")
        for line in listed.splitlines()[:1]:
            path = json.loads(line)["path"]
            content = ask("extract", "--stdout", archive, f"pf:{path}")
            digest = hashlib.sha256(content).hexdigest()
            yield f"{one['name']}/{path}", digest, read_moment(one["start"])
            left -= 1
        if left == 0:
            return


OPEN = {"restic": open_restic, "Borg": open_borg}


def call(kind: str, argv: tuple[str, ...], password: bytes) -> bytes:
    """Return what the program of a repository prints; Borg's cache goes away with its folder."""
    left = END - time.monotonic()
    if left < 1:
        raise TimeoutError
    with tempfile.TemporaryDirectory() as own:
        env = {"PATH": "/usr/bin:/bin", "BORG_BASE_DIR": own, **BORG_ENVIRONMENT}
        with subprocess.Popen(  # noqa: TID251  # labctl's own runner is not on this machine
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            ending = threading.Timer(left, process.kill)
            ending.start()
            try:
                with suppress(BrokenPipeError), process.stdin:  # it may not ask for a password
                    process.stdin.write(password)
                said = process.stdout.read(MOST_SAID)
                process.stdout.close()
                process.wait()
            finally:
                ending.cancel()
    if process.returncode == WRONG_PASSWORD[kind]:
        raise WrongPasswordError
    if process.returncode != 0:
        raise OSError
    return said


def read_moment(text: str) -> float:
    """Return a moment as seconds; one without a zone is this machine's."""
    return datetime.fromisoformat(text).timestamp()


def is_witness(path: str, name: str) -> bool:
    """Tell whether a file has the name of the witness, or that which File History gives it."""
    found, (stem, dot, ending) = path.rpartition("/")[2].casefold(), name.casefold().rpartition(".")
    return found == name.casefold() or (
        found.startswith(f"{stem} (") and found.endswith(f"){dot}{ending}")
    )


if __name__ == "__main__":
    main()
