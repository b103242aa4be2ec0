#!/usr/bin/python3
"""Run on the file server: print the copies of the witness in the share of backups, as JSON.

Sent as it is by ``facts.copies`` with the names of the share and of the witness; it must stand
alone. ``copies`` are the files of that name, plain or in an archive that Python opens; Windows'
File History writes the moment between the name and its ending. ``sealed`` are folders and files
that only their own program reads. ``cut`` tells that a cap was reached.
"""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

MOST_FOLDERS, MOST_COPIES, MOST_MEMBERS, MOST_BYTES = 20_000, 200, 20_000, 1 << 20
REPOSITORIES = {
    "restic": {"config", "data", "index", "keys", "snapshots"},
    "Borg": {"README", "config", "data"},
}
"""What is in the folder of a repository (restic, « Repository Format »; Borg, « Internals »)."""
CLOSED = (".7z", ".rar", ".vhd", ".vhdx", ".bkf", ".img", ".tib", ".gpg", ".age", ".tar.zst")
TARS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
UNREADABLE = (OSError, ValueError, RuntimeError, zipfile.BadZipFile, tarfile.TarError, EOFError)


def main() -> None:
    """Print the document."""
    share, name = sys.argv[1:3]
    root = find_folder(share)
    copies: list[tuple[str, str, float]] = []
    sealed: list[str] = []
    cut = False
    for rank, (folder, inside, files) in enumerate(os.walk(root) if root else ()):
        cut = rank >= MOST_FOLDERS or len(copies) >= MOST_COPIES
        if cut:
            break
        inside.sort()
        held = {*inside, *files}
        kind = next((one for one, parts in REPOSITORIES.items() if parts <= held), "")
        if kind:
            sealed.append(f"{kind} : {Path(folder).relative_to(root)}")
            inside.clear()
            continue
        paths = [Path(folder) / file for file in sorted(files)]
        sealed += [str(p.relative_to(root)) for p in paths if p.name.casefold().endswith(CLOSED)]
        copies += [copy for path in paths for copy in find_copies(root, path, name)]
    shown = {"copies": copies[:MOST_COPIES], "sealed": sealed[:MOST_COPIES], "cut": cut}
    json.dump({"folder": bool(root), **shown}, sys.stdout)


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


def find_copies(root: str, path: Path, name: str) -> Iterator[tuple[str, str, float]]:
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


def is_witness(path: str, name: str) -> bool:
    """Tell whether a file has the name of the witness, or that which File History gives it."""
    found, (stem, dot, ending) = path.rpartition("/")[2].casefold(), name.casefold().rpartition(".")
    return found == name.casefold() or (
        found.startswith(f"{stem} (") and found.endswith(f"){dot}{ending}")
    )


if __name__ == "__main__":
    main()
