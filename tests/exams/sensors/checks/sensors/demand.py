"""Sensors that hang somewhere, and how often they measure."""

from typing import Annotated

from pydantic import Field

from labctl.api import Demand, Machines, Name, key

Period = Annotated[int, Field(ge=1, le=3600)]


class Sensing(Demand):
    """What sensors are set to."""

    on: Machines = key("sur", "capteurs concernés")
    place: Name = key("lieu", "lieu que chaque capteur annonce")
    period_s: Period = key("periode_s", "secondes entre deux mesures")
    calibrated: bool = key("etalonnage", "étalonnage à faire", default=False, observed=False)
