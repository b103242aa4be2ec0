"""Who administers the devices of the network, and how."""

from typing import Annotated, Literal

from labctl.api import (
    Address,
    Banner,
    Block,
    Demand,
    Machine,
    SecretRef,
    UserSegments,
    as_written,
    key,
)

Always = Annotated[bool, as_written(Literal[True])]
Never = Annotated[bool, as_written(Literal[False])]
"""What labctl judges always alike: nothing else can be asked."""


PAGE = "admin-page"
"""The face of machines whose administration page is let in by accounts that labctl can read."""


class Console(Block):
    """The command line of a device."""

    on: Machine = key("sur", "équipement")
    ssh_v2: Always = key("ssh_v2", "SSH version 2")
    telnet: Never = key("telnet", "Telnet")
    sources: UserSegments = key("depuis", "segments d'où l'on administre")
    banner: Banner = key("banniere", "avertissement")
    snmp: Literal["aucun_ou_v3"] = key("snmp", "supervision")
    ntp: Address = key("ntp", "serveur de temps")
    saved: Always = key("sauvegarde_config", "configuration enregistrée")

    @property
    def transports(self) -> frozenset[str]:
        """Return the protocols that let somebody in."""
        wanted = {"ssh": self.ssh_v2, "telnet": self.telnet}
        return frozenset(name for name, is_open in wanted.items() if is_open)


class Page(Block):
    """The administration page of a device."""

    on: Machine = key("sur", "équipement")
    https_only: Always = key("https_seulement", "administration chiffrée seulement")
    sources: UserSegments = key("depuis", "segments d'où l'on administre")
    wan: Never = key("wan", "administration depuis Internet")
    password: SecretRef = key("mot_de_passe", "référence du mot de passe", observed=PAGE)


class Administration(Demand):
    """How the devices of the network are administered."""

    console: Console | None = key("console", "ligne de commande d'un équipement", default=None)
    page: Page | None = key("page", "page d'administration d'un équipement", default=None)
