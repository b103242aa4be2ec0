"""CIM classes of the network cards."""

from datetime import datetime

from labwindows.machine import Machine
from labwindows.real import computer, network
from labwindows.real.network import MANAGEMENT, Card, Lease
from labwindows.scenario import Told
from labwindows.values import Moment, Value

_DOMAIN_PROFILE, _PUBLIC_PROFILE = 2, 0
_IPV4 = 2


def configurations(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """Win32_NetworkAdapterConfiguration."""
    resolvers = network.read_resolvers(machine)
    suffix = network.read_suffix(machine)
    name = computer.read_name(machine)
    return [
        Told(
            _configuration(card, name, resolvers, suffix)
            | _lease(network.read_lease(machine, card))
        )
        for card in network.read_cards(machine)
    ]


def _configuration(
    card: Card, name: str, resolvers: tuple[str, ...], suffix: str
) -> dict[str, Value]:
    return {
        "Caption": f"[{card.index:08}] {_describe(card)}",
        "Description": _describe(card),
        "DHCPEnabled": card.is_dhcp,
        "DNSDomain": suffix or None,
        "DNSHostName": name,
        "DNSServerSearchOrder": list(resolvers) if card.addresses else None,
        "DefaultIPGateway": list(card.gateways) or None,
        "IPAddress": [str(address.ip) for address in card.addresses] or None,
        "IPEnabled": bool(card.is_up and card.addresses),
        "IPSubnet": [str(address.netmask) for address in card.addresses] or None,
        "Index": card.index,
        "InterfaceIndex": card.index,
        "MACAddress": card.mac,
        "ServiceName": "labctl",
        "SettingID": _guid(card),
    }


def _lease(lease: Lease | None) -> dict[str, Value]:
    return {
        "DHCPLeaseExpires": _moment(lease.until if lease else None),
        "DHCPLeaseObtained": _moment(lease.since if lease else None),
        "DHCPServer": lease.server if lease else None,
    }


def _moment(when: datetime | None) -> Moment | None:
    return None if when is None else Moment(when)


def adapters(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """Win32_NetworkAdapter."""
    return [
        Told(
            {
                "AdapterType": "Ethernet 802.3",
                "AdapterTypeID": 0,
                "Description": _describe(card),
                "DeviceID": str(card.index),
                "GUID": _guid(card),
                "Index": card.index,
                "InterfaceIndex": card.index,
                "MACAddress": card.mac,
                "Manufacturer": "labctl",
                "Name": _describe(card),
                "NetConnectionID": card.name,
                "NetConnectionStatus": 2 if card.is_up else 7,
                "NetEnabled": card.is_up,
                "PhysicalAdapter": True,
            }
        )
        for card in network.read_cards(machine)
    ]


def net_adapters(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """MSFT_NetAdapter: the wired cards are real, those of the scenario (a radio) beside them."""
    return [
        Told(
            {
                "DeviceID": _guid(card),
                "InterfaceAdminStatus": 1,
                "InterfaceDescription": _describe(card),
                "InterfaceIndex": card.index,
                "InterfaceOperationalStatus": 1 if card.is_up else 2,
                "MediaConnectState": 1 if card.is_up else 2,
                "Name": card.name,
                "NdisPhysicalMedium": 14,
                "PermanentAddress": card.mac.replace(":", ""),
            }
        )
        for card in network.read_cards(machine)
    ] + list(told)


def ip_addresses(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """MSFT_NetIPAddress."""
    return [
        Told(
            {
                "AddressFamily": _IPV4,
                "AddressState": 4,
                "IPAddress": str(address.ip),
                "IPv4Address": str(address.ip),
                "InterfaceAlias": card.name,
                "InterfaceIndex": card.index,
                "PrefixLength": address.network.prefixlen,
                "PrefixOrigin": 3 if card.is_dhcp else 1,
            }
        )
        for card in network.read_cards(machine)
        for address in card.addresses
    ]


def ip_interfaces(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """MSFT_NetIPInterface."""
    return [
        Told(
            {
                "AddressFamily": _IPV4,
                "ConnectionState": int(card.is_up),
                "Dhcp": int(card.is_dhcp),
                "InterfaceAlias": card.name,
                "InterfaceIndex": card.index,
            }
        )
        for card in network.read_cards(machine)
    ]


def routes(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """MSFT_NetRoute: the default routes."""
    return [
        Told(
            {
                "AddressFamily": _IPV4,
                "DestinationPrefix": "0.0.0.0/0",
                "InterfaceAlias": card.name,
                "InterfaceIndex": card.index,
                "NextHop": gateway,
                "RouteMetric": 0,
            }
        )
        for card in network.read_cards(machine)
        for gateway in card.gateways
    ]


def dns_servers(machine: Machine, _told: tuple[Told, ...]) -> list[Told]:
    """MSFT_DNSClientServerAddress."""
    resolvers: list[Value] = list(network.read_resolvers(machine))
    return [
        Told(
            {
                "AddressFamily": _IPV4,
                "InterfaceAlias": card.name,
                "InterfaceIndex": card.index,
                "ServerAddresses": resolvers if card.addresses else None,
            }
        )
        for card in network.read_cards(machine)
    ]


def profiles(machine: Machine, told: tuple[Told, ...]) -> list[Told]:
    """MSFT_NetConnectionProfile: that of the domain once the machine is a member.

    A category of the scenario comes first: it is the one that a hand chose.
    """
    domain = computer.read_domain(machine)
    chosen = next((one.properties.get("NetworkCategory") for one in told), None)
    category = _DOMAIN_PROFILE if domain.name else _PUBLIC_PROFILE
    return [
        Told(
            {
                "IPv4Connectivity": 4 if card.gateways else 1,
                "InterfaceAlias": card.name,
                "InterfaceIndex": card.index,
                "Name": domain.name or "Réseau",
                "NetworkCategory": category if chosen is None else chosen,
            }
        )
        for card in network.read_cards(machine)
        if card.addresses and card.name != MANAGEMENT
    ]


def _describe(card: Card) -> str:
    return f"Carte simulée par labctl {card.name}"


def _guid(card: Card) -> str:
    return f"{{00000000-0000-0000-0000-{card.mac.replace(':', ''):0>12}}}"
