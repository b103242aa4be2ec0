"""What users call for in front of the jury; no check reads it yet."""

from typing import Literal

from labctl.api import Block, Demand, Machines, Name, Positive, Text, key


class Call(Block):
    """One user who calls, in their own words."""

    name: Name = key("nom", "repère : D1, D2…", unique=True)
    caller: Name = key("demandeur", "qui appelle")
    words: Text = key("appel", "ce que dit l'utilisateur, tel quel")
    way: Literal["telephone", "a_distance", "sur_place"] = key("mode", "comment intervenir")
    minutes: Positive = key("minutes", "temps prévu")


class Interventions(Demand):
    """The calls of one exam, and the machines that they may be about."""

    on: Machines = key(
        "sur", "machines dont les appels peuvent parler, où le candidat entre", observed=False
    )
    calls: tuple[Call, ...] = key("demandes", "appels", min_length=1, observed=False)
