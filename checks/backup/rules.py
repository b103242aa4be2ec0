"""A backup goes to a share that its account writes, and the trial spares the original."""

from collections.abc import Iterator

from checks.backup.demand import Backup
from checks.directory.demand import Directory
from checks.shares.demand import Shares
from checks.shares.unknown import find_unknown_share
from labctl.api import Remark, View, _, rule


@rule("sauvegarde-impossible", reads=Backup)
def find_impossible_backups(asked: Backup, _view: View) -> Iterator[Remark]:
    """The trial of a restoration spares the original; folders are on volumes of the workstation."""
    if asked.restore_test and asked.restored_to.casefold() == asked.source.casefold():
        said = _("la restauration d'essai écraserait « %(folder)s », le dossier sauvegardé")
        hint = _("donnez-lui un autre dossier")
        yield Remark(asked, "restored_to", said % {"folder": asked.source}, hint)
    for field, folder in (("source", asked.source), ("restored_to", asked.restored_to)):
        if folder[:2] not in ("C:", "D:"):
            said = _("« %(folder)s » : le poste n'a que les volumes C: et D:")
            yield Remark(asked, field, said % {"folder": folder})


@rule("machine-inconnue", reads=(Backup, Shares), sections=("machines",))
def find_unknown_targets(asked: Backup, shares: Shares, view: View) -> Iterator[Remark]:
    """The backup goes to the file server."""
    own = view.hostname(shares.on)
    if asked.server.casefold() != own.casefold():
        said = _("machine « %(name)s » inconnue") % {"name": asked.server}
        hint = _("le NAS s'appelle « %(name)s »") % {"name": own}
        yield Remark(asked, "target", said, hint)


@rule("partage-inconnu", reads=(Backup, Shares))
def find_unknown_shares(asked: Backup, shares: Shares, _view: View) -> Iterator[Remark]:
    """The backup goes to a share that exists."""
    yield from find_unknown_share(shares, asked, "target", asked.share)


@rule("compte-inconnu", reads=(Backup, Directory))
def find_unknown_accounts(asked: Backup, directory: Directory, _view: View) -> Iterator[Remark]:
    """The backup runs as a service account of the directory."""
    known = [account.name for account in directory.service_accounts]
    if asked.account not in known:
        said = _("compte de service « %(name)s » inconnu") % {"name": asked.account}
        hint = _("comptes : %(names)s") % {"names": ", ".join(known)}
        yield Remark(asked, "account", said, hint)


@rule("compte-sans-droit", reads=(Backup, Shares, Directory))
def find_powerless_accounts(
    asked: Backup, shares: Shares, directory: Directory, _view: View
) -> Iterator[Remark]:
    """The account of the backup writes on its share."""
    for share in shares.shares:
        is_meant = share.name == asked.share and asked.account in directory.services
        if is_meant and asked.account not in share.read_write:
            said = _("« %(account)s » n'écrit pas sur « %(share)s », où va la sauvegarde")
            values = {"account": asked.account, "share": asked.share}
            yield Remark(asked, "account", said % values, _("ajoutez-le à RW du partage"))
