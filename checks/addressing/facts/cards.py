"""The network cards of a Windows workstation, and which of them is the candidate's."""

from labctl.api import (
    Answer,
    Instance,
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    _,
    ask_cim,
    management_mac,
    number_or,
    read_instances,
    text_of,
)

CONNECTED = 2
"""``NetConnectionStatus`` of a card whose cable is plugged in (Win32_NetworkAdapter)."""


def ask_cards(node: NodeName) -> Question:
    """Ask for the cards that have a MAC."""
    names = ("MACAddress", "InterfaceIndex", "NetConnectionStatus")
    return ask_cim(node, "Win32_NetworkAdapter", *names, where="MACAddress IS NOT NULL")


def find_cards(plan: Plan, at: NodeName, answer: Answer) -> tuple[Instance, ...]:
    """Return the first card of a machine, known by its MAC: names of cards are in any language.

    Several when another stands on it and has its MAC: the external switch of Hyper-V, a team, a
    bridge. When it is not there, another one was plugged in its place: the only other that is
    connected.
    """
    node = plan.nodes[at]
    mac, cards = node.interfaces[0].mac, read_instances(answer)
    ours = management_mac(plan.bench, node.management)
    mine = tuple(card for card in cards if has_mac(card, mac)) or tuple(
        card for card in cards if is_connected(card) and not has_mac(card, ours)
    )
    if len({mac_of(card) for card in mine}) != 1:
        raise NotUnderstood(
            _("%(what)s : aucune carte d'adresse MAC %(mac)s")
            % {"what": answer.question.text, "mac": mac}
        )
    return mine


def is_connected(card: Instance) -> bool:
    """Tell whether the cable of a card is plugged in."""
    return number_or(card, "NetConnectionStatus", 0) == CONNECTED


def has_mac(instance: Instance, mac: str) -> bool:
    """Tell whether a card has a MAC, whichever way it is written."""
    return mac_of(instance) == mac


def mac_of(instance: Instance) -> str:
    """Return the MAC of a card, in small letters, with colons."""
    return text_of(instance, "MACAddress").lower().replace("-", ":")
