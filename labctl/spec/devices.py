"""What is asked of machines by their name, until topics do: ``equipements``."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.core.ids import NodeName
from labctl.spec.fields import (
    Block,
    Mac,
    Name,
    Positive,
    SecretRef,
    key,
)

DC = NodeName("dc")
NAS = NodeName("nas")
WORKSTATION = NodeName("poste")
ACCESS_POINT = NodeName("point_acces")
State = Literal["existant", "a_configurer", "partagee_salle"]
Names = tuple[Name, ...]
SomeNames = Annotated[Names, Field(min_length=1)]
_STATE = "qui fait de la machine ce qu'elle est : existant, a_configurer, partagee_salle"


class MacFilter(Block):
    """The cards a wireless network admits."""

    mode: Literal["liste_blanche"] = key("mode", "sorte de filtrage")
    macs: tuple[Mac, ...] = key("macs", "cartes admises", min_length=1)


class Ssid(Block):
    """One wireless network."""

    name: Annotated[str, Field(min_length=1, max_length=32)] = key(
        "nom", "nom du réseau (32 au plus)"
    )
    vlan: Name = key("vlan", "VLAN")
    security: Name = key("securite", "chiffrement")
    passphrase: SecretRef = key("cle", "référence de la clé")
    hidden: bool = key("masque", "nom masqué", default=False)
    isolation: bool = key("isolation_clients", "clients isolés", default=False)
    mac_filter: MacFilter | None = key("filtrage_mac", "filtrage MAC", default=None)


class AccessPoint(Block):
    """The access point of the client."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = key("pays", "pays réglementaire")
    wps: bool = key("wps", "WPS")
    channels_2g4: tuple[Positive, ...] = key("canaux_2g4", "canaux 2,4 GHz", min_length=1)
    channels_5g: tuple[Positive, ...] = key("canaux_5g", "canaux 5 GHz", min_length=1)
    dbm_max: Annotated[int, Field(ge=0, le=36)] = key(
        "puissance_dbm_max", "puissance au plus, en dBm : 36 là où l'on en admet le plus"
    )
    ssids: tuple[Ssid, ...] = key("ssid", "réseaux sans fil")

    @property
    def guest_vlan(self) -> str:
        """Return the VLAN whose users reach the Internet only: that of the isolated SSID."""
        return next((ssid.vlan for ssid in self.ssids if ssid.isolation), "INVITES")


class DomainController(Block):
    """The domain controller."""

    roles: tuple[Literal["ad_ds", "dns", "ntp"], ...] = key("roles", "services rendus")


class Devices(Block):
    """What is asked of the machines that have these names."""

    access_point: AccessPoint = key("point_acces", "point d'accès sans fil")
    dc: DomainController = key("dc", "contrôleur de domaine")
