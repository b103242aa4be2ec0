"""Which wireless networks an access point offers, on which channels, to whom."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.api import Block, Demand, Mac, Machine, Name, Positive, SecretRef, UserSegment, key


class MacFilter(Block):
    """The cards that a wireless network admits."""

    mode: Literal["liste_blanche"] = key("mode", "sorte de filtrage", observed=False)
    macs: tuple[Mac, ...] = key("macs", "cartes admises", min_length=1, observed=False)


class Ssid(Block):
    """One wireless network, and the segment that it leads to."""

    name: Annotated[str, Field(min_length=1, max_length=32)] = key(
        "nom", "nom du réseau (32 au plus)", unique=True, observed=False
    )
    segment: UserSegment = key("segment", "segment où il mène", observed=False)
    security: Name = key("securite", "chiffrement", observed=False)
    passphrase: SecretRef = key("cle", "référence de la clé", observed=False)
    hidden: bool = key("masque", "nom masqué", default=False, observed=False)
    isolation: bool = key("isolation_clients", "clients isolés", default=False, observed=False)
    mac_filter: MacFilter | None = key("filtrage_mac", "filtrage MAC", default=None, observed=False)


class Wireless(Demand):
    """An access point and its networks."""

    on: Machine = key("sur", "point d'accès", observed=False)
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = key(
        "pays", "pays réglementaire", observed=False
    )
    wps: bool = key("wps", "WPS", observed=False)
    channels_2g4: tuple[Positive, ...] = key(
        "canaux_2g4", "canaux 2,4 GHz", min_length=1, observed=False
    )
    channels_5g: tuple[Positive, ...] = key(
        "canaux_5g", "canaux 5 GHz", min_length=1, observed=False
    )
    dbm_max: Annotated[int, Field(ge=0, le=36)] = key(
        "puissance_dbm_max",
        "puissance au plus, en dBm : 36 là où l'on en admet le plus",
        observed=False,
    )
    ssids: tuple[Ssid, ...] = key("ssid", "réseaux sans fil", min_length=1, observed=False)
