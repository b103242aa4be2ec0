"""Which classes are computed from the machine."""

from labwindows.real import adapters, system
from labwindows.wmi import Real

_CIMV2 = "root/cimv2"
_STANDARD = "root/standardcimv2"
_CLASSES = {
    _CIMV2: {
        "Win32_ComputerSystem": system.computers,
        "Win32_NetworkAdapter": adapters.adapters,
        "Win32_NetworkAdapterConfiguration": adapters.configurations,
        "Win32_NTDomain": system.domains,
        "Win32_OperatingSystem": system.systems,
        "Win32_TimeZone": system.time_zones,
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
