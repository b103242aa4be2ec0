"""Probe of how the card of a Windows workstation is addressed."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.windows.asking import ask_cim
from labctl.probes.windows.cards import CONNECTED, ask_cards, find_card, has_mac
from labctl.probes.windows.reading import (
    Instance,
    flag_of,
    number_or,
    read_instances,
    text_of,
    texts_of,
)
from labctl.probes.workstation.addressing import Addressing


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the cards and for how each is addressed."""
    names = (
        *("MACAddress", "IPEnabled", "IPAddress", "IPSubnet", "DefaultIPGateway"),
        *("DHCPEnabled", "DNSServerSearchOrder"),
    )
    where = "MACAddress IS NOT NULL"
    addresses = ask_cim(plan, "Win32_NetworkAdapterConfiguration", *names, where=where)
    return (ask_cards(plan), addresses)


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Addressing:
    """Read the addresses of the workstation's card."""
    cards, configurations = answers
    card = find_card(plan, cards)
    mac = text_of(card, "MACAddress").lower().replace("-", ":")
    mine = [one for one in read_instances(configurations) if has_mac(one, mac)]
    if len(mine) != 1:
        raise NotUnderstood(
            _("%(what)s : aucune carte d'adresse MAC %(mac)s")
            % {"what": configurations.question.text, "mac": mac}
        )
    gateways = tuple(_ipv4(texts_of(mine[0], "DefaultIPGateway")))
    return Addressing(
        mac=mac,
        is_up=number_or(card, "NetConnectionStatus", 0) == CONNECTED,
        addresses=tuple(_addresses(mine[0])),
        is_dhcp=flag_of(mine[0], "DHCPEnabled"),
        gateway=gateways[0] if gateways else None,
        dns=tuple(_ipv4(texts_of(mine[0], "DNSServerSearchOrder"))),
    )


def _addresses(configuration: Instance) -> Iterator[IPv4Interface]:
    texts, masks = texts_of(configuration, "IPAddress"), texts_of(configuration, "IPSubnet")
    if len(texts) != len(masks):
        raise NotUnderstood(_("%(name)s n'a pas une valeur de son type") % {"name": "IPSubnet"})
    for text, mask in zip(texts, masks, strict=True):
        if ":" not in text:
            yield IPv4Interface(f"{text}/{mask}")


def _ipv4(texts: tuple[str, ...]) -> Iterator[IPv4Address]:
    for text in texts:
        try:
            yield IPv4Address(text)
        except AddressValueError:
            continue  # IPv6


PROBE = Probe(Addressing, ask, parse)
