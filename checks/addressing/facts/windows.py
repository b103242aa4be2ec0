"""Probe of how the card of a Windows workstation is addressed."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from checks.addressing.facts.addressing import Addressing
from checks.addressing.facts.cards import ask_cards, find_cards, has_mac, is_connected, mac_of
from labctl.api import (
    Answer,
    Instance,
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    _,
    ask,
    ask_cim,
    fact,
    flag_of,
    not_understood,
    read_instances,
    texts_of,
)


@fact(Addressing, kind="windows")
def from_windows(plan: Plan, at: NodeName) -> Reading[Addressing]:
    """Read the addresses of the machine's first card."""
    names = (
        *("MACAddress", "IPEnabled", "IPAddress", "IPSubnet", "DefaultIPGateway"),
        *("DHCPEnabled", "DNSServerSearchOrder"),
    )
    where = "MACAddress IS NOT NULL"
    addresses = ask_cim(at, "Win32_NetworkAdapterConfiguration", *names, where=where)
    cards, configurations = yield from ask(ask_cards(at), addresses)
    mine = find_cards(plan, at, cards)
    mac = mac_of(mine[0])
    found = _find_configuration(configurations, mac)
    gateways = tuple(_ipv4(texts_of(found, "DefaultIPGateway")))
    return Addressing(
        mac=mac,
        is_up=any(map(is_connected, mine)),
        addresses=tuple(_addresses(found)),
        is_dhcp=flag_of(found, "DHCPEnabled"),
        gateway=gateways[0] if gateways else None,
        dns=tuple(_ipv4(texts_of(found, "DNSServerSearchOrder"))),
    )


def _find_configuration(answer: Answer, mac: str) -> Instance:
    """Return the configuration that carries the address, of those that share a MAC.

    IP is not bound to a card that another stands on (Win32_NetworkAdapterConfiguration,
    IPEnabled).
    """
    same = [one for one in read_instances(answer) if has_mac(one, mac)]
    carriers = [one for one in same if any(_ipv4(texts_of(one, "IPAddress")))]
    if not same:
        raise NotUnderstood(
            _("%(what)s : aucune carte d'adresse MAC %(mac)s")
            % {"what": answer.question.text, "mac": mac}
        )
    if len(carriers) > 1:
        raise NotUnderstood(
            _("%(what)s : plusieurs cartes d'adresse MAC %(mac)s ont une adresse")
            % {"what": answer.question.text, "mac": mac}
        )
    bound = [one for one in same if flag_of(one, "IPEnabled")]
    return (*carriers, *bound, *same)[0]


def _addresses(configuration: Instance) -> Iterator[IPv4Interface]:
    texts, masks = texts_of(configuration, "IPAddress"), texts_of(configuration, "IPSubnet")
    if len(texts) != len(masks):
        raise NotUnderstood(_("%(name)s n'a pas une valeur de son type") % {"name": "IPSubnet"})
    for text, mask in zip(texts, masks, strict=True):
        if ":" not in text:
            yield _interface(text, mask)


def _interface(text: str, mask: str) -> IPv4Interface:
    try:
        return IPv4Interface(f"{text}/{mask}")
    except ValueError as exc:
        raise not_understood("Win32_NetworkAdapterConfiguration", f"{text}/{mask}") from exc


def _ipv4(texts: tuple[str, ...]) -> Iterator[IPv4Address]:
    for text in texts:
        try:
            yield IPv4Address(text)
        except AddressValueError:
            continue  # IPv6
