"""What the start programs of a node share: the words of vm_templates/README.md, « start ».

Runs inside a node with the system's Python; standard library only, and few modules of it,
since hundreds of nodes start together.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

ETC = "/etc/labctl"
READY = "/run/labctl/ready"
FACTORY = "/var/lib/labctl/factory"


def _load(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            document: dict[str, Any] = json.load(file)
    except FileNotFoundError:
        return {}
    return document


SPEC: dict[str, Any] = _load(f"{ETC}/node.json")
"""The node as the plan says it: node.json."""
PATIENCE: float = SPEC.get("patience", 1.0)
"""How many times its usual time something may take: the host may be emulated, or slow."""


def secret(name: str) -> str:
    """Return a secret given to this role."""
    value: str = _load(f"{ETC}/secrets.json")[name]
    return value


def run(argv: Sequence[str], *, text: str = "", check: bool = True) -> str:
    """Run a program to its end and return its output; what it says on stderr goes to the log."""
    done = subprocess.run(argv, input=text, stdout=subprocess.PIPE, text=True, check=check)
    return done.stdout


def daemon(argv: Sequence[str]) -> int:
    """Start a program in the background, in its own session; return its pid."""
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, start_new_session=True)
    return process.pid


def sysctl(key: str, value: object) -> None:
    """Set a kernel setting of this node's network."""
    write("/proc/sys/" + key.replace(".", "/"), f"{value}\n")


def write(path: str, content: str, mode: int = 0o644) -> None:
    """Write a file, its folder made when absent, with its mode from the first byte on."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(fd, "w", encoding="utf-8") as file:
        file.write(content)


def ip(lines: Iterable[str]) -> None:
    """Run one ``ip -batch``, without what it says of cards that are gone.

    A card goes when the machine at the other end of its cable ends: this one starts all the same,
    and is told when the cable is laid again.
    """
    argv, text = ("ip", "-force", "-batch", "-"), "\n".join(lines) + "\n"
    done = subprocess.run(argv, input=text, stderr=subprocess.PIPE, text=True, check=False)
    sys.stderr.write(done.stderr)
    said = [line for line in done.stderr.splitlines() if not line.startswith("Command failed")]
    if done.returncode and not all(line.startswith("Cannot find device") for line in said):
        raise subprocess.CalledProcessError(done.returncode, argv, stderr=done.stderr)


def interface_lines(only: Sequence[str] = ()) -> list[str]:
    """Return the ``ip`` lines that give interfaces their addresses and bring them up."""
    lines = []
    for interface in SPEC["interfaces"]:
        name = interface["name"]
        if not interface["is_cabled"] or (only and name not in only):
            continue
        if interface["address"]:
            lines.append(f"addr replace {interface['address']} dev {name}")
        lines.append(f"link set {name} up")
        if interface["gateway"]:
            lines.append(f"route replace default via {interface['gateway']} dev {name}")
    return lines


def configure_interfaces(only: Sequence[str] = ()) -> None:
    """Give the interfaces (all, or these) what node.json says and bring them up."""
    lines = interface_lines(only)
    if lines:
        ip(lines)


def start_sshd() -> None:
    """Start the audit sshd on mgmt0's address and 127.0.0.1."""
    address = SPEC["management"]["address"].partition("/")[0]
    write("/run/labctl/sshd.listen", f"ListenAddress {address}\n")
    run(("/usr/sbin/sshd", "-f", f"{ETC}/sshd_config"))


def first_start() -> bool:
    """Tell whether no start of this upper reached ready() yet."""
    return not os.path.exists(FACTORY)


def wait(condition: Callable[[], object], *, seconds: float, every: float = 0.05) -> None:
    """Poll a condition until it is true; TimeoutError when time is up, longer on a slow host."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{getattr(condition, '__name__', condition)}: {seconds} s")
        time.sleep(every)


def ready() -> None:
    """Say that the node is what it must be: the last act of a start."""
    write(FACTORY, "")
    write(READY, "")


def stay() -> NoReturn:
    """Stay in the foreground for ever, as a process of a few kilobytes."""
    os.execv("/usr/bin/busybox", ("busybox", "sleep", "infinity"))
