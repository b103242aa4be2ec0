"""Machines that must be members of the domain of the directory."""

from typing import Literal

from labctl.api import Demand, Machines, Name, key


class Joining(Demand):
    """Members of the domain, and the unit that their computer accounts are in."""

    on: Machines = key("sur", "machines à joindre au domaine")
    joined: Literal[True] = key("joint", "joint au domaine")
    ou: Name = key("ou", "unité d'organisation des ordinateurs")
