"""Who reaches whom, from one network to the other."""

from labctl.api import Demand, Machines, key


class Paths(Demand):
    """Machines, and those that each of them must reach."""

    on: Machines = key("sur", "machines d'où l'on essaie")
    goals: Machines = key("joignent", "machines à joindre")
