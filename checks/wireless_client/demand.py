"""The wireless network that a machine falls back to when its cable fails."""

from labctl.api import Demand, Mac, Machines, Name, key


class Fallback(Demand):
    """The wireless network that a machine joins by itself."""

    on: Machines = key("sur", "machines concernées")
    ssid: Name = key("reseau", "nom du réseau sans fil de secours")
    mac: Mac = key("carte", "adresse MAC de sa carte Wi-Fi", observed=False)
