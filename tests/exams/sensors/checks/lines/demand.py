"""Machines whose cards have the addresses of the topology, and the routes between networks."""

from labctl.api import Address, Block, Demand, Machine, Machines, SegmentName, key


class Route(Block):
    """A route that a machine must know."""

    on: Machine = key("sur", "machine qui la connaît")
    to: SegmentName = key("vers", "segment où elle mène")
    via: Address = key("par", "adresse par où passer")


class Lines(Demand):
    """What each machine must be on its networks."""

    on: Machines = key("sur", "machines à adresser")
    routes: tuple[Route, ...] = key("routes", "routes entre les réseaux", default=())
