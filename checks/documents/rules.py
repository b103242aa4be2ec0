"""Documents are handed in on a share that exists."""

from collections.abc import Iterator

from checks.documents.demand import Documents
from labctl.api import Remark, View, _, alike, rule


@rule("machine-inconnue", reads=Documents, sections=("equipements.nas", "machines"))
def find_lost_documents(asked: Documents, view: View) -> Iterator[Remark]:
    """A folder of the network is one of the file server."""
    if not asked.folder.startswith("\\\\"):
        return
    nas, name = view.subject.devices.nas, view.hostname("nas")
    server, share = (*asked.folder.split("\\")[2:4], "")[:2]
    if alike(server) != alike(name):
        said = _("machine « %(name)s » inconnue") % {"name": server}
        yield Remark(asked, "folder", said, _("le NAS s'appelle « %(name)s »") % {"name": name})
    elif alike(share) not in {alike(known.name) for known in nas.shares}:
        said = _("partage « %(name)s » inconnu") % {"name": share}
        names = ", ".join(known.name for known in nas.shares)
        yield Remark(asked, "folder", said, _("partages : %(names)s") % {"names": names})
