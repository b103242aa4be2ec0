"""The workstation in use: accounts, programs, protection, backup and comfort that can be had."""

import re
from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.rules.view import Finding, View

_PICTURE = re.compile(
    r"(?i)((?P<drive>[A-Z]:)|\\\\[^\\]+\\[^\\]+)(\\[^\\/:*?\"<>|]+)+"
    r"\.(avif|bmp|dib|gif|heic|heif|jfif|jpe|jpeg|jpg|jxr|png|tif|tiff|wdp)"
)
"""A full path, and an extension that Windows shows as a wallpaper."""


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
