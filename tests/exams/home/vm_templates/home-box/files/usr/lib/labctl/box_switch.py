"""The switch inside the box: its ports and its radio are one network, br0."""

import labctl_node as node

BRIDGE = "br0"


def join(names):
    """Put cards in the switch."""
    inside = [name for name in names if name != "wan0"]
    node.ip(f"link set {name} master {BRIDGE} up" for name in inside)
