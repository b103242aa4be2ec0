"""Fill the shelf of a bench with documents of the solution."""

from collections.abc import Mapping

from labctl.connect.base import Endpoints, Shell, Transport
from labctl.connect.depot.shelf import OpenShelf
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError
from labctl.core.handed import Document, find_document
from labctl.core.i18n import _, about
from labctl.facts.shelf import Shelf, load_shelf
from labctl.plan.model import Plan

FILL_S = 60.0
"""How long putting all of them there may take, where nothing else is slow."""


def fill_shelf(
    plan: Plan,
    endpoints: Endpoints,
    documents: Mapping[str, bytes],
    deadline: Deadline,
    *,
    anew: bool = False,
) -> None:
    """Put documents on the shelf of a bench.

    What is there under such a name stays, the candidate's too; ``anew`` writes over it. Raises
    InfrastructureError when the machine does not take them.
    """
    shelf = load_shelf(plan)
    if shelf is None:
        return
    deadline = deadline.within(FILL_S)
    try:
        opened = OpenShelf(_open(shelf, endpoints, deadline), shelf.argv)
        try:
            names = () if anew else opened.list_files(deadline)
            listed = [Document(one.name, b"", one.modified_at) for one in names]
            left = {
                name: content
                for name, content in documents.items()
                if find_document(listed, name) is None
            }
            if left:
                opened.put(left, deadline)
        finally:
            opened.close()
    except ConnectError as exc:
        raise InfrastructureError(about(shelf.place, exc.message)) from exc


def _open(shelf: Shelf, endpoints: Endpoints, deadline: Deadline) -> Shell:
    from labctl.connect.ssh.session import open_ssh

    endpoint = endpoints.find(shelf.node, Transport.SSH)
    if endpoint is None:
        raise ConnectError(_("aucun moyen d’accès à cette machine"))
    return open_ssh(endpoint, deadline)
