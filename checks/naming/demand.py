"""Machines that must carry the name that the cahier gives them."""

from labctl.api import Demand, Machines, key


class Naming(Demand):
    """The machines whose host name is judged: each has it under ``machines``."""

    on: Machines = key("sur", "machines qui doivent porter leur nom")
