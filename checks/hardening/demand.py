"""Doors of a Windows that are to be closed, and what it notes."""

from typing import Annotated

from pydantic import Field

from labctl.api import Block, Demand, IdleTime, Machines, Name, any_of, as_written, key

MOST_LOG_MIB = 2_097_151
"""2147483647 Kio, the most that a policy takes (Microsoft, "Specify the maximum log file size")."""
LogSize = Annotated[int, Field(ge=1, le=MOST_LOG_MIB)]
OUTCOMES = {"reussies": "reussies", "echouees": "echouees"}


class RemoteDesktop(Block):
    """Its remote desktop."""

    active: bool = key("actif", "actif")
    nla: bool = key("nla", "authentification au niveau du réseau")
    group: Name = key("groupe", "groupe admis", observed=False)


class Hardened(Demand):
    """How a machine is hardened."""

    on: Machines = key("sur", "machines concernées")
    smb1: bool = key("smb1", "SMB version 1")
    uac: bool = key("uac", "contrôle de compte d'utilisateur")
    remote_desktop: RemoteDesktop = key("rdp", "Bureau à distance")
    idle_s: IdleTime = key("veille_s", "verrouillage de session, en secondes")
    log_mib: Annotated[int, as_written(LogSize)] = key(
        "journal_mio", "taille du journal de sécurité, en Mio, au moins", default=0
    )
    audited: Annotated[frozenset[str], any_of(OUTCOMES, least=1)] = key(
        "audit_sessions", "ouvertures de session à auditer", default=frozenset({"reussies"})
    )
