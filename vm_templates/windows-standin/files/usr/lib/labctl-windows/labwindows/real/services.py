"""Win32_Service: the daemons of the machine, as their scripts start them."""

import re
from collections.abc import Iterator

from labwindows.machine import Machine
from labwindows.real.over import lay_over
from labwindows.scenario import Told
from labwindows.values import Instance

_STARTS = re.compile(r"\b(?:start-stop-daemon|start_daemon)\b")
_PROGRAM = re.compile(r"^\s*(?:DAEMON|NAME)=[\"']?(?:/[\w./-]*/)?([\w.-]+)[\"']?\s*$", re.MULTILINE)
_SHORT = re.compile(r"^# Short-Description:\s*(.{1,100})$", re.MULTILINE)


def services(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_Service: the real ones, then those that a Linux has not."""
    return lay_over(_daemons(machine), told, "Name")


def _daemons(machine: Machine) -> Iterator[Instance]:
    running = _running(machine)
    for path in machine.find("/etc/init.d/*"):
        script = machine.read(path)
        if _STARTS.search(script):
            yield _service(machine, path.rpartition("/")[2], script, running)


def _service(machine: Machine, name: str, script: str, running: dict[str, int]) -> Instance:
    programs = (name, f"{name}d", *_PROGRAM.findall(script))
    number = next((running[one] for one in programs if one in running), 0)
    short = _SHORT.search(script)
    return {
        "DisplayName": short[1].strip() if short else name,
        "Name": name,
        "PathName": f"/etc/init.d/{name}",
        "ProcessId": number,
        "StartMode": "Auto" if machine.find(f"/etc/rc[2S].d/S[0-9][0-9]{name}") else "Manual",
        "StartName": "LocalSystem",
        "Started": bool(number),
        "State": "Running" if number else "Stopped",
    }


def _running(machine: Machine) -> dict[str, int]:
    """Return the programs that run, and the number of the first process of each."""
    found: dict[str, int] = {}
    for path in machine.find("/proc/[0-9]*/cmdline"):
        # sshd writes what it does in place of its arguments: « sshd: /usr/sbin/sshd … »
        first = machine.read(path).partition("\0")[0].partition(": ")[0]
        number = int(path.split("/")[2])
        name = first.partition(" ")[0].rpartition("/")[2]
        found[name] = min(number, found.get(name, number))
    return found
