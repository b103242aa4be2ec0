"""Which probe gives which fact."""

from importlib import import_module
from typing import Any

from labctl.probes.base import Probe

PROBES = {
    "Accounts": "labctl.probes.directory.directory_probes:ACCOUNTS",
    "Addressing": "labctl.probes.workstation.by_kind:ADDRESSING",
    "Administrators": "labctl.probes.windows.administrators:PROBE",
    "Antivirus": "labctl.probes.windows.antivirus:PROBE",
    "AppliedPolicies": "labctl.probes.windows.applied_policies:PROBE",
    "BootDisk": "labctl.probes.windows.storage_probes:BOOT_DISK",
    "Computers": "labctl.probes.directory.directory_probes:COMPUTERS",
    "Deployment": "labctl.probes.windows.installation_probes:DEPLOYMENT",
    "Desk": "labctl.probes.windows.desk:PROBE",
    "DhcpOffers": "labctl.probes.network.dhcp_probe:PROBE",
    "DirectoryChanges": "labctl.probes.directory.directory_probes:CHANGES",
    "DomainPolicy": "labctl.probes.directory.directory_probes:POLICY",
    "DriveHealth": "labctl.probes.windows.storage_probes:HEALTH",
    "Encryption": "labctl.probes.windows.encryption:PROBE",
    "FaultyDevices": "labctl.probes.windows.hardware_probes:FAULTY",
    "Firewall": "labctl.probes.windows.firewall:PROBE",
    "Firmware": "labctl.probes.windows.installation_probes:FIRMWARE",
    "GpoLinks": "labctl.probes.directory.directory_probes:LINKS",
    "Groups": "labctl.probes.directory.directory_probes:GROUPS",
    "Hardening": "labctl.probes.windows.hardening:PROBE",
    "HardwareEvents": "labctl.probes.windows.event_probes:HARDWARE_EVENTS",
    "Identity": "labctl.probes.workstation.by_kind:IDENTITY",
    "Internet": "labctl.probes.network.internet_probe:PROBE",
    "Inventory": "labctl.probes.windows.hardware_probes:INVENTORY",
    "Leaver": "labctl.probes.directory.directory_probes:LEAVER",
    "Licence": "labctl.probes.windows.installation_probes:LICENCE",
    "LinuxSystem": "labctl.probes.linux.system_probe:PROBE",
    "LocalUsers": "labctl.probes.windows.accounts_probe:PROBE",
    "LogonAudit": "labctl.probes.windows.logon_audit:PROBE",
    "MacTable": "labctl.probes.network.switch_probes:MAC_TABLE",
    "Machines": "labctl.probes.linux.machines:PROBE",
    "Membership": "labctl.probes.workstation.by_kind:MEMBERSHIP",
    "Memory": "labctl.probes.windows.hardware_probes:MEMORY",
    "Names": "labctl.probes.network.names_probe:PROBE",
    "Neighbours": "labctl.probes.network.neighbours_probe:PROBE",
    "OperatingSystem": "labctl.probes.windows.system_probe:PROBE",
    "OrgUnits": "labctl.probes.directory.directory_probes:ORG_UNITS",
    "Ports": "labctl.probes.network.switch_probes:PORTS",
    "PrinterState": "labctl.probes.network.printer_probe:PROBE",
    "Reach": "labctl.probes.network.reach_probe:PROBE",
    "RegionSettings": "labctl.probes.windows.installation_probes:REGION",
    "RemoteHelp": "labctl.probes.windows.remote_help:PROBE",
    "Reservations": "labctl.probes.network.router_probe:PROBE",
    "RestoredWitness": "labctl.probes.windows.restored:PROBE",
    "SecureChannel": "labctl.probes.workstation.by_kind:CHANNEL",
    "ShareAccess": "labctl.probes.files.access_probe:PROBE",
    "ShareDefinitions": "labctl.probes.files.definitions_probe:PROBE",
    "Software": "labctl.probes.windows.software_probe:PROBE",
    "Sound": "labctl.probes.windows.sound:PROBE",
    "Startups": "labctl.probes.windows.startup:PROBE",
    "SwitchAddresses": "labctl.probes.network.switch_probes:ADDRESSES",
    "SwitchConfig": "labctl.probes.network.switch_probes:CONFIG",
    "SwitchRoutes": "labctl.probes.network.switch_probes:ROUTES",
    "SystemErrors": "labctl.probes.windows.event_probes:ERROR_EVENTS",
    "TaskResults": "labctl.probes.windows.task_results:PROBE",
    "Updates": "labctl.probes.windows.updates:PROBE",
    "UserSettings": "labctl.probes.windows.user_settings:PROBE",
    "Vlans": "labctl.probes.network.switch_probes:VLANS",
    "Volumes": "labctl.probes.windows.storage_probes:VOLUMES",
    "WanExposure": "labctl.probes.network.wan_probe:PROBE",
    "WebAdmin": "labctl.probes.network.web_admin_probe:PROBE",
    "Wifi": "labctl.probes.windows.wifi:PROBE",
}


class UnknownFact(KeyError):
    """No probe gives a fact of that type."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no probe gives {name!r}; known: {', '.join(sorted(PROBES))}")


def load(fact_type: type[Any]) -> Probe:
    """Return the probe that gives facts of a type."""
    return load_named(fact_type.__name__)


def load_named(name: str) -> Probe:
    """Return the probe of a fact type given by name, as evidence names it."""
    if name not in PROBES:
        raise UnknownFact(name)
    module_name, attribute = PROBES[name].split(":")
    probe: Probe = getattr(import_module(module_name), attribute)
    return probe


def all_probes() -> tuple[Probe, ...]:
    """Return every probe, by name of fact."""
    return tuple(load_named(name) for name in sorted(PROBES))
