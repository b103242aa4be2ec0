"""A share is for accounts that exist; what is said to be on it finds it there."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.shares.demand import OWN_SHARE, Shares, find_own_share
from labctl.api import Block, Remark, View, _, judge_name, rule

SHARE_SIGNS = '"/\\[]:;|=,+*?<>%'
TAKEN = frozenset(
    {"ipc$", "admin$", "fax$", "print$", "netlogon", "sysvol"}
    | {f"{letter}$" for letter in "abcdefghijklmnopqrstuvwxyz"}
    | {"global", "homes", "printers"}  # sections that mean something to Samba
)
SECTIONS = ("poste",)


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
    if directory is None and "annuaire" in view.blocks:
        return  # what is wrong with it is said there
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


def find_unknown_share(
    asked: Shares, owner: Block, field: str, name: str, inside: tuple[str | int, ...] = ()
) -> Iterator[Remark]:
    """Yield that a name is that of no share."""
    if name not in asked.names:
        said = _("partage « %(name)s » inconnu") % {"name": name}
        hint = _("partages : %(names)s") % {"names": ", ".join(asked.names)}
        yield Remark(owner, field, said, hint, inside)


@rule("machine-inconnue", reads=Shares, sections=("poste", "machines"))
def find_unknown_targets(asked: Shares, view: View) -> Iterator[Remark]:
    """The backup goes to the file server, on a share that exists."""
    backup = view.subject.workstation.backup
    server, own = backup.target.split("\\")[2], view.hostname(asked.on)
    if server.casefold() != own.casefold():
        said = _("machine « %(name)s » inconnue") % {"name": server}
        hint = _("le NAS s'appelle « %(name)s »") % {"name": own}
        yield Remark(backup, "target", said, hint)


@rule("partage-inconnu", reads=Shares, sections=SECTIONS)
def find_unknown_backups(asked: Shares, view: View) -> Iterator[Remark]:
    """The backup goes to a share that exists."""
    backup = view.subject.workstation.backup
    yield from find_unknown_share(asked, backup, "target", backup.target.split("\\")[3])


@rule("compte-inconnu", reads=Directory, sections=SECTIONS)
def find_unknown_accounts(directory: Directory, view: View) -> Iterator[Remark]:
    """The backup runs as a service account of the directory."""
    backup = view.subject.workstation.backup
    known = [account.name for account in directory.service_accounts]
    if backup.account not in known:
        said = _("compte de service « %(name)s » inconnu") % {"name": backup.account}
        hint = _("comptes : %(names)s") % {"names": ", ".join(known)}
        yield Remark(backup, "account", said, hint)


@rule("compte-sans-droit", reads=(Shares, Directory), sections=SECTIONS)
def find_powerless_accounts(asked: Shares, directory: Directory, view: View) -> Iterator[Remark]:
    """The account of the backup writes on its share."""
    backup = view.subject.workstation.backup
    account, target = backup.account, backup.target.split("\\")[3]
    for share in asked.shares:
        if (
            share.name == target
            and account in directory.services
            and account not in share.read_write
        ):
            said = _("« %(account)s » n'écrit pas sur « %(share)s », où va la sauvegarde")
            values = {"account": account, "share": target}
            yield Remark(backup, "account", said % values, _("ajoutez-le à RW du partage"))


@rule("partage-inconnu", reads=Shares, sections=("poste",))
def find_unknown_drives(asked: Shares, view: View) -> Iterator[Remark]:
    """Every drive leads to a share."""
    personal = view.subject.workstation.personalisation
    if personal is None:
        return
    for letter, name in personal.drives.items():
        if name not in (*asked.names, OWN_SHARE):
            said = _("partage « %(name)s » inconnu") % {"name": name}
            hint = _("partages : %(names)s") % {"names": ", ".join(asked.names)}
            yield Remark(personal, "drives", said, hint, inside=(letter,))


@rule("utilisateur-sans-compte", reads=Directory, sections=("poste",))
def find_users_without_account(directory: Directory, view: View) -> Iterator[Remark]:
    """The main user of the workstation has an account to be made."""
    work = view.subject.workstation
    if work.main_user in directory.names and directory.account_of(work.main_user) is None:
        said = _("« %(name)s », l'utilisateur du poste, n'a pas de compte à créer dans l'annuaire")
        hint = _("donnez-lui un compte dans « comptes_a_creer »")
        values = {"name": " ".join(directory.names[work.main_user])}
        yield Remark(work, "main_user", said % values, hint)


@rule("utilisateur-sans-compte", reads=(Shares, Directory), sections=("poste",))
def find_users_without_share(asked: Shares, directory: Directory, view: View) -> Iterator[Remark]:
    """The share of the main user's service is one, where a drive leads to it."""
    work = view.subject.workstation
    personal, account = work.personalisation, directory.account_of(work.main_user)
    if personal is None or account is None or OWN_SHARE not in personal.drives.values():
        return
    known = {group.name for group in directory.groups}
    if known.issuperset(account.groups) and not find_own_share(asked.shares, account.groups):
        said = _("aucun partage n'est celui du service de l'utilisateur, ou plusieurs le sont")
        hint = _("nommez le partage, au lieu de %(word)s") % {"word": OWN_SHARE}
        yield Remark(personal, "drives", said, hint)
