"""Switches whose ports carry what their cables are for."""

from labctl.api import Demand, Machines, key


class Ports(Demand):
    """The networks and cables of the topology say the rest."""

    on: Machines = key("sur", "commutateurs")
