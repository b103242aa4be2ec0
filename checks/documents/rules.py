"""Documents are handed in on a share that exists."""

from collections.abc import Iterator

from checks.documents.demand import Documents
from checks.shares.demand import Shares
from labctl.api import Remark, View, _, alike, rule


@rule("machine-inconnue", reads=(Documents, Shares), sections=("machines",))
def find_lost_documents(asked: Documents, shares: Shares, view: View) -> Iterator[Remark]:
    """A folder of the network is one of the file server."""
    if not asked.folder.startswith("\\\\"):
        return
    name = view.hostname(shares.on)
    server, share = (*asked.folder.split("\\")[2:4], "")[:2]
    if alike(server) != alike(name):
        said = _("machine « %(name)s » inconnue") % {"name": server}
        yield Remark(asked, "folder", said, _("le NAS s'appelle « %(name)s »") % {"name": name})
    elif alike(share) not in map(alike, shares.names):
        said = _("partage « %(name)s » inconnu") % {"name": share}
        hint = _("partages : %(names)s") % {"names": ", ".join(shares.names)}
        yield Remark(asked, "folder", said, hint)
