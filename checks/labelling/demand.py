"""How cables, ports and machines are labelled; the label of a cable is said with the cable."""

from typing import Literal

from labctl.api import Demand, Name, Pattern, key


class Labelling(Demand):
    """How cables and ports are labelled."""

    regex: Pattern = key("regex", "forme des étiquettes de câble", observed=False)
    machines: dict[Name, Name] = key(
        "machines", "machine → étiquette collée dessus", default={}, observed=False
    )
    same_description: Literal[True] = key(
        "description_port_identique", "description du port = étiquette"
    )
