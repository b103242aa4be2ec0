"""Which wireless networks an access point offers, on which channels, to whom."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.api import Block, Demand, Mac, Machine, Name, Positive, SecretRef, UserSegment, key

RADIO = "radio"
"""The face of machines that tell how their radio is set; of others no check reads anything."""


class MacFilter(Block):
    """The cards that a wireless network admits."""

    mode: Literal["liste_blanche"] = key("mode", "sorte de filtrage", observed=False)
    macs: tuple[Mac, ...] = key("macs", "cartes admises", min_length=1, observed=RADIO)

    @property
    def admitted(self) -> frozenset[str]:
        """Return the only cards let in, in small letters."""
        return frozenset(map(str.lower, self.macs))


class Ssid(Block):
    """One wireless network, and the segment that it leads to."""

    name: Annotated[str, Field(min_length=1, max_length=32)] = key(
        "nom", "nom du réseau (32 au plus)", unique=True, observed=RADIO
    )
    segment: UserSegment = key("segment", "segment où il mène", observed=RADIO)
    security: Name = key("securite", "chiffrement", observed=RADIO)
    passphrase: SecretRef = key("cle", "référence de la clé", observed=RADIO)
    hidden: bool = key("masque", "nom masqué", default=False, observed=RADIO)
    isolation: bool = key("isolation_clients", "clients isolés", default=False, observed=RADIO)
    mac_filter: MacFilter | None = key("filtrage_mac", "filtrage MAC", default=None, observed=RADIO)


class Wireless(Demand):
    """An access point and its networks."""

    on: Machine = key("sur", "point d'accès", observed=RADIO)
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = key(
        "pays", "pays réglementaire", observed=RADIO
    )
    wps: bool = key("wps", "WPS", observed=RADIO)
    channels_2g4: tuple[Positive, ...] = key(
        "canaux_2g4", "canaux 2,4 GHz", min_length=1, observed=RADIO
    )
    channels_5g: tuple[Positive, ...] = key(
        "canaux_5g", "canaux 5 GHz", min_length=1, observed=RADIO
    )
    dbm_max: Annotated[int, Field(ge=0, le=36)] = key(
        "puissance_dbm_max",
        "puissance au plus, en dBm : 36 là où l'on en admet le plus",
        observed=False,
    )
    ssids: tuple[Ssid, ...] = key("ssid", "réseaux sans fil", min_length=1, observed=RADIO)
