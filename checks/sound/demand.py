"""The headset that people of a machine hear and are heard with."""

from labctl.api import Demand, Machines, key


class Headset(Demand):
    """The machines that a headset with a microphone is plugged in."""

    on: Machines = key("sur", "machines qui ont un casque micro")
