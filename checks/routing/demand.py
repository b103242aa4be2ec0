"""Who routes between the segments, where to, and what guests are kept from."""

from typing import Literal

from labctl.api import Address, Block, Demand, Interfaces, Machine, UserSegment, UserSegments, key


class Back(Block):
    """How another router finds the segments again."""

    on: Machine = key("sur", "machine")
    via: Address = key("par", "prochain saut vers les segments")


class Guests(Block):
    """What the users of a segment may reach."""

    segment: UserSegment = key("de", "segment des invités")
    forbidden: UserSegments = key("interdire_vers", "segments que les invités n'atteignent pas")
    allowed: tuple[Literal["dhcp", "dns", "icmp", "internet", "ntp"], ...] = key(
        "autoriser", "ce qui leur reste permis", min_length=1, observed=False
    )


class Routing(Demand):
    """The routing between segments."""

    on: Machine = key("sur", "machine qui route")
    svis: Interfaces = key("svi", "segment → numéro d'hôte de son interface")
    default_route: Address = key("route_defaut", "prochain saut par défaut")
    back: Back | None = key(
        "retour", "route de retour d'un autre routeur", default=None, observed=False
    )
    guests: Guests | None = key("acl_invites", "filtrage des invités", default=None)
