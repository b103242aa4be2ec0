"""How the bench reaches the Internet, and what passes."""

from typing import Annotated, Literal

from labctl.api import (
    Block,
    Demand,
    Interface,
    Machine,
    Plan,
    TcpPort,
    UserSegment,
    UserSegments,
    as_written,
    key,
)


class Wan(Block):
    """How the router reaches the Internet."""

    mode: Literal["dhcp"] = key("mode", "comment le routeur obtient son adresse Internet")


class Nat(Block):
    """Address translation (RFC 3022)."""

    masquerade: Annotated[bool, as_written(Literal[True])] = key(
        "masquerade", "traduction d'adresses"
    )
    sources: UserSegments = key("sources", "segments traduits")


class Firewall(Block):
    """What the router lets in and out."""

    inbound_wan: Annotated[str, as_written(Literal["refuser"])] = key(
        "entrant_wan", "ce qui vient d'Internet"
    )
    outbound: dict[UserSegment, tuple[TcpPort, ...]] = key("sortant", "ports ouverts par segment")
    upnp: bool = key("upnp", "UPnP")
    isolated: UserSegments = key("isoles", "segments qui n'atteignent qu'Internet", default=())


class InternetAccess(Demand):
    """The access to the Internet."""

    on: Machine = key("sur", "machine qui mène à Internet")
    wan: Wan = key("wan", "côté Internet", observed=False)
    nat: Nat = key("nat", "traduction d'adresses")
    firewall: Firewall = key("parefeu", "pare-feu")


def find_wan_card(plan: Plan) -> Interface:
    """Return the card that is cabled to the upstream; KeyError when there is none."""
    on = plan.demand(InternetAccess).on
    ends = [ends for link in plan.links for ends in ((link.a, link.b), (link.b, link.a))]
    names = [own.interface for own, far in ends if (own.node, far.node) == (on, plan.internet.node)]
    cards = {card.name: card for card in plan.nodes[on].interfaces}
    return cards[names[0] if names else ""]
