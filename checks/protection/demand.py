"""Antivirus, firewall and encryption of a Windows: values as Windows writes them."""

from typing import Annotated

from labctl.api import Block, Demand, Machines, Natural, any_of, key, one_of

PROFILES = {name: name for name in ("Domain", "Private", "Public")}
LETTERS = {"C:": "C:", "D:": "D:"}
METHODS = {"AES-128": 3, "AES-256": 4, "XTS-AES-128": 6, "XTS-AES-256": 7}
"""Microsoft, "Win32_EncryptableVolume class", EncryptionMethod."""


class AskedAntivirus(Block):
    """Its antivirus."""

    active: bool = key("actif", "actif", observed=False)
    signatures_age_max_days: Natural = key(
        "signatures_age_max_j", "âge maximal des signatures, en jours"
    )
    real_time: bool = key("protection_temps_reel", "protection en temps réel")
    trial: bool = key("essai_eicar", "essayé avec le fichier d'essai EICAR", default=False)


class AskedFirewall(Block):
    """Its firewall."""

    profiles: Annotated[frozenset[str], any_of(PROFILES, least=1)] = key(
        "profils", "profils actifs"
    )
    inbound_blocked: Annotated[bool, one_of({"bloquer": True, "autoriser": False})] = key(
        "entrant", "ce qui entre"
    )


class AskedEncryption(Block):
    """Its encrypted volumes, by letter."""

    volumes: Annotated[frozenset[str], any_of(LETTERS)] = key("volumes", "volumes chiffrés")
    methods: Annotated[frozenset[int], any_of(METHODS, least=1)] = key(
        "methode", "méthodes admises"
    )
    key_in_directory: bool = key("cle_dans_ad", "clé de récupération dans l'annuaire")


class Protection(Demand):
    """What protects a machine."""

    on: Machines = key("sur", "machines concernées")
    antivirus: AskedAntivirus = key("antivirus", "antivirus")
    firewall: AskedFirewall = key("parefeu", "pare-feu")
    encryption: AskedEncryption = key("chiffrement", "chiffrement des volumes")
