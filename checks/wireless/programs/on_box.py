#!/usr/bin/python3
"""Runs on the box: print which wireless networks hostapd offers, as JSON.

Sent as it is by ``facts.py``; it must stand alone. The files are those that each running hostapd
was started with, and the lists of cards that they name; keys are never printed.
"""

import contextlib
import json
import re
import sys
from pathlib import Path

TEXT_CAP = 64 * 1024
SECRET = re.compile(r"^(\s*(?:wpa_passphrase|wpa_psk|sae_password|wep_key\d)\s*=).*", re.MULTILINE)
LISTED = re.compile(r"^\s*accept_mac_file\s*=\s*(\S+)", re.MULTILINE)


def main() -> None:
    """Print the document."""
    files = {path: read(path) for path in find_files()}
    lists = {path: read(path) for text in files.values() for path in LISTED.findall(text)}
    json.dump({"files": files, "lists": lists, "bridges": find_bridges()}, sys.stdout)


def find_files() -> list[str]:
    """Return the files that running processes of hostapd were given."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_text("utf-8", "replace").split("\0")
            if words[0].rpartition("/")[2] == "hostapd":
                found += [word for word in words[1:] if word.endswith(".conf")]
    return sorted(set(found))


def read(path: str) -> str:
    """Return the text of a file without its keys, empty when there is none."""
    try:
        text = Path(path).read_bytes()[:TEXT_CAP].decode("utf-8", "replace")
    except OSError:
        return ""
    return SECRET.sub(r"\1***", text)


def find_bridges() -> dict[str, str]:
    """Return the bridge that each card is in, for those that are in one."""
    links = Path("/sys/class/net").glob("*/brport/bridge")
    return {link.parts[-3]: link.resolve().name for link in links}


if __name__ == "__main__":
    main()
