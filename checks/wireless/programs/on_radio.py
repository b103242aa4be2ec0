#!/usr/bin/python3
"""Runs on the machine of a radio: print which wireless networks hostapd offers, as JSON.

Sent as it is by ``facts.py``; it must stand alone. The files are those that each running hostapd
was started with, and the lists of cards that they name. Keys are never printed: those of the
subject come in, one a line, and of each key of a file is said which of them it is.
"""

import contextlib
import hashlib
import json
import re
import sys
from pathlib import Path

TEXT_CAP = 64 * 1024
SECRET = re.compile(r"^(\s*(?:wpa_passphrase|wpa_psk|sae_password|wep_key\d)\s*=).*", re.MULTILINE)
LISTED = re.compile(r"^\s*accept_mac_file\s*=\s*(\S+)", re.MULTILINE)
ROUNDS, PMK_BYTES = 4096, 32
"""A passphrase becomes a key with the name of the network (IEEE 802.11, annex J.4)."""
ANY_CARD = "00:00:00:00:00:00"


def main() -> None:
    """Print the document."""
    given = sys.stdin.read(TEXT_CAP).splitlines()
    texts = {path: read(path) for path in find_files()}
    lists = {path: hide(read(path)) for text in texts.values() for path in LISTED.findall(text)}
    document = {
        "files": {path: hide(text) for path, text in texts.items()},
        "lists": lists,
        "keys": {path: find_keys(text, given) for path, text in texts.items()},
    }
    json.dump(document, sys.stdout)


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
    """Return the text of a file, empty when there is none."""
    try:
        with Path(path).open("rb") as file:
            return file.read(TEXT_CAP).decode("utf-8", "replace")
    except OSError:
        return ""


def hide(text: str) -> str:
    """Return the text of a file without its keys."""
    return SECRET.sub(r"\1***", text)


def find_keys(text: str, given: list[str]) -> list[list[int] | None]:
    """Return what opens a network: of each key the ranks of those given that it is.

    None stands for a key that is not for everybody, or that cannot be read (hostapd.conf(5)).
    """
    settings = [(name.strip(), value) for name, _sign, value in map(split, text.splitlines())]
    last = dict(settings)
    managed = last.get("wpa_key_mgmt", "WPA-PSK")
    shared = [pair for pair in settings if pair[0] in ("wpa_passphrase", "wpa_psk")][-1:]
    keys: list[list[int] | None] = []
    if "PSK" in managed:
        keys += [ranks_of(name, value, name_of(last), given) for name, value in shared]
        if "wpa_psk_file" in last:
            keys += listed_keys(read(last["wpa_psk_file"].strip()), given, name_of(last))
    if "SAE" in managed:
        own = [value for name, value in settings if name == "sae_password"]
        for value in own or [value for name, value in shared if name == "wpa_passphrase"]:
            is_for_some = bool(own) and "|" in value
            keys.append(None if is_for_some else ranks_of("", value, b"", given))
        if "sae_password_file" in last:
            keys.append(None)
    return keys


def listed_keys(text: str, given: list[str], network: bytes) -> list[list[int] | None]:
    """Return the keys of a file of keys: a card, or zeros for any, then its key on each line."""
    found: list[list[int] | None] = []
    for line in text.splitlines():
        card, _space, key = line.strip().partition(" ")
        if card and not card.startswith("#"):
            found.append(ranks_of("", key, network, given) if card == ANY_CARD else None)
    return found


def ranks_of(name: str, value: str, network: bytes, given: list[str]) -> list[int]:
    """Return the ranks of the keys that are this one: a passphrase, or what it becomes, in hex."""
    is_raw = name == "wpa_psk" or re.fullmatch(r"[0-9A-Fa-f]{64}", value)
    if not is_raw:
        return [rank for rank, key in enumerate(given) if key == value]
    made = [
        hashlib.pbkdf2_hmac("sha1", key.encode(), network, ROUNDS, PMK_BYTES).hex() for key in given
    ]
    return [rank for rank, key in enumerate(made) if key == value.strip().lower()]


def name_of(last: dict[str, str]) -> bytes:
    """Return the name of a network as it is sent."""
    wide = last.get("ssid2", "").strip()
    quoted = re.fullmatch(r'P?"(.*)"', wide)
    if quoted:
        return quoted[1].encode()
    with contextlib.suppress(ValueError):
        if wide:
            return bytes.fromhex(wide)
    return last.get("ssid", "").encode()


def split(line: str) -> tuple[str, str, str]:
    """Return the name, the sign and the value of a line, a comment's name empty."""
    return ("", "", "") if line.lstrip().startswith("#") else line.lstrip().partition("=")


if __name__ == "__main__":
    main()
