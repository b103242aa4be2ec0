"""Shares that are none of the file server's, wherever a cahier names one."""

from collections.abc import Iterator

from checks.shares.demand import Shares
from labctl.api import Block, Remark, _


def find_unknown_share(
    asked: Shares, owner: Block, field: str, name: str, inside: tuple[str | int, ...] = ()
) -> Iterator[Remark]:
    """Yield that a name is that of no share."""
    if name not in asked.names:
        said = _("partage « %(name)s » inconnu") % {"name": name}
        hint = _("partages : %(names)s") % {"names": ", ".join(asked.names)}
        yield Remark(owner, field, said, hint, inside)
