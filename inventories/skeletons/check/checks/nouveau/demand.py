"""Le bloc « nouveau » du cahier : ce qui est demandé. À changer : une clé par chose demandée."""

from labctl.api import Demand, Machines, Text, key


class Nouveau(Demand):
    """Le message que voit qui ouvre une session sur une machine."""

    on: Machines = key("sur", "machines concernées")
    message: Text = key("message", "message affiché à l'ouverture d'une session")
