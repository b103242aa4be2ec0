"""The shares of a file server, and who may what on each."""

from typing import Literal

from pydantic import computed_field

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
    smb_min: Literal["SMB2", "SMB3"] = key("smb_min", "plus ancien SMB admis", default="SMB2")
    shares: tuple[Share, ...] = key("liste", "partages")
    accounts: tuple[Name, ...] = key(
        "comptes", "comptes du serveur lui-même, sans annuaire", default=(), observed=False
    )
    quotas_gib: dict[Name, Positive] = key(
        "quota_gio", "partage → quota, en Gio", default={}, observed=False
    )

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def common(self) -> str:
        """Return the first share that several write, which sabotages narrow; "" for none."""
        return next((one.name for one in self.shares if len(one.read_write) > 1), "")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def limited(self) -> dict[str, str]:
        """Return the last share that somebody only reads, and who does."""
        found = [(one.name, one.read_only[0]) for one in self.shares if one.read_only]
        return dict(zip(("name", "reader"), found[-1], strict=True)) if found else {}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def private(self) -> dict[str, str]:
        """Return the first share that one alone may open, and who has rights on others only."""
        own = next((one for one in self.shares if len(one.trustees) == 1), None)
        everybody = (name for one in self.shares for name in (*one.read_write, *one.read_only))
        strangers = (name for name in everybody if own and name not in own.trustees)
        return {"name": own.name, "stranger": next(strangers, "")} if own else {}

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
