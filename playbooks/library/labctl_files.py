#!/usr/bin/python
"""Ansible module: several files, folders and links in one visit."""

import grp
import os
import tempfile
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: labctl_files
short_description: Write several files, folders and symbolic links in one visit
description:
  - A file is replaced in one step, and only when its content or mode differs. It keeps its owner;
    a new one belongs to who runs this, and to C(group) when told.
options:
  files:
    description: Path, content and mode (0644 unless told) of each file.
    type: list
    elements: dict
    options:
      path: {type: path, required: true}
      content: {type: str, required: true}
      mode: {type: str, default: "0644"}
      group: {type: str}
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
    "content": {"type": "str", "required": True},
    "mode": {"type": "str", "default": "0644"},
    "group": {"type": "str", "default": ""},
}


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
    dry = module.check_mode
    try:
        changed = [path for path in module.params["folders"] if set_folder(Path(path), dry=dry)]
        changed += [each["path"] for each in module.params["files"] if set_file(**each, dry=dry)]
        changed += [
            path
            for path, target in module.params["links"].items()
            if set_link(Path(path), target, dry=dry)
        ]
    except OSError as exc:
        module.fail_json(msg=f"{exc.filename} : {exc.strerror}")
    module.exit_json(changed=bool(changed), paths=changed, diff={"prepared": "\n".join(changed)})


def set_file(path, content, mode, group, *, dry):
    """Make a file hold a content; tell whether it was otherwise."""
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
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=".labctl-", dir=file.parent)
        with os.fdopen(descriptor, "wb") as stream:
            os.fchown(stream.fileno(), owner, group_id)
            os.fchmod(stream.fileno(), bits)
            stream.write(content.encode())
        Path(temporary).rename(file)
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
        temporary = link.with_name(f".{link.name}.labctl")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        temporary.rename(link)
    return True


if __name__ == "__main__":
    main()
