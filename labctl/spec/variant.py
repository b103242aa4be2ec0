"""One variant: the only place where figures differ from one candidate to its neighbour."""

from typing import Annotated

from pydantic import ConfigDict, Field

from labctl.spec.fields import (
    Block,
    Domain,
    Name,
    Person,
    Text,
    key,
)


class Lockout(Block):
    """Account lock-out."""

    threshold: Annotated[int, Field(ge=1, le=999)] = key("seuil", "essais avant verrouillage")
    minutes: Annotated[int, Field(ge=1, le=99_999)] = key("duree_min", "durée, en minutes")


class Variant(Block):
    """What reports print of the client; the rest are values of ``${…}``, as the cahier likes."""

    model_config = ConfigDict(extra="allow")

    company: Text = key("societe", "raison sociale du client", default="")
    business: Text = key("activite", "activité du client", default="")
    town: Text = key("commune", "commune du client", default="")
    dns: Domain = key("dns", "nom DNS du domaine")
    netbios: Name = key("netbios", "nom NetBIOS du domaine")
    people: dict[Name, Person] = key("personnes", "clé → [prénom, nom]")
