"""Which classes are computed from the machine."""

from collections.abc import Mapping

from labwindows.real import accounts, adapters, disks, printers, services, shares, system
from labwindows.wmi import Provide, Real

_CIMV2 = "root/cimv2"
_SMB = "root/microsoft/windows/smb"
_STANDARD = "root/standardcimv2"
_CLASSES: Mapping[str, Mapping[str, Provide]] = {
    _CIMV2: {
        "Win32_ComputerSystem": system.computers,
        "Win32_Group": accounts.groups,
        "Win32_GroupUser": accounts.memberships,
        "Win32_LogicalDisk": disks.disks,
        "Win32_NetworkAdapter": adapters.adapters,
        "Win32_NetworkAdapterConfiguration": adapters.configurations,
        "Win32_NTDomain": system.domains,
        "Win32_OperatingSystem": system.systems,
        "Win32_Printer": printers.printers,
        "Win32_Service": services.services,
        "Win32_Share": shares.win32_shares,
        "Win32_TimeZone": system.time_zones,
        "Win32_UserAccount": accounts.users,
    },
    _SMB: {
        "MSFT_SmbShare": shares.smb_shares,
    },
    _STANDARD: {
        "MSFT_DNSClientServerAddress": adapters.dns_servers,
        "MSFT_NetAdapter": adapters.net_adapters,
        "MSFT_NetConnectionProfile": adapters.profiles,
        "MSFT_NetIPAddress": adapters.ip_addresses,
        "MSFT_NetIPInterface": adapters.ip_interfaces,
        "MSFT_NetRoute": adapters.routes,
    },
}
REAL = Real(
    classes={
        (namespace, name.lower()): (name, provide)
        for namespace, held in _CLASSES.items()
        for name, provide in held.items()
    },
    registry=system.registry,
)
