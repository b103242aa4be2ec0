#!/usr/bin/python3
"""Runs on the router: print which DHCP servers listen and what they were told, as JSON.

Sent as it is by ``facts/reservations.py``; it must stand alone. A server is known by the program
that holds UDP port 67, and its files by the arguments it was started with: what another product's
files say is not read, unless nobody listens. Each server comes with the texts of its configuration,
of its files of hosts, of the names that hosts may be given by, and of its leases.
"""

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

Argv = tuple[str, ...]
Texts = dict[str, str]
Settings = list[tuple[str, str]]

PORT = "0043"  # 67, as /proc/net/udp writes it
TEXT_CAP, TOTAL_CAP = 256 * 1024, 512 * 1024
MOST_FILES = 64
DNSMASQ_LETTERS = {"C": "conf-file", "7": "conf-dir", "G": "dhcp-host", "l": "dhcp-leasefile"}
DNSMASQ_AS_DEBIAN = ("dnsmasq", "-7", "/etc/dnsmasq.d,.dpkg-dist,.dpkg-old,.dpkg-new")
INCLUDE_KEA = re.compile(r'<\?include "([^"\n]{1,200})"\?>')
INCLUDE_ISC = re.compile(r'^[ \t]*include[ \t]+"([^"\n]{1,200})"[ \t]*;', re.MULTILINE)
READ = {"files": 0, "bytes": 0}


def main() -> None:
    """Print the document."""
    listening = find_listeners()
    candidates = listening or [DNSMASQ_AS_DEBIAN, ("kea-dhcp4",), ("dhcpd",)]
    servers = [describe(argv[0], argv[1:]) for argv in candidates]
    json.dump({"listening": bool(listening), "servers": servers}, sys.stdout)


def find_listeners() -> list[Argv]:
    """Return the program and the arguments of what holds UDP port 67, each once."""
    sockets = {f"socket:[{inode}]" for inode in read_inodes("/proc/net/udp")}
    found: list[Argv] = []
    for folder in Path("/proc").glob("[0-9]*") if sockets else ():
        with contextlib.suppress(OSError):
            if sockets & {read_link(path) for path in (folder / "fd").iterdir()}:
                program = read_link(folder / "exe").removesuffix(" (deleted)")
                words = (folder / "cmdline").read_text("utf-8", "replace").split("\0")
                argv = (program.rpartition("/")[2], *words[1:])
                found += [argv] if argv not in found else []
    return found


def read_inodes(table: str) -> Iterator[str]:
    """Yield the inodes of the sockets of the port."""
    for line in Path(table).read_text("ascii").splitlines()[1:]:
        words = line.split()
        if words[1].endswith(f":{PORT}"):
            yield words[9]


def read_link(path: Path) -> str:
    """Return where a link leads, empty when it is gone."""
    try:
        return str(path.readlink())
    except OSError:
        return ""


def describe(program: str, arguments: Argv) -> Texts:
    """Return what a server was told; of one that is not known, only its name."""
    readers = {"dnsmasq": read_dnsmasq, "kea-dhcp4": read_kea, "dhcpd": read_isc}
    texts = readers[program](arguments) if program in readers else {}
    return {"program": program, **texts}


def read(path: str) -> str:
    """Return the text of a file, empty when it is absent; too much is refused, not cut."""
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            text = file.read(TEXT_CAP + 1)
    except OSError:
        return ""
    READ["files"] += 1
    READ["bytes"] += len(text)
    if len(text) > TEXT_CAP or READ["bytes"] > TOTAL_CAP or READ["files"] > MOST_FILES:
        sys.exit(f"{path}: too much to read")
    return text


def read_dnsmasq(arguments: Argv) -> Texts:
    """Follow conf-file and conf-dir; Debian's files when nothing is said."""
    lines = list(options_of(arguments))
    if not any(name == "conf-file" for name, _value in lines):
        lines.append(("conf-file", "/etc/dnsmasq.conf"))
    found, seen = Settings(), set[str]()
    while lines:
        name, value = lines.pop(0)
        if name in ("conf-file", "conf-dir"):
            for path in files_of(value) if name == "conf-dir" else [value]:
                if path not in seen:
                    seen.add(path)
                    lines += list(settings_of(read(path)))
        else:
            found.append((name, value))
    return {
        "configuration": "\n".join(f"{name}={value}" for name, value in found),
        "hosts": "\n".join(map(read, paths_of(found, "dhcp-hostsfile", "dhcp-hostsdir"))),
        "ethers": read("/etc/ethers") if ("read-ethers", "") in found else "",
        "names": "\n".join(map(read, name_files(found))),
        "leases": read(last_of(found, "dhcp-leasefile") or "/var/lib/misc/dnsmasq.leases"),
    }


