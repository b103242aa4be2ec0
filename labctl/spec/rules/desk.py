"""The workstation as a thing: its edition, its disk, its memory, its time zone can exist."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.editions import contradicts, is_edition, joins_domains
from labctl.spec.hardware import Disk
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View
from labctl.spec.suggest import suggest
from labctl.spec.timezones import is_iana, list_iana, list_windows

LABELS = {"NTFS": 32, "REFS": 32, "EXFAT": 11, "FAT32": 11, "FAT": 11}
"""File systems that Windows makes, and the longest label of each ("SetVolumeLabelW function")."""
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
_SHOWN = "NTFS, ReFS, exFAT, FAT32, FAT"
_FAT = ("FAT", "FAT32")
_NO_FAT_LABEL = '*?/\\|.,;:+=[]<>"'
"""What a label of a FAT volume may not hold (Microsoft, "label" command)."""
LEAST_WINDOWS_GIB = 32
"""What Windows takes, where the subject does not say (Microsoft, "Windows 10 specifications")."""
MBR_MOST_GIB = 2048
"""A table of type MBR counts 2³² sectors of 512 bytes (Microsoft, "Windows and GPT FAQ")."""


def find_unknown_zones(view: View) -> Iterator[Finding]:
    """A time zone is one that the Linux, or the Windows, of the workstation knows."""
    linux, system = view.subject.workstation.linux, view.subject.workstation.system
    said = _("fuseau horaire « %(name)s » inconnu")
    if not is_iana(linux.timezone):
        hint = suggest(linux.timezone, list_iana()) or _("un nom IANA, comme Pacific/Tahiti")
        yield Finding(("poste", "linux", "fuseau"), said % {"name": linux.timezone}, hint)
    if system is not None and system.timezone not in list_windows():
        hint = suggest(system.timezone, list_windows())
        hint = hint or _("un nom de « tzutil /l », comme Hawaiian Standard Time")
        yield Finding(("poste", "systeme", "fuseau"), said % {"name": system.timezone}, hint)


def find_impossible_editions(view: View) -> Iterator[Finding]:
    """The edition exists, has the name it is given, and joins a domain."""
    system = view.subject.workstation.system
    if system is None:
        return
    path, values = ("poste", "systeme", "sku"), {"sku": system.sku, "name": system.edition}
    hint = _("48 : Professionnel, 4 : Entreprise, 121 : Éducation (OperatingSystemSKU)")
    if not is_edition(system.sku):
        yield Finding(path, _("%(sku)d n'est le numéro d'aucune édition") % values, hint)
    elif contradicts(system.sku, system.edition):
        yield Finding(path, _("%(sku)d n'est pas l'édition « %(name)s »") % values, hint)
    elif not joins_domains(system.sku):
        yield Finding(path, _("l'édition %(sku)d ne se joint pas à un domaine") % values, hint)


def find_impossible_starts(view: View) -> Iterator[Finding]:
    """The firmware starts what the disk holds (Microsoft, "Windows and GPT FAQ", "Secure boot")."""
    system, disk = view.subject.workstation.system, view.subject.workstation.disk
    if system is None:
        return
    is_uefi = system.firmware == "uefi"
    if system.secure_boot and not is_uefi:
        said = _("le démarrage sécurisé demande « firmware: uefi »")
        yield Finding(("poste", "systeme", "secure_boot"), said)
    if disk is not None and (disk.table == "gpt") != is_uefi:
        said = _("Windows démarre en UEFI d'une table gpt, en BIOS d'une table mbr")
        yield Finding(("poste", "disque", "table"), said)


def find_impossible_volumes(view: View) -> Iterator[Finding]:
    """A volume has a file system that Windows makes, a label that fits, and room on the disk."""
    disk = view.subject.workstation.disk
    if disk is None:
        return
    for letter, volume in (("C", disk.c), ("D", disk.d)):
        path = ("poste", "disque", letter)
        kind = volume.fs.upper()
        if kind in LABELS:
            yield from _judge_label((*path, "label"), volume.label, kind)
        else:
            said = _("système de fichiers « %(name)s » inconnu") % {"name": volume.fs}
            yield Finding((*path, "fs"), said, _("connus : %(names)s") % {"names": _SHOWN})
    if disk.c.fs.upper() in LABELS and disk.c.fs.upper() != "NTFS":
        said = _("Windows ne s'installe que sur un volume NTFS")
        yield Finding(("poste", "disque", "C", "fs"), said)
    yield from _judge_sizes(disk)


def _judge_label(path: Path_, label: str, kind: str) -> Iterator[Finding]:
    values = {"label": label, "length": len(label), "max": LABELS[kind], "kind": kind}
    if len(label) > LABELS[kind]:
        said = _("le nom « %(label)s » a %(length)d caractères : %(max)d au plus en %(kind)s")
        yield Finding(path, said % values)
    if kind in _FAT and (label != label.upper() or any(sign in _NO_FAT_LABEL for sign in label)):
        said = _("le nom « %(label)s » ne peut être celui d'un volume %(kind)s")
        hint = _("en capitales, sans %(signs)s") % {"signs": " ".join(_NO_FAT_LABEL)}
        yield Finding(path, said % values, hint)


def _judge_sizes(disk: Disk) -> Iterator[Finding]:
    asked = (disk.c.size_gib or LEAST_WINDOWS_GIB) + (disk.d.size_gib or 0)
    sized = [letter for letter, one in (("D", disk.d), ("C", disk.c)) if one.size_gib]
    path: Path_ = ("poste", "disque", *((sized[0], "taille_gio") if sized else ()))
    values = {"asked": asked, "most": MBR_MOST_GIB}
    if disk.table == "mbr" and asked > MBR_MOST_GIB:
        said = _("C: et D: demandent %(asked)d Gio, une table mbr n'en décrit que %(most)d")
        yield Finding(path, said % values)


def find_system_folders(view: View) -> Iterator[Finding]:
    """The data of a Linux are in no folder of its system (Filesystem Hierarchy Standard 3.0)."""
    folder = view.subject.workstation.linux.data_dir
    if folder.split("/")[1] in _SYSTEM_FOLDERS:
        said = _("« %(name)s » est un dossier du système") % {"name": folder}
        hint = _("un dossier à part, comme /donnees ou /srv/donnees")
        yield Finding(("poste", "linux", "dossier_donnees"), said, hint)
