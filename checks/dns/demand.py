"""Who answers for names, and where those of the domain are sent."""

from labctl.api import Address, Demand, Domain, Machine, key


class Resolution(Demand):
    """The relay of names."""

    on: Machine = key("sur", "machine qui relaie les noms")
    suffix: Domain = key("suffixe", "domaine dont il connaît les noms")
    to: Address | None = key(
        "vers", "serveur DNS du domaine ; absent : elle les connaît elle-même", default=None
    )
