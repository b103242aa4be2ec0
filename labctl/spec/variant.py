"""One variant: the only place where figures differ from one candidate to its neighbour."""

from typing import Annotated

from pydantic import ConfigDict, Field

from labctl.spec.fields import (
    Block,
    Clock,
    Domain,
    Drive,
    IdleTime,
    LeaseTime,
    Name,
    PasswordLength,
    Person,
    Positive,
    Range,
    Text,
    key,
)


class Lockout(Block):
    """Account lock-out."""

    threshold: Annotated[int, Field(ge=1, le=999)] = key("seuil", "essais avant verrouillage")
    minutes: Annotated[int, Field(ge=1, le=99_999)] = key("duree_min", "durée, en minutes")


class Software(Block):
    """A program and its winget id."""

    name: Name = key("nom", "nom du logiciel")
    winget: Name = key("winget", "identifiant winget")
    installed_as: Name | None = key(
        "nom_installe", "nom parmi les programmes installés, sans la version", default=None
    )


class Variant(Block):
    """Values of ``${…}``; a variant may hold more of its own, used elsewhere in the cahier."""

    model_config = ConfigDict(extra="allow")

    company: Text = key("societe", "raison sociale du client")
    business: Text = key("activite", "activité du client")
    town: Text = key("commune", "commune du client")
    site: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")] = key("site", "code du site : ARU")
    code: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")] = key("code", "code du client : MN")
    dns: Domain = key("dns", "nom DNS du domaine")
    netbios: Name = key("netbios", "nom NetBIOS du domaine")
    people: dict[Name, Person] = key("personnes", "clé → [prénom, nom]")
    office_range: Range | None = key("dhcp_bur", "étendue DHCP de la bureautique", default=None)
    guest_range: Range | None = key("dhcp_inv", "étendue DHCP des invités", default=None)
    lease_h: LeaseTime | None = key("bail_h", "bail DHCP, en heures", default=None)
    common_drive: Drive | None = key("lettre_commun", "lecteur du partage commun", default=None)
    team_drive: Drive | None = key("lettre_service", "lecteur du service", default=None)
    data_gib: Positive | None = key("data_gio", "taille du disque D:, en Gio", default=None)
    password_length: PasswordLength | None = key(
        "pwd_len", "longueur minimale des mots de passe", default=None
    )
    lockout: Lockout | None = key("verrou", "verrouillage des comptes", default=None)
    idle_s: IdleTime | None = key("veille_s", "verrouillage de session, en secondes", default=None)
    office_suite: Software | None = key("bureautique", "suite bureautique", default=None)
    browser: Software | None = key("navigateur", "navigateur", default=None)
    backup_at: Clock | None = key("sauvegarde_heure", "heure de la sauvegarde", default=None)
