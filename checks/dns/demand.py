"""Where the names of the domain are sent."""

from labctl.api import Address, Demand, Domain, Machine, key


class Resolution(Demand):
    """The relay of names."""

    on: Machine = key("sur", "machine qui relaie les noms")
    suffix: Domain = key("suffixe", "domaine relayé")
    to: Address = key("vers", "serveur DNS du domaine")
