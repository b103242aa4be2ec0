"""The ticket tool, its rules, and the tickets to keep in it.

Checks look at them where a machine of the bench holds the tool.
"""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from labctl.api import Block, Demand, Machine, Machines, Name, Positive, Text, Url, key

HOSTED = "heberge_sur"
"""The key without which no check reads anything: the tool of a centre tells labctl nothing."""
Scale = Annotated[int, Field(ge=1, le=5)]
InventoryField = Literal["serie", "utilisateur", "lieu", "statut", "garantie"]


class OpeningTicket(Block):
    """The ticket to open, to treat and to close."""

    kind: Literal["demande", "incident"] = key("type", "demande ou incident")
    category: Text = key("categorie", "catégorie")
    urgency: Scale = key("urgence", "urgence (1 à 5)")
    impact: Scale = key("impact", "impact (1 à 5)")
    requester: Name = key("demandeur", "clé de personnes")
    item: Name = key("element", "élément lié")


class Escalation(Block):
    """The incident that the first level cannot repair, and the problem it is one more case of."""

    call: Text = key("appel", "ce que dit l'utilisateur", observed=False)
    category: Text = key("categorie", "catégorie", observed=False)
    requester: Name = key("demandeur", "clé de personnes", observed=False)
    item: Name = key("element", "élément en cause")
    problem: Text = key("probleme", "problème déjà ouvert dans l'outil", observed=False)


class Inventory(Block):
    """What the inventory must hold."""

    fields: tuple[InventoryField, ...] = key(
        "poste", "champs tenus pour le poste", min_length=1, unique=True
    )
    machines: Machines = key("reseau", "machines inventoriées")


class ServiceLevel(Block):
    """Delays of the contract."""

    pick_up_minutes: Positive = key("prise_en_compte_min", "prise en compte, en minutes")
    solve_minutes: Positive = key("resolution_min", "résolution, en minutes")


class SupportLevels(Block):
    """Who answers, and within what delay."""

    n1: Name = key("N1", "premier niveau", observed=False)
    n2: Name = key("N2", "deuxième niveau")
    sla: ServiceLevel = key("sla", "délais")


class Tickets(Demand):
    """The ticket tool and its rules."""

    hosted_on: Machine | None = key(
        HOSTED,
        "machine du banc qui tient l'outil ; sans elle, celui du centre",
        default=None,
        exclude_if=lambda name: name is None,  # a plan without it is what it was
    )
    tool: Name = key("outil", "logiciel de gestion", observed=False)
    url: Url = key("url", "son adresse", observed=False)
    entity: Text = key("entite", "entité du banc", observed_with=HOSTED)
    opening: OpeningTicket = key("ticket_ouverture", "ticket à ouvrir", observed_with=HOSTED)
    escalation: Escalation | None = key(
        "escalade",
        "incident à transmettre au deuxième niveau",
        default=None,
        observed_with=HOSTED,
        exclude_if=lambda asked: asked is None,
    )
    priorities: dict[Annotated[str, Field(pattern=r"^[1-5]x[1-5]$")], Scale] = key(
        "matrice_priorite", "urgence x impact → priorité", observed_with=HOSTED
    )
    inventory: Inventory = key("inventaire", "parc", observed_with=HOSTED)
    levels: SupportLevels = key("niveaux", "niveaux de support", observed_with=HOSTED)

    @property
    def host(self) -> str:
        """Return the name of the tool's address."""
        return urlsplit(self.url).hostname or ""

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the categories that the subject names."""
        other = (self.escalation.category,) if self.escalation else ()
        return (self.opening.category, *other)

    @property
    def priority(self) -> int | None:
        """Return the priority of the ticket to open, which the matrix gives."""
        return self.priorities.get(f"{self.opening.urgency}x{self.opening.impact}")
