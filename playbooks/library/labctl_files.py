#!/usr/bin/python
"""Ansible module: several files, folders and links in one visit, and their services."""

import fcntl
import grp
import os
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: labctl_files
short_description: Write several files, folders and symbolic links in one visit
description:
  - A file is replaced in one step, and only when its content or mode differs. It keeps its owner;
    a new one belongs to who runs this, and to C(group) when told.
  - When everything is written, the services of the files that changed are called, each once, in
    the order of the files. A file is noted under C(/run/labctl/pending) from before it is written
    until its service was called with success. What a killed run left noted is called by the next.
options:
  files:
    description: Path, content and mode (0644 unless told) of each file.
    type: list
    elements: dict
    options:
      path: {type: path, required: true}
      content: {type: str, required: true, description: It may hold a secret and is never shown.}
      mode: {type: str, default: "0644"}
      group: {type: str}
      service: {type: list, elements: str, description: The command that puts it in service.}
  folders:
    description: Folders that must exist.
    type: list
    elements: path
  links:
    description: Path of each symbolic link, and its target.
    type: dict
author: [labctl]
"""

FILE = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str", "required": True, "no_log": True},
    "mode": {"type": "str", "default": "0644"},
    "group": {"type": "str", "default": ""},
    "service": {"type": "list", "elements": "str", "default": []},
}
NOTES = Path("/run/labctl")  # a machine that restarts reads its files anew: nothing is pending


def main():
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "files": {"type": "list", "elements": "dict", "options": FILE, "default": []},
            "folders": {"type": "list", "elements": "path", "default": []},
            "links": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )

    def call(argv):
        code, output, error = module.run_command(argv)
        if code != 0:
            module.fail_json(msg=f"{' '.join(argv)} : code {code} {(error or output).strip()}")

    try:
        changed = converge(module.params, NOTES, call, dry=module.check_mode)
    except OSError as exc:
        module.fail_json(msg=f"{exc.filename} : {exc.strerror}")
    module.exit_json(changed=bool(changed), paths=changed, diff={"prepared": "\n".join(changed)})


def converge(wanted, notes, call, *, dry):
    """Write what differs, put in service what is not; return the paths and commands concerned."""
    with alone(notes, dry=dry):
        changed = [path for path in wanted["folders"] if set_folder(Path(path), dry=dry)]
        for each in wanted["files"]:
            note = note_of(each, notes) if each["service"] else None
            content = {name: value for name, value in each.items() if name != "service"}
            if set_file(**content, note=note, dry=dry):
                changed.append(each["path"])
        links = wanted["links"].items()
        changed += [path for path, target in links if set_link(Path(path), target, dry=dry)]
        return changed + put_in_service(wanted["files"], notes, call, dry=dry)


@contextmanager
def alone(notes, *, dry):
    """Let no other run in: one whose command was killed may still be at work here."""
    if dry:
        yield
        return
    notes.mkdir(parents=True, exist_ok=True)
    folder = os.open(notes, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def note_of(file, notes):
    """Return where it is noted that a file is not in service."""
    return notes / "pending" / quote(str(file["path"]), safe="")


def put_in_service(files, notes, call, *, dry):
    """Call the services of the files that are noted, each once; return their commands."""
    called = []
    for service in dict.fromkeys(tuple(each["service"]) for each in files):
        own = [note_of(each, notes) for each in files if tuple(each["service"]) == service]
        noted = [note for note in own if note.exists()]
        if service and noted and not dry:
            call(list(service))
            for note in noted:
                note.unlink()
            called.append(" ".join(service))
    pending = notes / "pending"
    if not dry and pending.is_dir() and not any(pending.iterdir()):
        pending.rmdir()
    return called


def set_file(path, content, mode, group, *, note=None, dry):
    """Make a file hold a content, once that is noted; tell whether it was otherwise."""
    file, bits = Path(path), int(mode, 8)
    before = file.stat() if file.is_file() and not file.is_symlink() else None
    owner = before.st_uid if before else os.geteuid()
    group_id = before.st_gid if before else os.getegid()
    if group:
        group_id = grp.getgrnam(group).gr_gid
    same = before and (before.st_mode & 0o7777, before.st_gid) == (bits, group_id)
    if same and file.read_bytes() == content.encode():
        return False
    if not dry:
        if note is not None:
            note.parent.mkdir(exist_ok=True)
            note.touch()
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_of(file)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            os.fchown(stream.fileno(), owner, group_id)
            os.fchmod(stream.fileno(), bits)
            stream.write(content.encode())
        temporary.rename(file)
    return True


def set_folder(folder, *, dry):
    """Make a folder; tell whether it was missing."""
    if folder.is_dir():
        return False
    if not dry:
        folder.mkdir(parents=True)
    return True


def set_link(link, target, *, dry):
    """Make a symbolic link; tell whether it was otherwise."""
    if link.is_symlink() and str(link.readlink()) == target:
        return False
    if not dry:
        temporary = temporary_of(link)
        temporary.symlink_to(target)
        temporary.rename(link)
    return True


def temporary_of(path):
    """Return a free name beside a path; what a killed run left there goes."""
    temporary = path.with_name(f".{path.name}.labctl")
    temporary.unlink(missing_ok=True)
    return temporary


if __name__ == "__main__":
    main()
