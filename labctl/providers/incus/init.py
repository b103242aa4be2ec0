#!/usr/bin/python3 -SEs
"""The first program of a machine that Incus runs: what a kind's `start` finds, then `tini`.

It is part of the machine's image and uses the standard library only. vm_templates/README.md says
what a node is given.
"""

import json
import os
import socket
import subprocess
from typing import Any

NODE = "/etc/labctl/node.json"
START = "/usr/lib/labctl-incus/start"
"""Link to the program of the kind."""
FILES = "/usr/lib/labctl-incus/files.tar"
"""What the provider gives the machine before its first start; it is gone once unpacked."""
_BUSYBOX = "/usr/bin/busybox"
_MOUNTS = (
    ("/run", "mode=755,size=64m"),
    ("/tmp", "mode=1777,size=256m"),  # noqa: S108
    ("/dev/shm", "mode=1777,size=64m"),  # noqa: S108
)
_RUN_FOLDERS = {"/run/lock": 0o1777, "/run/labctl": 0o755, "/run/sshd": 0o755}


def list_commands(spec: dict[str, Any], cards: list[str]) -> list[str]:
    """Return the lines for ``ip -batch``: every card down and without address but mgmt0."""
    management = spec["management"]
    name = management["interface"]
    lines = ["link set dev lo up"]
    lines += [f"link set dev {card} down" for card in cards if card not in ("lo", name)]
    if name in cards:
        lines += [f"addr replace {management['address']} dev {name}", f"link set dev {name} up"]
    return lines


def main() -> None:
    """Prepare the machine and become its PID 1."""
    os.umask(0o022)
    if os.path.exists(FILES):
        _run(_BUSYBOX, "tar", "-x", "-C", "/", "-f", FILES)
        os.unlink(FILES)
    os.makedirs("/dev/shm", exist_ok=True)  # noqa: S108  # Incus makes /dev without it
    for target, options in _MOUNTS:
        _run(_BUSYBOX, "mount", "-t", "tmpfs", "-o", f"nosuid,nodev,{options}", "tmpfs", target)
    for folder, mode in _RUN_FOLDERS.items():
        os.mkdir(folder)
        os.chmod(folder, mode)
    with open(NODE, encoding="utf-8") as file:
        spec = json.load(file)
    socket.sethostname(spec["hostname"])
    cards = sorted(os.listdir("/sys/class/net"))
    for card in ("default", *(card for card in cards if card != "lo")):
        with open(f"/proc/sys/net/ipv6/conf/{card}/disable_ipv6", "w", encoding="ascii") as file:
            file.write("1")
    _run("/usr/sbin/ip", "-batch", "-", text="\n".join(list_commands(spec, cards)) + "\n")
    os.execv("/usr/bin/tini", ("tini", "--", os.path.realpath(START)))


def _run(*argv: str, text: str = "") -> None:
    subprocess.run(argv, input=text, text=True, check=True)


if __name__ == "__main__":
    main()
