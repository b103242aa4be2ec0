"""The intranet page of the company, which exists when the candidate comes."""

from typing import Literal
from urllib.parse import urlsplit

from labctl.api import Demand, Machine, Url, computed, key


class Intranet(Demand):
    """The page, and the machine that serves it."""

    on: Machine = key("sur", "machine qui la sert")
    url: Url = key("url", "adresse de l'intranet")
    state: Literal["existant"] = key("etat", "état de départ", observed=False)
    certificate: Literal["autorite_interne", "autorite_publique"] = key(
        "certificat", "qui a signé son certificat"
    )

    @computed
    def host(self) -> str:
        """Return the name that it is looked for by."""
        return urlsplit(self.url).hostname or ""
