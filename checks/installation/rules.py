"""A system that exists: its edition, its time zone, how it starts, where a Linux keeps its data."""

from collections.abc import Iterator

from checks.installation.demand import Installation
from checks.installation.editions import contradicts, is_edition
from checks.installation.timezones import is_iana, list_iana, list_windows
from labctl.api import Remark, View, _, rule, suggest

_SYSTEM_FOLDERS = frozenset(
    (
        "bin",
        "boot",
        "dev",
        "etc",
        "lib",
        "lib64",
        "proc",
        "root",
        "run",
        "sbin",
        "sys",
        "tmp",
        "usr",
    )
)


@rule("fuseau-inconnu", reads=Installation)
def find_unknown_zones(asked: Installation, _view: View) -> Iterator[Remark]:
    """A time zone is one that the Linux, or the Windows, knows."""
    said = _("fuseau horaire « %(name)s » inconnu")
    if asked.linux is not None and not is_iana(asked.linux.timezone):
        name = asked.linux.timezone
        hint = suggest(name, list_iana()) or _("un nom IANA, comme Pacific/Tahiti")
        yield Remark(asked.linux, "timezone", said % {"name": name}, hint)
    if asked.windows is not None and asked.windows.timezone not in list_windows():
        name = asked.windows.timezone
        hint = suggest(name, list_windows())
        hint = hint or _("un nom de « tzutil /l », comme Hawaiian Standard Time")
        yield Remark(asked.windows, "timezone", said % {"name": name}, hint)


@rule("edition-impossible", reads=Installation)
def find_impossible_editions(asked: Installation, _view: View) -> Iterator[Remark]:
    """The edition exists, and has the name it is given."""
    if asked.windows is None:
        return
    sku, values = asked.windows.sku, {"sku": asked.windows.sku, "name": asked.windows.edition}
    hint = _("48 : Professionnel, 4 : Entreprise, 121 : Éducation (OperatingSystemSKU)")
    if not is_edition(sku):
        said = _("%(sku)d n'est le numéro d'aucune édition")
        yield Remark(asked.windows, "sku", said % values, hint)
    elif contradicts(sku, asked.windows.edition):
        said = _("%(sku)d n'est pas l'édition « %(name)s »")
        yield Remark(asked.windows, "sku", said % values, hint)


@rule("demarrage-impossible", reads=Installation)
def find_impossible_starts(asked: Installation, _view: View) -> Iterator[Remark]:
    """Only a UEFI starts securely (Microsoft, "Secure boot")."""
    if asked.windows is not None and asked.windows.secure_boot and not asked.windows.is_uefi:
        said = _("le démarrage sécurisé demande « firmware: uefi »")
        yield Remark(asked.windows, "secure_boot", said)


@rule("dossier-du-systeme", reads=Installation)
def find_system_folders(asked: Installation, _view: View) -> Iterator[Remark]:
    """The data of a Linux are in no folder of its system (Filesystem Hierarchy Standard 3.0)."""
    if asked.linux is not None and asked.linux.data_dir.split("/")[1] in _SYSTEM_FOLDERS:
        said = _("« %(name)s » est un dossier du système") % {"name": asked.linux.data_dir}
        hint = _("un dossier à part, comme /donnees ou /srv/donnees")
        yield Remark(asked.linux, "data_dir", said, hint)
