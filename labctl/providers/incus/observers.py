#!/usr/bin/python3 -SEs
"""The program of the jury's instance: labctl's own machines, each in a network of its own.

It uses the standard library only. Each machine is PID 1 of
namespaces, with the tag by which labctl finds it (``providers/namespaces/processes.py``). When one
ends, the instance ends: it is then started again as a whole.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import Any

OBSERVERS = "/etc/labctl/observers.json"
"""A list of ``{"node", "hostname", "tag", "management", "mac", "cards": {here: there}}``."""
FILES = "/etc/labctl/observers"
"""What each machine is given, below a folder of its name."""
SSHD = "/etc/labctl/sshd_config"
READY = "/run/labctl/ready"
_UNSHARE = ("--net", "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child")
UPLINK = "uplink"
"""The card of the instance on the network of the management."""
_BRIDGE = "management"
_CARDS_S = 30.0


def main() -> None:
    """Start every machine, say when all are ready, and end when one of them does."""
    with open(OBSERVERS, encoding="utf-8") as file:
        observers = json.load(file)
    for each in observers:
        shutil.copy(SSHD, f"{FILES}/{each['node']}{SSHD}")
    _ip([f"link add {_BRIDGE} type bridge", f"link set {UPLINK} master {_BRIDGE} up"])
    _ip([f"link set {_BRIDGE} up"])
    running = [_start(each) for each in observers]
    for rank, (process, observer) in enumerate(zip(running, observers, strict=True)):
        _give_cards(rank, process, observer)
    ready = [f"/run/labctl/{each['node']}/labctl/ready" for each in observers]
    _wait(lambda: all(map(os.path.exists, ready)) or _end(running) is not None, _CARDS_S)
    if _end(running) is None:
        with open(READY, "w", encoding="ascii"):
            pass
    os.wait()
    sys.exit(1)


def _start(observer: dict[str, Any]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "LABCTL_TAG": observer["tag"]}
    own = os.path.realpath(sys.argv[0])
    argv = ("unshare", *_UNSHARE, own, observer["node"])
    return subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL)


def _give_cards(rank: int, process: "subprocess.Popen[bytes]", observer: dict[str, Any]) -> None:
    own = os.readlink("/proc/self/ns/net")
    place = f"/proc/{process.pid}/ns/net"
    _wait(lambda: os.readlink(place) != own, _CARDS_S)
    lines = [
        f"link set dev {here} netns {process.pid} name {there}"
        for here, there in observer["cards"].items()
    ]
    port = f"m{rank}"
    end = f"peer name mgmt0 address {observer['mac']} netns {process.pid}"
    lines += [f"link add {port} type veth {end}", f"link set {port} master {_BRIDGE} up"]
    _ip(lines)


def become(node: str) -> None:
    """Turn this process, PID 1 of new namespaces, into a machine."""
    with open(OBSERVERS, encoding="utf-8") as file:
        observer = next(each for each in json.load(file) if each["node"] == node)
    os.umask(0o022)
    subprocess.run(("hostname", observer["hostname"]), check=True)
    own = f"/run/labctl/{node}"
    for folder in ("labctl", "sshd", "lock"):
        os.makedirs(f"{own}/{folder}", exist_ok=True)
    # the last one hides where the others are
    for name in ("etc/hostname", "etc/hosts", "etc/labctl"):
        subprocess.run(("mount", "--bind", f"{FILES}/{node}/{name}", f"/{name}"), check=True)
    subprocess.run(("mount", "--bind", own, "/run"), check=True)
    wanted = {"mgmt0", *observer["cards"].values()}
    _wait(lambda: wanted <= _list_cards(), _CARDS_S)
    for card in ("default", *sorted(wanted)):
        with open(f"/proc/sys/net/ipv6/conf/{card}/disable_ipv6", "w", encoding="ascii") as file:
            file.write("1")
    lines = (
        "link set lo up",
        f"addr replace {observer['management']} dev mgmt0",
        "link set mgmt0 up",
    )
    _ip(lines)
    program = ("/usr/bin/env", "-u", "LABCTL_TAG", "/usr/lib/labctl/observer")
    os.execv("/usr/bin/tini", ("tini", "--", *program))


def _ip(lines: Iterable[str]) -> None:
    subprocess.run(("ip", "-batch", "-"), input="\n".join(lines) + "\n", text=True, check=True)


def _list_cards() -> set[str]:
    with open("/proc/self/net/dev", encoding="ascii") as file:
        return {line.partition(":")[0].strip() for line in file.readlines()[2:]}


def _end(running: "list[subprocess.Popen[bytes]]") -> int | None:
    return next((each.pid for each in running if each.poll() is not None), None)


def _wait(condition: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{seconds} s")
        time.sleep(0.05)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        become(sys.argv[1])
    main()
