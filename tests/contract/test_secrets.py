"""Secrets stay where they are: none in what is said, written, run or readable by others."""

import base64
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from labctl.pipeline.place import load_place
from labctl.pipeline.seed import cahier_secrets
from tests.commands import Command

pytestmark = [pytest.mark.embedded, pytest.mark.nightly]

BENCH = 1
LEAST = 12
PAUSE_S = 0.01
OPENSSH, PKCS8 = 4, 2
"""The line of a private key that is not public too: enough to know it by."""


def spell(secret: str) -> set[bytes]:
    """Return a secret as it may be found: plain, wide, base64, quoted, hexadecimal."""
    raw = secret.encode()
    wide = secret.encode("utf-16-le")
    return {
        raw,
        base64.b64encode(raw).rstrip(b"="),
        base64.b64encode(wide).rstrip(b"="),
        quote(secret, safe="").encode(),
        raw.hex().encode(),
        wide.rstrip(b"\0"),
        wide.hex().encode(),
        raw.hex(":").encode(),
    }


def list_secrets(command: Command) -> dict[str, set[bytes]]:
    """Return every spelling of every secret of the bench, by name."""
    cahier = cahier_secrets(load_place("demo", None), BENCH)
    found = {name: secret.reveal() for name, secret in cahier.items()}
    folder = command.state / f"benches/{BENCH:02d}"
    for path in folder.glob("secrets/*_password"):
        found[path.name] = path.read_text()
    keys = {folder / "secrets/audit_key": OPENSSH, folder / "secrets/ca.key": PKCS8}
    for node in folder.glob("nodes/*/upper/etc/labctl"):
        keys |= {node / "ssh_host_ed25519_key": OPENSSH, node / "tls/key.pem": PKCS8}
    for path, line in keys.items():
        found[str(path.relative_to(folder))] = path.read_text().splitlines()[line]
    return {name: spell(value) for name, value in found.items()}


def find(secrets: dict[str, set[bytes]], content: bytes) -> list[str]:
    """Return the secrets that are in a content."""
    return [name for name, spellings in secrets.items() if any(s in content for s in spellings)]


@dataclass
class Watch:
    """What processes of a bench, on both sides, were seen to be started with."""

    seen: set[bytes] = field(default_factory=set)


@contextmanager
def watching(state: Path) -> Iterator[Watch]:
    """Look at the arguments and the environment of every process that is ours, all the time.

    What was looked at is not looked at again until it becomes another program.
    """
    watch, stop = Watch(), threading.Event()
    known: set[tuple[str, bytes]] = set()
    ours = str(state).encode()

    def look() -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes()
                if (folder.name, line) in known:
                    continue
                environment = (folder / "environ").read_bytes()
                if ours in environment or ours in (folder / "mountinfo").read_bytes():
                    watch.seen.update((environment, line))
            except OSError:
                continue
            known.add((folder.name, line))

    def keep_looking() -> None:
        while not stop.wait(PAUSE_S):
            look()

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def test_no_secret_is_said_written_or_run(solved: Command) -> None:
    secrets = list_secrets(solved)
    assert len(secrets) >= LEAST
    loud = Command(solved.state, {"LABCTL_DEBUG": "1"})

    with watching(solved.state) as watch:
        said = [
            loud.run("solve", str(BENCH)),
            loud.run("grade", str(BENCH), "--details"),
            loud.run("grade", str(BENCH), "--json"),
            loud.run("report", str(BENCH)),
            loud.run("plan", str(BENCH), "--json"),
            loud.run("status", str(BENCH), "--json"),
            loud.run("up", str(BENCH)),
        ]

    told = {str(done.args): find(secrets, (done.stdout + done.stderr).encode()) for done in said}
    assert {words: names for words, names in told.items() if names} == {}
    assert len(watch.seen) > 20
    assert [found for seen in watch.seen if (found := find(secrets, seen))] == []
    runs = [path for path in (solved.state / "runs").rglob("*") if path.is_file()]
    assert len(runs) > 20
    leaks = {str(path): find(secrets, path.read_bytes()) for path in runs}
    assert {path: names for path, names in leaks.items() if names} == {}


def test_no_secret_is_readable_by_others(solved: Command) -> None:
    """A file of the state that others may read holds no secret, unless a folder above is closed."""
    secrets = list_secrets(solved)

    readable = [path for path in list_readable(solved.state) if find(secrets, path.read_bytes())]

    assert readable == []
    for path in (solved.state / f"benches/{BENCH:02d}/secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def list_readable(folder: Path) -> Iterator[Path]:
    """Yield the files that anybody could read if the way to the folder itself were open."""
    for entry in os.scandir(folder):
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode) and mode & 0o001:
            yield from list_readable(Path(entry.path))
        elif stat.S_ISREG(mode) and mode & 0o004:
            yield Path(entry.path)


def test_the_hunt_finds_what_is_planted(solved: Command, tmp_path: Path) -> None:
    """A hunt that found nothing here would prove nothing there."""
    secrets = list_secrets(solved)
    for name, spellings in secrets.items():
        for spelling in spellings:
            assert name in find(secrets, b"before " + spelling + b" after")
    name, spellings = next(iter(secrets.items()))
    planted = tmp_path / "planted"
    planted.write_bytes(sorted(spellings)[0])
    planted.chmod(0o644)
    assert [path for path in list_readable(tmp_path) if name in find(secrets, path.read_bytes())]
