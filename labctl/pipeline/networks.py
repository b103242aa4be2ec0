"""The networks of the machine labctl runs on, which no bench may overlap on real equipment."""

from ipaddress import IPv4Interface, IPv4Network

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError


def host_networks() -> tuple[IPv4Network, ...]:
    """Return the IPv4 networks of this machine's own cards, loopback left out; empty if unknown."""
    import json

    try:
        said = run(("ip", "-json", "-4", "addr", "show"), Deadline.after(5)).stdout
        cards = json.loads(said or "[]")
    except (CommandError, ValueError):
        return ()
    found = {
        IPv4Interface(f"{address['local']}/{address['prefixlen']}").network
        for card in cards
        for address in card.get("addr_info", ())
    }
    return tuple(sorted(network for network in found if not network.is_loopback))
