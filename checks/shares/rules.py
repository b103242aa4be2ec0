"""A share is for accounts that exist; what is said to be on it finds it there."""

from collections.abc import Iterator

from checks.directory.computers import find_long_computers
from checks.directory.demand import Directory
from checks.directory.unknown import is_ill_formed
from checks.shares.demand import Shares
from checks.shares.unknown import find_unknown_share
from labctl.api import Remark, View, _, judge_name, rule

SHARE_SIGNS = '"/\\[]:;|=,+*?<>%'
TAKEN = frozenset(
    {"ipc$", "admin$", "fax$", "print$", "netlogon", "sysvol"}
    | {f"{letter}$" for letter in "abcdefghijklmnopqrstuvwxyz"}
    | {"global", "homes", "printers"}  # sections that mean something to Samba
)


@rule("nom-trop-long", reads=Shares, sections=("machines",))
def find_long_computer(asked: Shares, view: View) -> Iterator[Remark]:
    """A file server has a name that fits in NetBIOS."""
    yield from find_long_computers(view, (asked.on,))


@rule("nom-incorrect", reads=Shares)
def find_bad_names(asked: Shares, _view: View) -> Iterator[Remark]:
    """Shares have names that a file server admits."""
    for share in asked.shares:
        for message, hint in judge_name(share.name, SHARE_SIGNS, TAKEN):
            yield Remark(share, "name", message, hint)


@rule("groupe-inconnu", reads=Shares)
def find_unknown_trustees(asked: Shares, view: View) -> Iterator[Remark]:
    """A share is for groups and service accounts of the directory, or for the server's own."""
    directory = view.find(Directory)
    if is_ill_formed(view):
        return
    known = list(asked.accounts)
    if directory is not None:
        known += [group.name for group in directory.groups]
        known += [account.name for account in directory.service_accounts]
    said = _("« %(name)s » n'est ni un groupe ni un compte de service")
    hint = _("connus : %(names)s") % {"names": ", ".join(known)}
    for share in asked.shares:
        for field, names in (("read_write", share.read_write), ("read_only", share.read_only)):
            for rank, name in enumerate(names):
                if name not in known:
                    yield Remark(share, field, said % {"name": name}, hint, inside=(rank,))


@rule("droits-contradictoires", reads=Shares)
def find_contradictory_rights(asked: Shares, _view: View) -> Iterator[Remark]:
    """Nobody both reads only and writes on a share."""
    for share in asked.shares:
        for name in sorted(set(share.read_write) & set(share.read_only)):
            said = _("« %(name)s » est à la fois en RW et en RO sur « %(share)s »")
            yield Remark(share, "name", said % {"name": name, "share": share.name})


@rule("partage-inconnu", reads=Shares)
def find_unknown_quotas(asked: Shares, _view: View) -> Iterator[Remark]:
    """Every quota is that of a share."""
    for name in asked.quotas_gib:
        yield from find_unknown_share(asked, asked, "quotas_gib", name, inside=(name,))
