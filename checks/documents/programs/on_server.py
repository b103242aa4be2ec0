#!/usr/bin/python3
"""Runs on the file server: the documents in a folder of a share.

Sent as it is by ``checks.documents.shelf``; it must stand alone. ``SHARE FOLDER`` come first, then
``list``, ``read NAME OFFSET BYTES …`` or ``write`` (``labctl.connect.depot.shelf``). The share is
looked for as Samba understands it, those of the registry and of ``net usershare`` included.
Names are compared as Windows does, without regard to case. Only files are read, never what a link
points to.
"""

import base64
import configparser
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

USERSHARES = "/var/lib/samba/usershares"
MOST_FILES = 200


def main() -> int:
    """Do what the arguments say."""
    share, name, act, *words = sys.argv[1:]
    folder = find_folder(share, name)
    if act == "list":
        json.dump({"files": list_files(folder) if folder else []}, sys.stdout)
    elif act == "read":
        if folder is None:
            return 1
        for at in range(0, len(words), 3):
            piece = read_piece(folder / words[at], int(words[at + 1]), int(words[at + 2]))
            sys.stdout.write(f"{piece}\n")
    elif act == "write":
        top = find_share(share)
        if top is None:
            return 1
        write(folder or make_folder(top, name), json.load(sys.stdin))
    return 0


def find_folder(share: str, name: str) -> Path | None:
    """Return the folder, None when it is not there, or no such share is."""
    top = find_share(share)
    if top is None or not top.is_dir():
        return None
    found = [each for each in top.iterdir() if each.name.casefold() == name.casefold()]
    same = [each for each in found if each.is_dir() and not each.is_symlink()]
    return min(same, key=lambda each: (each.name != name, each.name), default=None)


def find_share(share: str) -> Path | None:
    """Return the folder that a share gives, None when there is no such share."""
    text = say(["/usr/bin/testparm", "-s"])
    if Path(USERSHARES).is_dir() and any(Path(USERSHARES).iterdir()):
        text += "\n" + say(["/usr/bin/net", "usershare", "info", "--long"])
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.read_string(text)
    for name in parser.sections():
        if name.casefold() == share.casefold():
            return Path(parser.get(name, "path").replace("%S", name))
    return None


def say(argv: list[str]) -> str:
    """Return what a program prints; its failure is ours."""
    return subprocess.run(  # noqa: TID251  # labctl's own runner is not on this machine
        argv, capture_output=True, text=True, timeout=30, check=True
    ).stdout


def list_files(folder: Path) -> list[dict[str, object]]:
    """Return the files of the folder: name, bytes, when they were written."""
    found: list[dict[str, object]] = []
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        about = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(about.st_mode) and is_text(entry.name) and len(found) < MOST_FILES:
            written = int(about.st_mtime)
            found.append({"name": entry.name, "bytes": about.st_size, "at": written})
    return found


def is_text(name: str) -> bool:
    """Tell whether a name can be said and asked for again."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_piece(path: Path, offset: int, most: int) -> str:
    """Return a piece of a file in base64."""
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        return base64.b64encode(os.pread(opened, most, offset)).decode()
    finally:
        os.close(opened)


def make_folder(top: Path, name: str) -> Path:
    """Make the folder as the one above it is: its owner, its group, its rights."""
    folder, above = top / name, top.stat()
    folder.mkdir()
    os.chown(folder, above.st_uid, above.st_gid)
    folder.chmod(stat.S_IMODE(above.st_mode))
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files, each whole or not at all."""
    above = folder.stat()
    for name, content in files.items():
        draft = folder / f".{name}.tmp"
        draft.unlink(missing_ok=True)
        draft.write_bytes(base64.b64decode(content))
        os.chown(draft, above.st_uid, above.st_gid)
        draft.replace(folder / name)


if __name__ == "__main__":
    sys.exit(main())
