"""What a printer is said to be is found where it is used."""

from collections.abc import Iterator

from checks.printing.demand import Printing
from checks.shares.demand import Shares
from labctl.api import Remark, View, _, alike, rule


@rule("partage-inconnu", reads=(Printing, Shares))
def find_unknown_share(asked: Printing, shares: Shares, _view: View) -> Iterator[Remark]:
    """Scans go to a share of the file server."""
    if asked.scan_to is not None and asked.scan_to not in shares.names:
        hint = _("partages : %(names)s") % {"names": ", ".join(shares.names)}
        said = _("partage « %(name)s » inconnu") % {"name": asked.scan_to}
        yield Remark(asked, "scan_to", said, hint)


@rule("imprimante-inconnue", reads=Printing, sections=("poste",))
def find_unknown_printer(asked: Printing, view: View) -> Iterator[Remark]:
    """The default printer of the main user is that of the bench."""
    personal = view.subject.workstation.personalisation
    known = dict.fromkeys((asked.queue, view.hostname(asked.on)))
    if personal is not None and alike(personal.default_printer) not in map(alike, known):
        said = _("imprimante « %(name)s » inconnue") % {"name": personal.default_printer}
        hint = _("imprimante du banc : %(names)s") % {"names": ", ".join(known)}
        yield Remark(personal, "default_printer", said, hint)
