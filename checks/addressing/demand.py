"""How a machine gets its address, and what it takes its network for."""

from typing import Literal

from labctl.api import Demand, Machines, key


class NetworkUse(Demand):
    """How a machine uses the network that its first card is in."""

    on: Machines = key("sur", "machines concernées")
    dhcp: Literal[True] = key("dhcp", "adresse par DHCP")
    profile: Literal["domaine", "prive", "public"] = key("profil", "profil de pare-feu")
