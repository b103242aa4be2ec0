"""What DHCP servers offer in each segment to a machine never seen before (RFC 2131 DISCOVER)."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from labctl.api import NodeName

WAIT_S = 28
"""How long a client waits for an offer in all: 4, 8 and 16 s (RFC 2131, 4.1)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One DHCPOFFER; None or empty where the option was not sent."""

    server: IPv4Address  # option 54
    address: IPv4Address
    mask: str  # 255.255.255.0
    router: IPv4Address | None
    dns: tuple[IPv4Address, ...]
    domain: str
    lease_s: int
    ntp: tuple[IPv4Address, ...]


@dataclass(frozen=True, slots=True)
class DhcpOffers:
    """Offers by segment name; an empty tuple: nobody answered before the deadline.

    ``waited`` are the segments in which the DISCOVER was sent again for as long as a client does
    (RFC 2131, 4.1). ``listens`` tells of each machine that might serve whether something is at
    UDP port 67 of it, None when that is not known: silence is what nobody could break, or what
    was waited for. ``unrelayed`` are the segments that the switch should relay from and does not.
    """

    offers: dict[str, tuple[Offer, ...]]
    waited: frozenset[str] = frozenset()
    listens: dict[NodeName, bool | None] = field(default_factory=dict)
    unrelayed: frozenset[str] = frozenset()

    @property
    def is_nobody_there(self) -> bool:
        """Tell whether it is sure that no machine could answer."""
        return bool(self.listens) and all(one is False for one in self.listens.values())

    @property
    def servers(self) -> frozenset[IPv4Address]:
        """Return the servers that answered anywhere."""
        return frozenset(offer.server for found in self.offers.values() for offer in found)

    @property
    def mute(self) -> tuple[NodeName, ...]:
        """Return the machines that listen when they are more than the servers that answered."""
        listening = tuple(sorted(name for name, one in self.listens.items() if one))
        return listening if len(listening) > len(self.servers) else ()
