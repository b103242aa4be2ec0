"""From a bench and a card to a MAC; from the name of a machine to its place."""

import hashlib
from collections.abc import Iterable
from ipaddress import IPv4Interface

from labctl.core.ids import NodeName
from labctl.spec.reserved import MAC_PREFIX

VANTAGE_SLOT = 1
"""The jury's own place on the management network: always the first address."""


def allocate_slots(names: Iterable[NodeName]) -> dict[NodeName, int]:
    """Return the place of each machine on the management network: 16 bits, none used twice.

    A place depends on the machine's name alone, so that adding a machine moves no other. Where two
    names have the same hash, the later one in the alphabet takes the next free place.
    """
    taken: dict[int, NodeName] = {}
    for name in sorted(set(names)):
        slot = int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big")
        while not _is_usable(slot) or slot in taken:
            slot = (slot + 1) % 0x10000
        taken[slot] = name
    return {name: slot for slot, name in taken.items()}


def _is_usable(slot: int) -> bool:
    """Tell whether a machine may have a place: some systems refuse a last byte of 0 or 255."""
    return slot > 0xFF and slot & 0xFF not in (0, 0xFF)


def slot_of(management: IPv4Interface) -> int:
    """Return the place of a machine from its address on the management network."""
    return int(management.ip) & 0xFFFF


def derive_mac(bench: int, slot: int, card: int) -> str:
    """Return a locally administered MAC that no other card of the room has.

    Labctl's own cards have a prefix that a room's inventory may not use.
    """
    return f"{MAC_PREFIX}{bench:02x}:{slot >> 8:02x}:{slot & 0xFF:02x}:{card:02x}"


FACING = 0x80
"""Added to a card's number: the port that the engine plugs at the other end of its cable."""


MANAGEMENT_CARD = 0xF0
"""Number of a machine's card on the management network, beyond any of the plan's."""


def management_mac(bench: int, management: IPv4Interface, card: int = MANAGEMENT_CARD) -> str:
    """Return the MAC of a card on the management network, that of the machine unless told."""
    return derive_mac(bench, slot_of(management), card)
