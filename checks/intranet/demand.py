"""The intranet page of the company, which exists when the candidate comes."""

from typing import Literal
from urllib.parse import urlsplit

from labctl.api import Demand, Machine, Name, Url, computed, key


class Intranet(Demand):
    """The page, and the machine that serves it."""

    on: Machine = key("sur", "machine qui la sert", observed=False)
    url: Url = key("url", "adresse de l'intranet", observed=False)
    state: Literal["existant"] = key("etat", "état de départ", observed=False)
    certificate: Name = key("certificat", "d'où vient son certificat", observed=False)

    @computed
    def host(self) -> str:
        """Return the name that it is looked for by."""
        return urlsplit(self.url).hostname or ""
