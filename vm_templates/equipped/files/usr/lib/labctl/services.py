"""Services of a machine without systemd: what is enabled is started, and a log is kept."""

import os
import subprocess
from contextlib import suppress

import labctl_node as node

_UNITS = "/etc/systemd/system"
_UNIT_FOLDERS = (_UNITS, "/usr/local/lib/systemd/system", "/usr/lib/systemd/system")
_RUNLEVEL = "/etc/rc5.d"
_BOOT = "/usr/lib/labctl-units/boot"
_PATIENCE_S = 20 * node.PATIENCE
_OTHERS_S = 10.0


def keep_log() -> None:
    """Keep what programs say to syslog in /var/log/syslog: 1 MiB, and the one before."""
    log = ("-O", "/var/log/syslog", "-s", "1000", "-b", "1")
    node.run(("/usr/bin/busybox", "syslogd", *log), check=False)


def is_enabled(name: str) -> bool:
    """Tell whether a service starts with the machine: a target wants it, nobody masked it."""
    unit = f"{name}.service"
    if os.path.realpath(f"{_UNITS}/{unit}") == "/dev/null":
        return False
    targets = [folder for folder in os.listdir(_UNITS) if folder.endswith(".wants")]
    return any(os.path.lexists(f"{_UNITS}/{target}/{unit}") for target in targets)


def start(name: str) -> None:
    """Start an enabled service; one that a mistake keeps from starting stops nothing else."""
    if is_enabled(name):
        call("service", name, "start")


def start_others(*own: str) -> None:
    """Start what a candidate enabled besides the services that the machine starts by itself.

    What takes long goes on by itself: the machine does not wait for it.
    """
    wanted = {name for target in os.listdir(_UNITS) for name in _list_wanted(target)}
    wanted.update(_list_scripts())
    if wanted - {f"{name}.service" for name in own}:
        with suppress(subprocess.TimeoutExpired):
            argv = (_BOOT, *own)
            subprocess.Popen(argv, stdin=subprocess.DEVNULL, start_new_session=True).wait(_OTHERS_S)


def call(*argv: str) -> None:
    """Run a program that leaves daemons behind: no pipe is read to its end, which never comes."""
    subprocess.run(("timeout", str(_PATIENCE_S), *argv), stdin=subprocess.DEVNULL, check=False)


def _list_wanted(target: str) -> list[str]:
    if not target.endswith((".target.wants", ".target.requires")):
        return []
    return [name for name in os.listdir(f"{_UNITS}/{target}") if name.endswith(".service")]


def _list_scripts() -> list[str]:
    """Return the enabled services without a unit: ``update-rc.d`` links their scripts."""
    links = os.listdir(_RUNLEVEL) if os.path.isdir(_RUNLEVEL) else []
    names = [f"{link[3:]}.service" for link in links if link.startswith("S")]
    return [
        name
        for name in names
        if not any(os.path.lexists(f"{folder}/{name}") for folder in _UNIT_FOLDERS)
    ]
