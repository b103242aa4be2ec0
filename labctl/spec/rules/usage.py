"""The workstation in use: accounts, programs, protection, backup and comfort that can be had."""

import re
from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.own_share import find_main_account
from labctl.spec.rules.view import Finding, View

_PICTURE = re.compile(
    r"(?i)((?P<drive>[A-Z]:)|\\\\[^\\]+\\[^\\]+)(\\[^\\/:*?\"<>|]+)+"
    r"\.(avif|bmp|dib|gif|heic|heif|jfif|jpe|jpeg|jpg|jxr|png|tif|tiff|wdp)"
)
"""A full path, and an extension that Windows shows as a wallpaper."""


def find_policies_without_effect(view: View) -> Iterator[Finding]:
    """A policy is linked over those it is for: the workstation, or its user for the drives.

    What Windows reads of the computer, and what it reads of the user, come from the units that each
    of them is in (Microsoft, "Group Policy processing").
    """
    directory, workstation = view.subject.directory, view.subject.workstation
    account = find_main_account(view.subject, view.values.people)
    user_ou = "" if account is None else account.ou
    for rank, policy in enumerate(directory.gpos):
        rules, linked = policy.rules, policy.link_to
        values = (rules.inactivity_s, rules.no_autorun, rules.smart_screen)
        meant = []
        if any(value is not None for value in values):
            meant.append((workstation.domain.ou, _("le poste, dans « %(ou)s »")))
        if rules.drives:
            meant.append((user_ou, _("l'utilisateur du poste, dans « %(ou)s »")))
        for unit, whom in meant:
            if linked not in (".", unit) and {linked, unit} <= set(directory.ous):
                said = _("« %(name)s », liée à « %(linked)s », ne vise pas %(whom)s")
                told = {"name": policy.name, "linked": linked, "whom": whom % {"ou": unit}}
                yield Finding(("annuaire", "gpo", rank, "lier_a"), said % told)


def find_impossible_backups(view: View) -> Iterator[Finding]:
    """The trial of a restoration spares the original; folders are on volumes of the workstation."""
    backup = view.subject.workstation.backup
    if backup.restore_test and backup.restored_to.casefold() == backup.source.casefold():
        said = _("la restauration d'essai écraserait « %(folder)s », le dossier sauvegardé")
        path = ("poste", "sauvegarde", "restauration")
        yield Finding(path, said % {"folder": backup.source}, _("donnez-lui un autre dossier"))
    for key, folder in (("source", backup.source), ("restauration", backup.restored_to)):
        if folder[:2] not in ("C:", "D:"):
            said = _("« %(folder)s » : le poste n'a que les volumes C: et D:")
            yield Finding(("poste", "sauvegarde", key), said % {"folder": folder})


def find_impossible_wallpapers(view: View) -> Iterator[Finding]:
    """The wallpaper is an image, in a folder that the user has."""
    personal = view.subject.workstation.personalisation
    if personal is None:
        return
    path, values = ("poste", "personnalisation", "fond"), {"file": personal.wallpaper}
    found = _PICTURE.fullmatch(personal.wallpaper)
    if not found:
        said = _("« %(file)s » n'est pas le chemin d'une image")
        yield Finding(path, said % values, _("comme D:\\Donnees\\fond.png"))
    elif found["drive"] and found["drive"].upper() not in ("C:", "D:", *personal.drives):
        said = _("« %(file)s » : l'utilisateur n'a pas ce lecteur")
        yield Finding(path, said % values)
