"""Workstations of the home."""

from labctl.api import Demand, Machines, Range, SegmentName, key


class Desks(Demand):
    """They ask for their address, have their name, and reach the Internet."""

    on: Machines = key("sur", "postes")
    segment: SegmentName = key("reseau", "réseau où ils sont")
    pool: Range = key("plage", "adresses données")
