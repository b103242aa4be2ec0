#!/usr/bin/python3
"""Runs on the router: try the password of the subject on its administration page, as JSON.

Sent as it is by ``facts/login.py``, with the page's address and the seconds it may take; it must
stand alone. The password comes in on a line; it is tried once with each account of lighttpd's files
(« userfile »), by whatever way the page asks for it, and is in no argument.
"""

import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path

TEXT_CAP = 64 * 1024
MOST_NAMES = 8
SETTINGS = Path("/etc/lighttpd")
USERFILE = re.compile(r'^[^#\n]*userfile\s*\+?=\s*"([^"]+)"', re.MULTILINE)
CURL = ("/usr/bin/curl", "-q", "-s", "-k", "--anyauth", "-K", "-", "-o", "/dev/null")


def main() -> None:
    """Print the status that each account gets, in the order of the files."""
    url, seconds = sys.argv[1:]
    password = sys.stdin.readline(TEXT_CAP).rstrip("\n")
    names = list_names()
    statuses = [try_on(url, seconds, name, password) for name in names[:MOST_NAMES]]
    json.dump({"accounts": len(names), "statuses": statuses}, sys.stdout)


def list_names() -> list[str]:
    """Return the accounts of the page, each once."""
    texts = [read(path) for path in sorted(SETTINGS.rglob("*.conf"))]
    files = dict.fromkeys(path for text in texts for path in USERFILE.findall(text))
    lines = [line for path in files for line in read(Path(path)).splitlines()]
    names = (line.partition(":")[0].strip() for line in lines if ":" in line)
    return list(dict.fromkeys(name for name in names if name and not name.startswith("#")))


def try_on(url: str, seconds: str, name: str, password: str) -> int:
    """Return the status that the page answers to an account, 0 when it does not answer."""
    told = quote(f"{name}:{password}")
    argv = (*CURL, "-m", seconds, "-w", "%{http_code}", url)
    given = f'user = "{told}"\n'.encode()
    done = subprocess.run(  # noqa: TID251  # labctl's own runner is not on this machine
        argv, input=given, stdout=subprocess.PIPE, check=False
    )
    text = done.stdout.decode("ascii", "replace")
    return int(text) if text.isdigit() else 0


def quote(text: str) -> str:
    """Return a text as a quoted value of curl's settings (curl(1), « --config »)."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def read(path: Path) -> str:
    """Return the text of a file, empty when there is none."""
    with contextlib.suppress(OSError):
        return path.read_bytes()[:TEXT_CAP].decode("utf-8", "replace")
    return ""


if __name__ == "__main__":
    main()
