"""Win32_Printer: the queues that CUPS offers here, once the machine is told of a print server."""

import re
from collections.abc import Iterator

from labwindows.machine import Machine
from labwindows.real.over import lay_over
from labwindows.scenario import Told
from labwindows.values import Instance

_SETTINGS = ("/etc/cups/client.conf", "/etc/cups/printers.conf")
_QUEUE = re.compile(r"^printer (\S+) (?:is |now )?(.*)$", re.MULTILINE)
_DEVICE = re.compile(r"^device for (\S+): (\S+)", re.MULTILINE)
_DEFAULT = re.compile(r"^system default destination: (\S+)", re.MULTILINE)
_IDLE, _PRINTING, _STOPPED = 3, 4, 6


def printers(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_Printer."""
    return lay_over(_queues(machine), told, "Name")


def _queues(machine: Machine) -> Iterator[Instance]:
    if not any(machine.read(path).strip() for path in _SETTINGS):
        return
    said = machine.run("lpstat", "-d", "-p", "-v")
    devices = dict(_DEVICE.findall(said))
    default = _DEFAULT.search(said)
    for name, state in _QUEUE.findall(said):
        is_stopped = "disabled" in state
        yield {
            "Default": default is not None and default[1] == name,
            "DeviceID": name,
            "DriverName": "CUPS (simulation)",
            "Local": False,
            "Name": name,
            "Network": True,
            "PortName": devices.get(name, ""),
            "PrinterStatus": _STOPPED
            if is_stopped
            else _PRINTING
            if "printing" in state
            else _IDLE,
            "WorkOffline": is_stopped,
        }
