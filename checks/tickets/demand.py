"""The ticket tool, its rules, and the ticket to open; no check reads it yet."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.api import Block, Demand, Machines, Name, Positive, SomeNames, Text, Url, key

Scale = Annotated[int, Field(ge=1, le=5)]


class OpeningTicket(Block):
    """The ticket to open."""

    kind: Literal["demande", "incident"] = key("type", "demande ou incident")
    category: Text = key("categorie", "catégorie")
    urgency: Scale = key("urgence", "urgence (1 à 5)")
    impact: Scale = key("impact", "impact (1 à 5)")
    requester: Name = key("demandeur", "clé de personnes")
    item: Name = key("element", "élément lié")


class Inventory(Block):
    """What the inventory must hold."""

    fields: SomeNames = key("poste", "champs tenus pour le poste")
    machines: Machines = key("reseau", "machines inventoriées")


class ServiceLevel(Block):
    """Delays of the contract."""

    pick_up_minutes: Positive = key("prise_en_compte_min", "prise en compte, en minutes")
    solve_minutes: Positive = key("resolution_min", "résolution, en minutes")


class SupportLevels(Block):
    """Who answers, and within what delay."""

    n1: Name = key("N1", "premier niveau")
    n2: Name = key("N2", "deuxième niveau")
    sla: ServiceLevel = key("sla", "délais")


class Tickets(Demand):
    """The ticket tool and its rules."""

    tool: Name = key("outil", "logiciel de gestion", observed=False)
    url: Url = key("url", "son adresse", observed=False)
    entity: Text = key("entite", "entité du banc", observed=False)
    opening: OpeningTicket = key("ticket_ouverture", "ticket à ouvrir", observed=False)
    priorities: dict[Annotated[str, Field(pattern=r"^[1-5]x[1-5]$")], Scale] = key(
        "matrice_priorite", "urgence x impact → priorité", observed=False
    )
    inventory: Inventory = key("inventaire", "parc", observed=False)
    levels: SupportLevels = key("niveaux", "niveaux de support", observed=False)
