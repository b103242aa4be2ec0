"""What a printer is said to be is found where it is used."""

from collections.abc import Iterator

from checks.printing.demand import Printing
from checks.shares.demand import Shares
from checks.shares.unknown import find_unknown_share
from labctl.api import Remark, View, rule


@rule("partage-inconnu", reads=(Printing, Shares))
def find_unknown_folders(asked: Printing, shares: Shares, _view: View) -> Iterator[Remark]:
    """Scans go to a share of the file server."""
    if asked.scan_to is not None:
        yield from find_unknown_share(shares, asked, "scan_to", asked.scan_to)
