"""Volumes that Windows can make, on a disk that it can start from; drives that are not taken."""

from collections.abc import Iterator

from checks.installation.demand import Installation
from checks.storage.demand import SYSTEM, Storage, Volume
from labctl.api import Remark, View, _, rule

LABELS = {"NTFS": 32, "REFS": 32, "EXFAT": 11, "FAT32": 11, "FAT": 11}
"""File systems that Windows makes, and the longest label of each ("SetVolumeLabelW function")."""
_SHOWN = "NTFS, ReFS, exFAT, FAT32, FAT"
_FAT = ("FAT", "FAT32")
_NO_FAT_LABEL = '*?/\\|.,;:+=[]<>"'
"""What a label of a FAT volume may not hold (Microsoft, "label" command)."""
MBR_MOST_GIB = 2048
"""A table of type MBR counts 2³² sectors of 512 bytes (Microsoft, "Windows and GPT FAQ")."""


@rule("demarrage-impossible", reads=(Storage, Installation))
def find_impossible_starts(
    asked: Storage, installation: Installation, _view: View
) -> Iterator[Remark]:
    """The firmware starts what the disk holds (Microsoft, "Windows and GPT FAQ")."""
    if installation.windows is not None and asked.is_gpt != installation.windows.is_uefi:
        said = _("Windows démarre en UEFI d'une table gpt, en BIOS d'une table mbr")
        yield Remark(asked, "is_gpt", said)


@rule("volume-impossible", reads=Storage)
def find_impossible_volumes(asked: Storage, _view: View) -> Iterator[Remark]:
    """A volume has a file system that Windows makes, a label that fits, and room on the disk."""
    for letter, volume in asked.volumes.items():
        kind = volume.fs.upper()
        if kind in LABELS:
            yield from _judge_label(volume, kind)
        else:
            said = _("système de fichiers « %(name)s » inconnu") % {"name": volume.fs}
            yield Remark(volume, "fs", said, _("connus : %(names)s") % {"names": _SHOWN})
        if letter == SYSTEM and kind in LABELS and kind != "NTFS":
            yield Remark(volume, "fs", _("Windows ne s'installe que sur un volume NTFS"))
    yield from _judge_sizes(asked)


def _judge_label(volume: Volume, kind: str) -> Iterator[Remark]:
    label, most = volume.label, LABELS[kind]
    values = {"label": label, "length": len(label), "max": most, "kind": kind}
    if len(label) > most:
        said = _("le nom « %(label)s » a %(length)d caractères : %(max)d au plus en %(kind)s")
        yield Remark(volume, "label", said % values)
    if kind in _FAT and (label != label.upper() or any(sign in _NO_FAT_LABEL for sign in label)):
        said = _("le nom « %(label)s » ne peut être celui d'un volume %(kind)s")
        hint = _("en capitales, sans %(signs)s") % {"signs": " ".join(_NO_FAT_LABEL)}
        yield Remark(volume, "label", said % values, hint)


def _judge_sizes(asked: Storage) -> Iterator[Remark]:
    if not asked.is_gpt and asked.total_gib > MBR_MOST_GIB:
        said = _("%(volumes)s demandent %(asked)d Gio, une table mbr n'en décrit que %(most)d")
        names = _(" et ").join(asked.drives)
        values = {"volumes": names, "asked": asked.total_gib, "most": MBR_MOST_GIB}
        yield Remark(asked.last_sized, "size_gib", said % values)
