"""Addresses and names labctl keeps for itself: no cahier or inventory may use them."""

from ipaddress import IPv4Network

MANAGEMENT = IPv4Network("198.18.0.0/16")
"""The jury's vantage and every machine, on ``mgmt0`` (RFC 2544)."""
WAN = IPv4Network("203.0.113.0/24")
"""Between the router and the Internet labctl stands in for (RFC 5737)."""
PUBLIC = IPv4Network("198.51.100.0/24")
"""Public servers of that Internet (RFC 5737)."""
NETWORKS = (MANAGEMENT, WAN, PUBLIC)
UPSTREAM = "WAN"
"""Name of the network between the bench and that Internet."""
DOMAIN = "internet.test"
"""Names of that Internet."""
MAC_PREFIX = "02:4c:"
"""How the MACs begin that labctl gives to its own cards; the rest is the bench and the machine."""
