"""The main user of a machine is somebody who has an account, and finds there what is asked for."""

import re
from collections.abc import Iterator

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.directory.unknown import find_unknown_person
from checks.group_policy.demand import ROOT, Policies
from checks.printing.demand import Printing
from checks.shares.demand import OWN_SHARE, Shares, find_own_share
from checks.shares.unknown import find_unknown_share
from checks.storage.demand import Storage
from labctl.api import Remark, View, _, alike, rule

PICTURE = re.compile(
    r"(?i)((?P<drive>[A-Z]:)|\\\\[^\\]+\\[^\\]+)(\\[^\\/:*?\"<>|]+)+"
    r"\.(avif|bmp|dib|gif|heic|heif|jfif|jpe|jpeg|jpg|jxr|png|tif|tiff|wdp)"
)
"""A full path, and an extension that Windows shows as a wallpaper."""


@rule("personne-inconnue", reads=(Personalisation, Directory))
def find_unknown_users(
    asked: Personalisation, directory: Directory, _view: View
) -> Iterator[Remark]:
    """The main user is one of the company."""
    yield from find_unknown_person(directory, asked, "user", asked.user)


@rule("utilisateur-sans-compte", reads=(Personalisation, Directory))
def find_users_without_account(
    asked: Personalisation, directory: Directory, _view: View
) -> Iterator[Remark]:
    """The main user has an account to be made."""
    if asked.user in directory.names and directory.account_of(asked.user) is None:
        said = _("« %(name)s », l'utilisateur du poste, n'a pas de compte à créer dans l'annuaire")
        hint = _("donnez-lui un compte dans « comptes_a_creer »")
        yield Remark(asked, "user", said % {"name": " ".join(directory.names[asked.user])}, hint)


@rule("utilisateur-sans-compte", reads=(Personalisation, Shares, Directory))
def find_users_without_share(
    asked: Personalisation, shares: Shares, directory: Directory, _view: View
) -> Iterator[Remark]:
    """The share of the main user's service is one, where a drive leads to it."""
    account = directory.account_of(asked.user)
    if account is None or OWN_SHARE not in asked.drives.values():
        return
    known = {group.name for group in directory.groups}
    if known.issuperset(account.groups) and not find_own_share(shares.shares, account.groups):
        said = _("aucun partage n'est celui du service de l'utilisateur, ou plusieurs le sont")
        hint = _("nommez le partage, au lieu de %(word)s") % {"word": OWN_SHARE}
        yield Remark(asked, "drives", said, hint)


@rule("partage-inconnu", reads=(Personalisation, Shares))
def find_unknown_drives(asked: Personalisation, shares: Shares, _view: View) -> Iterator[Remark]:
    """Every drive leads to a share."""
    for letter, name in asked.drives.items():
        if name != OWN_SHARE:
            yield from find_unknown_share(shares, asked, "drives", name, inside=(letter,))


@rule("strategie-sans-effet", reads=(Personalisation, Policies, Directory))
def find_policies_of_others(
    asked: Personalisation, policies: Policies, directory: Directory, _view: View
) -> Iterator[Remark]:
    """A policy that maps drives is linked over the main user.

    Microsoft, "Group Policy processing".
    """
    account = directory.account_of(asked.user)
    unit = "" if account is None else account.ou
    for gpo in policies.gpos:
        is_missed = gpo.link_to not in (ROOT, unit) and {gpo.link_to, unit} <= set(directory.ous)
        if gpo.rules.drives and is_missed:
            said = _("« %(name)s », liée à « %(linked)s », ne vise pas %(whom)s")
            whom = _("l'utilisateur du poste, dans « %(ou)s »") % {"ou": unit}
            values = {"name": gpo.name, "linked": gpo.link_to, "whom": whom}
            yield Remark(gpo, "link_to", said % values)


@rule("lecteur-pris", reads=(Personalisation, Storage))
def find_taken_drives(asked: Personalisation, storage: Storage, _view: View) -> Iterator[Remark]:
    """A drive of the user has no letter of a volume of the machine."""
    for drive in asked.drives:
        volume = storage.volumes.get(drive[0])
        if volume is not None:
            said = _("le lecteur %(letter)s est déjà le volume « %(label)s » du poste")
            values = {"letter": drive, "label": volume.label}
            yield Remark(asked, "drives", said % values, inside=(drive,))


@rule("fond-impossible", reads=Personalisation)
def find_impossible_wallpapers(asked: Personalisation, _view: View) -> Iterator[Remark]:
    """The wallpaper is an image, in a folder that the user has."""
    values = {"file": asked.wallpaper}
    found = PICTURE.fullmatch(asked.wallpaper)
    if not found:
        said = _("« %(file)s » n'est pas le chemin d'une image")
        yield Remark(asked, "wallpaper", said % values, _("comme D:\\Donnees\\fond.png"))
    elif found["drive"] and found["drive"].upper() not in ("C:", "D:", *asked.drives):
        said = _("« %(file)s » : l'utilisateur n'a pas ce lecteur")
        yield Remark(asked, "wallpaper", said % values)


@rule("imprimante-inconnue", reads=(Personalisation, Printing), sections=("machines",))
def find_unknown_printers(
    asked: Personalisation, printing: Printing, view: View
) -> Iterator[Remark]:
    """The default printer is the one of the bench."""
    known = dict.fromkeys((printing.queue, view.hostname(printing.on)))
    if alike(asked.printer) not in map(alike, known):
        said = _("imprimante « %(name)s » inconnue") % {"name": asked.printer}
        hint = _("imprimante du banc : %(names)s") % {"names": ", ".join(known)}
        yield Remark(asked, "printer", said, hint)
