"""Documents can be read, are asked on routes that exist, and have a place to be put."""

from collections.abc import Iterator
from pathlib import PurePath

from checks.documents.demand import Documents
from checks.shares.demand import Shares
from checks.shares.unknown import find_unknown_share
from labctl.api import Remark, View, _, rule, suggest

READABLE = (".odt", ".ods", ".docx", ".xlsx", ".pdf")
"""How the names of documents end that labctl reads."""


@rule("document-illisible", reads=Documents)
def find_unreadable(asked: Documents, _view: View) -> Iterator[Remark]:
    """Every document is of a format that can be read."""
    for piece in asked.pieces:
        if PurePath(piece.name).suffix.casefold() not in READABLE:
            said = _("labctl ne lit pas de document de ce nom : « %(name)s »")
            hint = _("un nom qui finit par %(names)s") % {"names": ", ".join(READABLE)}
            yield Remark(piece, "name", said % {"name": piece.name}, hint)


@rule("parcours-inconnu", reads=Documents, sections=("parcours",))
def find_unknown_routes(asked: Documents, view: View) -> Iterator[Remark]:
    """A document is asked on routes of the cahier."""
    known = view.subject.routes
    for piece in asked.pieces:
        for rank, route in enumerate(piece.routes):
            if route not in known:
                said = _("parcours « %(name)s » inconnu") % {"name": route}
                hint = suggest(route, known, _("parcours : %(names)s"))
                yield Remark(piece, "routes", said, hint, inside=(rank,))


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
