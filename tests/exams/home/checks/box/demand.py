"""The box: what it gives the home, and how it is closed."""

from typing import Literal

from labctl.api import Address, Demand, Machine, Name, Range, SegmentName, key


class Box(Demand):
    """One box that does everything."""

    on: Machine = key("sur", "la box")
    segment: SegmentName = key("reseau", "réseau du logement")
    address: Address = key("adresse", "adresse de la box dans le logement")
    pool: Range = key("plage", "adresses données")
    ssid: Name = key("ssid", "nom du réseau sans fil")
    security: Literal["WPA2", "WPA3"] = key("securite", "protection du réseau sans fil")
