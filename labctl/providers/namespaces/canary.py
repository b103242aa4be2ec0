"""The canary of a reset: a random word left in the old machines, looked for in the new ones.

``main`` is a child program (standard library only, ``python -I -S``): it enters each node and
leaves the word, or tells where it still is. ``look_for`` searches the files of the bench from
outside.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from labctl.providers.namespaces.enter import enter

PLACES = ("/root", "/home", "/srv", "/var/tmp", "/etc", "/tmp", "/run", "/dev/shm")  # noqa: S108
_PREFIX = ".canary-"
_BLOCK = 1 << 20


def main() -> int:
    """Serve ``{"act": "leave"|"find", "word", "nodes": [[pid, started, tag]…]}``."""
    request = json.load(sys.stdin)
    found: list[str] = []
    for pid, started, tag in request["nodes"]:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            _serve_one((pid, started, tag), request, write)
        os.close(write)
        with os.fdopen(read) as answers:
            found += [f"{tag}:{line.strip()}" for line in answers]
        os.waitpid(child, 0)
    sys.stdout.write(json.dumps(found))
    return 0


def look_for(word: str, folder: Path) -> tuple[int, tuple[str, ...]]:
    """Return how many files below the folder were searched, and those that hold the word."""
    needle = word.encode()
    count = 0
    found = []
    for path in _walk(folder):
        count += 1
        if word in path.name or _holds(path, needle):
            found.append(str(path.relative_to(folder)))
    return count, tuple(found)


def _serve_one(node: tuple[int, int, str], request: dict[str, Any], answers: int) -> None:
    try:
        enter(*node)
        act = _leave if request["act"] == "leave" else _find
        os.write(answers, "".join(f"{line}\n" for line in act(request["word"])).encode())
    except (OSError, ValueError) as exc:  # the node died: what it held in memory died with it
        sys.stderr.write(f"{exc}\n")
    finally:
        os._exit(0)


def _leave(word: str) -> list[str]:
    done = []
    for place in PLACES:
        with suppress(OSError):
            Path(place, _PREFIX + word).write_text(word, encoding="ascii")
            done.append(place)
    return done


def _find(word: str) -> list[str]:
    return [place for place in PLACES if Path(place, _PREFIX + word).exists()]


def _walk(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _holds(path: Path, needle: bytes) -> bool:
    """Search a file block by block, so that its size does not matter."""
    tail = b""
    with suppress(OSError), path.open("rb") as file:
        while block := file.read(_BLOCK):
            if needle in tail + block:
                return True
            tail = block[-len(needle) :]
    return False