def name_files(found: Settings) -> list[str]:
    """Return the files that give the addresses of names."""
    own = [] if ("no-hosts", "") in found else ["/etc/hosts"]
    return [*own, *paths_of(found, "addn-hosts", "hostsdir")]


def paths_of(found: Settings, *names: str) -> list[str]:
    """Return the files that settings name; a folder stands for the files in it."""
    paths = [Path(value) for name, value in found if name in names]
    return [
        str(each)
        for path in paths
        for each in (sorted(path.iterdir()) if path.is_dir() else [path])
        if is_taken(each.name)
    ]


def last_of(found: Settings, name: str) -> str:
    """Return the last value of a setting."""
    return next((value for each, value in reversed(found) if each == name), "")


def options_of(arguments: Argv) -> Iterator[tuple[str, str]]:
    """Yield the settings that a command line holds."""
    words = [word for word in arguments if word]
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if not equals and words and not words[0].startswith("-"):
                value = words.pop(0)
            yield name, value
        elif word.startswith("-") and word[1:2] in DNSMASQ_LETTERS:
            value = word[2:] or (words.pop(0) if words else "")
            yield DNSMASQ_LETTERS[word[1]], value


def settings_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the settings of a file; a # begins a comment at the head of a word."""
    for line in text.splitlines():
        name, _equals, value = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].partition("=")
        if name.strip():
            yield name.strip(), value.strip().strip('"')


def files_of(value: str) -> list[str]:
    """Return the files of a folder that dnsmasq reads: some endings are left out, or wanted."""
    folder, *endings = value.split(",")
    wanted = tuple(ending[1:] for ending in endings if ending.startswith("*"))
    left_out = tuple(ending for ending in endings if not ending.startswith("*"))
    try:
        names = sorted(path.name for path in Path(folder).iterdir())
    except OSError:
        return []
    return [
        f"{folder}/{name}"
        for name in names
        if is_taken(name)
        and not (left_out and name.endswith(left_out))
        and (not wanted or name.endswith(wanted))
    ]


def is_taken(name: str) -> bool:
    """Tell whether dnsmasq reads a file of that name in a folder."""
    return not (name.endswith("~") or name.startswith(".") or name.startswith("#"))


def read_kea(arguments: Argv) -> Texts:
    """Read the file of -c, what it includes, and the leases of the file it names."""
    path = argument_of(arguments, "-c") or "/etc/kea/kea-dhcp4.conf"
    text = include(read(path), INCLUDE_KEA)
    named = re.search(r'"type"\s*:\s*"memfile"[^}]{0,400}?"name"\s*:\s*"([^"]{1,200})"', text)
    named = named or re.search(
        r'"name"\s*:\s*"([^"]{1,200})"[^}]{0,400}?"type"\s*:\s*"memfile"', text
    )
    leases = named[1] if named else "/var/lib/kea/kea-leases4.csv"
    older = (f"{leases}.2", f"{leases}.completed", f"{leases}.1", leases)
    return {"configuration": text, "leases": "\n".join(map(read, older))}


def read_isc(arguments: Argv) -> Texts:
    """Read the files of -cf and -lf, and what the first includes."""
    path = argument_of(arguments, "-cf") or "/etc/dhcp/dhcpd.conf"
    leases = argument_of(arguments, "-lf") or "/var/lib/dhcp/dhcpd.leases"
    return {
        "configuration": include(read(path), INCLUDE_ISC),
        "names": read("/etc/hosts"),
        "leases": read(leases),
    }


def argument_of(arguments: Argv, option: str) -> str:
    """Return the word after an option."""
    words = list(arguments)
    return words[words.index(option) + 1] if option in words[:-1] else ""


def include(text: str, directive: re.Pattern[str], depth: int = 4) -> str:
    """Put files in the place of the lines that include them."""
    if depth == 0:
        return text
    return directive.sub(lambda found: include(read(found[1]), directive, depth - 1), text)


if __name__ == "__main__":
    main()
