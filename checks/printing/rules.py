"""What a printer is said to be is found where it is used."""

from collections.abc import Iterator

from checks.printing.demand import Printing
from checks.shares.demand import Shares
from labctl.api import Remark, View, _, rule


@rule("partage-inconnu", reads=(Printing, Shares))
def find_unknown_share(asked: Printing, shares: Shares, _view: View) -> Iterator[Remark]:
    """Scans go to a share of the file server."""
    if asked.scan_to is not None and asked.scan_to not in shares.names:
        hint = _("partages : %(names)s") % {"names": ", ".join(shares.names)}
        said = _("partage « %(name)s » inconnu") % {"name": asked.scan_to}
        yield Remark(asked, "scan_to", said, hint)
