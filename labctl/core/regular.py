"""Read a file that anybody may have put there: never a pipe or a device, never for ever."""

import errno
import os
import stat
from pathlib import Path

from labctl.core.i18n import _, mark

_SAID = {
    errno.ENOENT: mark("il n'existe pas"),
    errno.EISDIR: mark("c'est un dossier"),
    errno.EEXIST: mark("un fichier porte ce nom"),
    errno.ENOTDIR: mark("un des dossiers du chemin n'en est pas un"),
    errno.EACCES: mark("vous n'en avez pas le droit"),
    errno.EPERM: mark("vous n'en avez pas le droit"),
    errno.ENXIO: mark("ce n'est pas un fichier ordinaire"),
    errno.ELOOP: mark("ses liens tournent en rond"),
    errno.ENAMETOOLONG: mark("son nom est trop long"),
    errno.ENOSPC: mark("le disque est plein"),
    errno.EROFS: mark("le disque est en lecture seule"),
    errno.EIO: mark("le disque a une erreur"),
    errno.EDQUOT: mark("le quota du disque est atteint"),
    errno.EMFILE: mark("trop de fichiers sont ouverts"),
    errno.ENFILE: mark("trop de fichiers sont ouverts sur cette machine"),
    errno.ENOMEM: mark("la mémoire manque"),
    errno.EAGAIN: mark("trop de processus, ou la mémoire manque"),
    errno.EBUSY: mark("il est utilisé"),
}
_REFUSALS = frozenset(_SAID) - {errno.ENOENT, errno.EEXIST, errno.EISDIR, errno.ENOTDIR}
"""What a machine refuses to whoever asks rightly; the others are mistakes of who asks."""


class NotRegular(OSError):
    """It is a pipe, a device or a socket: it could be read for ever, and is not ours to replace."""


class TooLong(OSError):
    """The file holds more than may be read of it."""


def read_regular(path: Path, most: int) -> bytes:
    """Return what a file holds; OSError when it cannot be read, is no file, or is too long."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with os.fdopen(fd, "rb") as file:
        seen = os.fstat(fd)
        _refuse(seen.st_mode, path)
        content = file.read(most + 1) if seen.st_size <= most else b""
    if max(seen.st_size, len(content)) > most:
        raise TooLong(_("il dépasse %(max)d Kio") % {"max": most // 1024})
    return content


def read_end(path: Path, most: int) -> str:
    """Return the last characters of a log, which may be of any length; "" when it has none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4 * most))
            return file.read(4 * most).decode("utf-8", "replace").strip()[-most:]
    except OSError:
        return ""


def refuse_irregular(path: Path) -> None:
    """Raise OSError when a path leads to something that is no file; one to nothing is right."""
    try:
        _refuse(path.stat().st_mode, path)
    except FileNotFoundError:
        return


def _refuse(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise NotRegular(_("ce n'est pas un fichier ordinaire"))


def find_refusal(error: Exception) -> str:
    """Return what this machine refused, "" for an error that is not its doing."""
    if isinstance(error, MemoryError):
        error = OSError(errno.ENOMEM, "")
    if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
        error = OSError(errno.EAGAIN, "")
    if not isinstance(error, OSError) or error.errno not in _REFUSALS:
        return ""
    said = _("cette machine refuse : %(why)s") % {"why": explain_os(error)}
    return f"{said} ({error.filename})" if error.filename else said


def explain_os(error: OSError) -> str:
    """Return why the system refused, in the language of the user where it is a usual reason."""
    if error.errno in _SAID:
        return _(_SAID[error.errno])
    return error.strerror or str(error)
