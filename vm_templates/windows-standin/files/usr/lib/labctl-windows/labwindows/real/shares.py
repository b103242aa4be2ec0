"""CIM classes of shares: those of smb.conf, and those that people share by themselves."""

import configparser
from collections.abc import Iterator
from dataclasses import dataclass

from labwindows.machine import Machine
from labwindows.real.computer import SMB_CONF
from labwindows.real.over import lay_over
from labwindows.scenario import Told
from labwindows.values import Instance

USERSHARES = "/var/lib/samba/usershares/*"
_NO_SHARES = ("global", "homes", "printers", "print$")


@dataclass(frozen=True, slots=True)
class Share:
    """A folder that is shared."""

    name: str
    path: str
    comment: str


def win32_shares(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_Share."""
    real: Iterator[Instance] = (
        {
            "AllowMaximum": True,
            "Caption": one.comment or one.name,
            "Description": one.comment,
            "Name": one.name,
            "Path": one.path,
            "Status": "OK",
            "Type": 0,
        }
        for one in read_shares(machine)
    )
    return lay_over(real, told, "Name")


def smb_shares(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """MSFT_SmbShare."""
    real: Iterator[Instance] = (
        {
            "Description": one.comment,
            "Name": one.name,
            "Path": one.path,
            "ShareState": 1,
            "ShareType": 0,
            "Special": False,
        }
        for one in read_shares(machine)
    )
    return lay_over(real, told, "Name")


def read_shares(machine: Machine) -> tuple[Share, ...]:
    """Return the shares, in their order."""
    files = (SMB_CONF, *machine.find(USERSHARES))
    return tuple(share for path in files for share in _read_file(machine.read(path), path))


def _read_file(text: str, path: str) -> Iterator[Share]:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    whole = text if path == SMB_CONF else f"[{path.rpartition('/')[2]}]\n{text}"
    try:
        parser.read_string(whole)
    except configparser.Error:
        return
    for name in parser.sections():
        section = parser[name]
        folder = section.get("path", section.get("directory", "")).strip()
        if name.lower() not in _NO_SHARES and folder:
            title = section.get("sharename", name)
            yield Share(title, folder, section.get("comment", ""))
