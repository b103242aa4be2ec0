"""Is the workstation a member of the domain, and does the domain agree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Membership:
    """Domain membership seen from the workstation; empty strings when out of any domain."""

    realm: str  # MOANA.TEST
    workgroup: str  # MOANA
    account: str  # computer account: MN-PC-07$
    channel_ok: bool  # the machine account authenticates against the DC now
    channel_detail: str  # what the tool said
