"""CIM classes and registry values of the computer and its system."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from labwindows.machine import Machine
from labwindows.real import computer
from labwindows.registry import RegistryValue
from labwindows.scenario import Told
from labwindows.values import Instance, Moment

_ZONES = {
    "America/Cayenne": "SA Eastern Standard Time",
    "America/Martinique": "SA Western Standard Time",
    "America/Miquelon": "Saint Pierre Standard Time",
    "Etc/UTC": "UTC",
    "Europe/Paris": "Romance Standard Time",
    "Indian/Mayotte": "E. Africa Standard Time",
    "Indian/Reunion": "Mauritius Standard Time",
    "Pacific/Gambier": "UTC-09",
    "Pacific/Honolulu": "Hawaiian Standard Time",
    "Pacific/Marquesas": "Marquesas Standard Time",
    "Pacific/Noumea": "Central Pacific Standard Time",
    "Pacific/Tahiti": "Hawaiian Standard Time",
    "Pacific/Wallis": "UTC+12",
}
_STARTED = 19
"""Field of /proc/PID/stat after the name: ticks from the kernel's start to the program's."""
_CONTROL = "SYSTEM\\CurrentControlSet\\Control"
_TCPIP = "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"


def computers(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_ComputerSystem: name and domain are real."""
    domain = computer.read_domain(machine)
    name = computer.read_name(machine)
    real: Instance = {
        "DNSHostName": name.lower(),
        "Domain": domain.name or "WORKGROUP",
        "DomainRole": 1 if domain.name else 0,
        "Name": name,
        "PartOfDomain": bool(domain.name),
        "Workgroup": None if domain.name else "WORKGROUP",
    }
    return [_over(told, real)]


def domains(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """Win32_NTDomain: the accounts of the machine itself, then its domain."""
    domain = computer.read_domain(machine)
    name = computer.read_name(machine)
    told: list[Instance] = [_domain(name, None)]
    if short := computer.read_short_name(machine, domain):
        told.append(_domain(short, domain.name))
    return [Told(one) for one in told]


def _domain(short: str, dns: str | None) -> Instance:
    return {
        "Caption": short,
        "DnsForestName": dns,
        "DomainName": short,
        "Name": f"Domain: {short}",
        "Status": "OK" if dns else "Unknown",
    }


def systems(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """Win32_OperatingSystem: name, clock and last start are real."""
    zone = _zone(machine)
    now = datetime.now(zone).replace(microsecond=0)
    uptime = _uptime_s(machine)
    real: Instance = {
        "CSName": computer.read_name(machine),
        "CurrentTimeZone": _offset_minutes(now),
        "LastBootUpTime": Moment(now - timedelta(seconds=uptime)),
        "LocalDateTime": Moment(now),
    }
    return [_over(told, real)]


def time_zones(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """Win32_TimeZone."""
    name = _zone_name(machine)
    bias = _offset_minutes(datetime.now(_zone(machine)))
    return [Told({"Bias": bias, "Caption": f"(UTC) {name}", "StandardName": name})]


def registry(machine: Machine) -> Mapping[str, Mapping[str, Mapping[str, RegistryValue]]]:
    """Return the values of the registry that the machine itself knows."""
    name, after = computer.read_name(machine), computer.read_next_name(machine)
    domain = computer.read_domain(machine).name
    keys = {
        f"{_CONTROL}\\ComputerName\\ActiveComputerName": {"ComputerName": name},
        f"{_CONTROL}\\ComputerName\\ComputerName": {"ComputerName": after},
        f"{_CONTROL}\\TimeZoneInformation": {"TimeZoneKeyName": _zone_name(machine)},
        _TCPIP: {"Hostname": name.lower(), "NV Hostname": after.lower(), "Domain": domain},
    }
    texts = {
        key: {name: RegistryValue("REG_SZ", text) for name, text in held.items()}
        for key, held in keys.items()
    }
    return {"HKLM": texts}


def _uptime_s(machine: Machine) -> int:
    """Return how long the first program of the machine has run."""
    up = (machine.read("/proc/uptime").split() or ["0"])[0]
    fields = machine.read("/proc/1/stat").rpartition(")")[2].split()
    started = int(fields[_STARTED]) // os.sysconf("SC_CLK_TCK") if len(fields) > _STARTED else 0
    return max(0, int(float(up)) - started)


def _over(told: tuple[Told, ...], real: Instance) -> Told:
    """Return what the scenario tells, with what is real over it."""
    first = told[0] if told else Told({})
    return Told({**first.properties, **real}, first.methods)


def _zone_id(machine: Machine) -> str:
    return machine.link("/etc/localtime").partition("zoneinfo/")[2] or "Etc/UTC"


def _zone_name(machine: Machine) -> str:
    zone = _zone_id(machine)
    return _ZONES.get(zone, zone)


def _zone(machine: Machine) -> tzinfo:
    try:
        return ZoneInfo(_zone_id(machine))
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _offset_minutes(moment: datetime) -> int:
    return (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
