"""Is the workstation a member of the domain, and does the domain agree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Membership:
    """Domain membership seen from the workstation; empty strings when out of any domain."""

    realm: str  # MOANA.TEST
    workgroup: str  # MOANA
    account: str  # computer account: MN-PC-07$
    recognised: bool | None = None  # Windows: the network is known as the domain's


@dataclass(frozen=True, slots=True)
class SecureChannel:
    """Does the machine account authenticate against the domain now."""

    works: bool
    detail: str  # what the tool said
