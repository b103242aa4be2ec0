"""Documents are put into a share that exists, on the machine that serves it."""

from collections.abc import Iterator

from checks.documents.demand import Documents
from checks.shares.demand import Shares
from checks.shares.unknown import find_unknown_share
from labctl.api import Remark, View, _, rule


@rule("partage-inconnu", reads=(Documents, Shares))
def find_unknown_shares(asked: Documents, shares: Shares, _view: View) -> Iterator[Remark]:
    """The folder of the documents is in a share of the file server."""
    if asked.folder is not None:
        yield from find_unknown_share(shares, asked.folder, "share", asked.folder.share)


@rule("machine-inconnue", reads=(Documents, Shares))
def find_other_servers(asked: Documents, shares: Shares, _view: View) -> Iterator[Remark]:
    """That machine is the one that serves the shares."""
    if asked.folder is not None and asked.folder.server != shares.on:
        said = _("« %(name)s » ne sert pas les partages du sujet") % {"name": asked.folder.server}
        hint = _("serveur de fichiers : %(name)s") % {"name": shares.on}
        yield Remark(asked.folder, "server", said, hint)
