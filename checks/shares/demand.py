"""The shares of a file server, and who may what on each."""

from typing import Literal

from labctl.api import Block, Demand, Machine, Name, Positive, key

OWN_SHARE = "service_de_l_utilisateur"
"""How a cahier names the share of the service that a person belongs to."""


class Share(Block):
    """One share, and who may what: names of groups, of service accounts, of local accounts."""

    name: Name = key("nom", "nom du partage", unique=True)
    read_write: tuple[Name, ...] = key("RW", "groupes et comptes qui y écrivent")
    read_only: tuple[Name, ...] = key("RO", "groupes et comptes qui y lisent seulement")

    is_hidden: bool = key("cache", "absent de la liste que voient les postes", default=False)

    @property
    def trustees(self) -> frozenset[str]:
        """Return everybody who may open it."""
        return frozenset((*self.read_write, *self.read_only))


class Shares(Demand):
    """What a file server must serve."""

    on: Machine = key("sur", "serveur de fichiers")
    smb_min: Literal["SMB2", "SMB3"] = key(
        "smb_min", "plus ancien SMB admis", default="SMB2", observed=False
    )
    shares: tuple[Share, ...] = key("liste", "partages")
    accounts: tuple[Name, ...] = key(
        "comptes", "comptes du serveur lui-même, sans annuaire", default=(), observed=False
    )
    quotas_gib: dict[Name, Positive] = key(
        "quota_gio", "partage → quota, en Gio", default={}, observed=False
    )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the shares."""
        return tuple(share.name for share in self.shares)


def find_own_share(shares: tuple[Share, ...], groups: tuple[str, ...]) -> str:
    """Return the share that these groups write and fewest others do, "" unless it is one only."""
    mine = [share for share in shares if set(share.read_write) & set(groups)]
    fewest = min((len(share.read_write) for share in mine), default=0)
    found = [share.name for share in mine if len(share.read_write) == fewest]
    return found[0] if len(found) == 1 else ""
