"""Files that somebody starts from: copied under a name of their own, never over what is there.

A skeleton is content: a folder of ``inventories/skeletons`` that holds what will be in the folder
of a centre, with words in place of names.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.paths import content_roots, list_content
from labctl.core.store import write_bytes

SKELETONS = "inventories/skeletons"
NAME = "nouveau"
"""The word that stands for the name in every skeleton."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Files to write in the content folder of a centre, by their name below it."""

    folder: Path
    files: Mapping[str, str]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return where the files go."""
        return tuple(self.folder / name for name in self.files)

    def refuse_existing(self) -> None:
        """Raise UsageError when one of the files is there already."""
        there = [str(path) for path in self.paths if os.path.lexists(path)]
        if there:
            said = _("déjà là, rien n'est écrit : %(files)s") % {"files": ", ".join(there)}
            raise UsageError(said, hint=_("prenez un autre nom, ou effacez d'abord"))

    def write(self) -> None:
        """Write the files; StoreError when the disk refuses."""
        for path, text in zip(self.paths, self.files.values(), strict=True):
            write_bytes(path, text.encode(), mode=0o644)


def choose_folder(given: str | None) -> Path:
    """Return the content folder of a centre, which may not be there yet; never labctl's own.

    From now on names are looked up in it too, as LABCTL_CONTENT_DIR says it to every verb.
    """
    chosen = given or os.environ.get("LABCTL_CONTENT_DIR")
    if not chosen:
        hint = _("--in DOSSIER, ou une fois pour toutes : export LABCTL_CONTENT_DIR=DOSSIER")
        raise UsageError(_("dites dans quel dossier le centre garde ce qu'il écrit"), hint=hint)
    folder = Path(chosen).absolute()
    if folder.is_dir():
        os.environ["LABCTL_CONTENT_DIR"] = str(folder)
    elif given:
        os.environ.pop("LABCTL_CONTENT_DIR", None)
    *_own, shipped = content_roots()
    if folder.resolve().is_relative_to(shipped.resolve()):
        said = _("%(folder)s est dans le dossier de labctl, où le centre n'écrit rien")
        hint = _("choisissez un dossier à vous, comme /srv/centre")
        raise UsageError(said % {"folder": folder}, hint=hint)
    return folder


def read_skeleton(thing: str, words: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a skeleton, every word replaced in their names and texts.

    Raises UsageError when labctl has none for such a thing.
    """
    found = list_content(f"{SKELETONS}/{thing}", "**/*.*")
    if not found:
        said = _("labctl ne sait pas encore commencer « %(thing)s »") % {"thing": thing}
        raise UsageError(said, hint=_("il n'a pas de modèle sous %(place)s") % {"place": SKELETONS})
    return {
        _replace(name, words): _replace(path.read_text("utf-8"), words)
        for name, path in found.items()
        if path.is_file()
    }


def _replace(text: str, words: Mapping[str, str]) -> str:
    for word, said in words.items():
        text = text.replace(word, said)
    return text
