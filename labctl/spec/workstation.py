"""The candidate's workstation: ``poste``."""

from typing import Literal

from labctl.spec.fields import Block, Name, key


class Membership(Block):
    """Its place in the domain."""

    joined: Literal[True] = key("joint", "joint au domaine")
    ou: Name = key("ou", "unité d'organisation de l'ordinateur")


class Workstation(Block):
    """What the workstation must be."""

    domain: Membership = key("domaine", "domaine")
