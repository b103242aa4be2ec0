#!/usr/bin/python3
"""Runs on the router: try the password of the subject on its administration page, as JSON.

Sent as it is by ``facts/login.py``, with the page's address and the seconds it may take; it must
stand alone. The password comes in on a line; it is tried once with each account of the page, by
whatever way the page asks for it, and is in no argument. The accounts are those of the files that
the running lighttpd says it was set to; of another server, or another store, nothing is known.
"""

import json
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

TEXT_CAP = 64 * 1024
MOST_NAMES = 8
SERVER, SETTINGS = "/usr/sbin/lighttpd", "/etc/lighttpd/lighttpd.conf"
BACKEND = re.compile(r'^\s*auth\.backend\s*=\s*"(\w+)"', re.MULTILINE)
USERFILE = re.compile(r'^\s*auth\.backend\.(\w+)\.userfile\s*=\s*"([^"]+)"', re.MULTILINE)
CURL = ("/usr/bin/curl", "-q", "-s", "-k", "--anyauth", "-K", "-", "-o", "/dev/null")


def main() -> None:
    """Print the status that each account gets, in the order of the files."""
    url, seconds = sys.argv[1:]
    password = sys.stdin.readline(TEXT_CAP).rstrip("\n")
    shown = show_settings()
    names = list_names(shown)
    statuses = [try_on(url, seconds, name, password) for name in names[:MOST_NAMES]]
    is_whole = len(statuses) == len(names) and has_files_alone(shown)
    json.dump({"is_whole": is_whole, "statuses": statuses}, sys.stdout)


def show_settings() -> str:
    """Return what the running lighttpd was set to, nothing when none runs (lighttpd(8), -p)."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str((folder / "exe").readlink()) == SERVER:
                words = (folder / "cmdline").read_text("utf-8", "replace").split("\0")
                path = words[words.index("-f") + 1] if "-f" in words else SETTINGS
                return run([SERVER, "-p", "-f", path], b"")
    return ""


def has_files_alone(shown: str) -> bool:
    """Tell whether every account of the page is in a file."""
    backends = set(BACKEND.findall(shown))
    return bool(backends) and backends <= {name for name, _path in USERFILE.findall(shown)}


def list_names(shown: str) -> list[str]:
    """Return the accounts of the page, each once."""
    backends = set(BACKEND.findall(shown))
    files = dict.fromkeys(path for name, path in USERFILE.findall(shown) if name in backends)
    lines = [line for path in files for line in read(Path(path)).splitlines()]
    names = (line.partition(":")[0].strip() for line in lines if ":" in line)
    return list(dict.fromkeys(name for name in names if name and not name.startswith("#")))


def try_on(url: str, seconds: str, name: str, password: str) -> int:
    """Return the status that the page answers to an account, 0 when it does not answer."""
    told = quote(f"{name}:{password}")
    argv = [*CURL, "-m", seconds, "-w", "%{http_code}", url]
    text = run(argv, f'user = "{told}"\n'.encode())
    return int(text) if text.isdigit() else 0


def run(argv: list[str], given: bytes) -> str:
    """Return what a program prints."""
    return subprocess.run(  # noqa: TID251  # labctl's own runner is not on this machine
        argv, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    ).stdout.decode("utf-8", "replace")


def quote(text: str) -> str:
    """Return a text as a quoted value of curl's settings (curl(1), « --config »)."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def read(path: Path) -> str:
    """Return the text of a file, empty when there is none."""
    with suppress(OSError):
        return path.read_bytes()[:TEXT_CAP].decode("utf-8", "replace")
    return ""


if __name__ == "__main__":
    main()
