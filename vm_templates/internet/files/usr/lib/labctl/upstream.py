"""The WAN segment: every card of the upstream in one bridge."""

from collections.abc import Iterable

import labctl_node as node

BRIDGE = "wan"


def plug(interfaces: Iterable[str]) -> None:
    """Put interfaces in the segment, up."""
    node.ip(f"link set {name} master {BRIDGE} up" for name in interfaces)
