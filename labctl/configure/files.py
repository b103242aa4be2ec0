"""Files of machines that labctl changes: read, changed and put back so that nothing tells of it.

The original is kept by labctl, never beside the file. Owner, mode and times are those of before; a
change goes into the same inode.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import ClassVar

from labctl.connect.base import Shell
from labctl.core.command import Completed, paste
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _
from labctl.spec.step import Edit

GROUP = re.compile(r"\\([1-9])")
WRITE = 'exec base64 --decode > "$1"'
"""What writes a file from the text it is given: a constant, its path is an argument."""


class NothingFound(InfrastructureError):
    """An edit found nothing to change: the file is absent, or nothing of it is what is looked for.

    The file is as it was.
    """


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was: its content, owner, group, mode and times; ``content`` None: absent.

    Its bytes are base64 in JSON.
    """

    __pydantic_config__: ClassVar = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    content: bytes | None
    owner: str = ""
    mode: str = ""
    accessed: str = ""
    modified: str = ""


def read_original(shell: Shell, path: str, deadline: Deadline) -> Original:
    """Return a file as it is; InfrastructureError for what is no regular file."""
    seen = shell.run(("/usr/bin/stat", "--format=%F\t%u:%g\t%a\t%.9X\t%.9Y", path), deadline)
    if seen.exit_code != 0:
        if shell.run(("/usr/bin/test", "-e", path), deadline).exit_code == 1:
            return Original(None)
        raise _failed(seen)
    kind, owner, mode, accessed, modified = seen.stdout.rstrip("\n").split("\t")
    if not kind.startswith("regular"):
        raise InfrastructureError(_("« %(path)s » n'est pas un fichier") % {"path": path})
    read = _do(shell, ("/usr/bin/base64", "--wrap=0", path), deadline)
    try:
        content = base64.b64decode(read.stdout, validate=True)
    except binascii.Error as exc:
        raise InfrastructureError(_("« %(path)s » ne se lit pas") % {"path": path}) from exc
    return Original(content, owner, mode, accessed, modified)


def restore(shell: Shell, path: str, original: Original, deadline: Deadline) -> None:
    """Make a file what it was, or absent."""
    if original.content is None:
        _do(shell, ("/usr/bin/rm", "--force", path), deadline)
        return
    _write(shell, path, original, original.content, deadline)


def edit_file(shell: Shell, edit: Edit, deadline: Deadline) -> None:
    """Change a file; NothingFound when it is absent or nothing of it is found.

    One in which all is changed already is left as it is.
    """
    original = read_original(shell, edit.file, deadline)
    if original.content is None:
        raise NothingFound(_("« %(path)s » n'existe pas") % {"path": edit.file})
    text = original.content.decode("utf-8", "surrogateescape")
    changed, count = re.subn(edit.find, lambda found: _fill(edit.put, found), text, flags=re.M)
    if not count and not _is_done(edit, text):
        said = _("« %(find)s » n'est pas dans « %(path)s »")
        raise NothingFound(said % {"find": edit.find, "path": edit.file})
    if changed != text:
        content = changed.encode("utf-8", "surrogateescape")
        _write(shell, edit.file, original, content, deadline)


def _is_done(edit: Edit, text: str) -> bool:
    """Tell whether what an edit puts is there: a step that was cut off is taken again."""
    return bool(edit.put) and not GROUP.search(edit.put) and edit.put in text


def _fill(put: str, found: re.Match[str]) -> str:
    return GROUP.sub(lambda group: found[int(group[1])] or "", put)


def _write(shell: Shell, path: str, original: Original, content: bytes, deadline: Deadline) -> None:
    argv = ("/bin/sh", "-c", WRITE, "sh", path)
    _do(shell, argv, deadline, stdin=base64.b64encode(content).decode())
    _do(shell, ("/usr/bin/chown", original.owner, path), deadline)
    _do(shell, ("/usr/bin/chmod", original.mode, path), deadline)
    _set_times(shell, path, original.accessed, original.modified, deadline)


def _set_times(shell: Shell, path: str, accessed: str, modified: str, deadline: Deadline) -> None:
    for flag, at in (("-a", accessed), ("-m", modified)):
        _do(shell, ("/usr/bin/touch", "--no-create", flag, f"--date=@{at}", path), deadline)


def _do(shell: Shell, argv: tuple[str, ...], deadline: Deadline, *, stdin: str = "") -> Completed:
    done = shell.run(argv, deadline, stdin=stdin)
    if done.exit_code != 0:
        raise _failed(done)
    return done


def _failed(done: Completed) -> InfrastructureError:
    said = _("code %(code)d : %(command)s : %(said)s")
    words = {"code": done.exit_code, "command": paste(done.argv), "said": done.stderr.strip()}
    return InfrastructureError(said % words)
