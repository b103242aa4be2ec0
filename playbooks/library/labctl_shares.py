#!/usr/bin/python
"""Ansible module: the shares of a Samba member server, with the exact rights of the plan."""

import os
import re
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

try:  # they exist on the server only; Ansible also reads this file elsewhere
    from samba import NTSTATUSError
    from samba.auth_util import system_session_unix
    from samba.dcerpc import security
    from samba.ntacls import getntacl, setntacl
    from samba.param import LoadParm
    from samba.samba3 import param as s3param
    from samba.samba3 import passdb

    MISSING = ""
except ImportError as exc:
    MISSING = str(exc)

DOCUMENTATION = r"""
module: labctl_shares
short_description: Shares of a Samba member server and the access lists of their folders
description:
  - Writes the shares in one marked block of smb.conf, makes the folders, and sets on each the
    access list that Windows shows (and the POSIX one that goes with it).
  - A right is given twice, by the share and by the folder, so that neither alone opens it.
options:
  shares:
    description: The part C(demands.shares.shares) of the plan.
    type: list
    elements: dict
    required: true
  domain:
    description: NetBIOS name of the domain.
    type: str
    required: true
  root:
    description: Folder that holds those of the shares.
    type: path
    default: /srv/partages
  config:
    description: Configuration of Samba.
    type: path
    default: /etc/samba/smb.conf
author: [labctl]
"""

BEGIN, END = "# début des partages", "# fin des partages"
BLOCK = re.compile(rf"\n*{BEGIN}.*?{END}\n", re.DOTALL)
ROOT = "S-1-22-1-0"  # owner: the built-in Administrators have no identity on every member server
FULL = "FA"
CHANGE = "0x1301bf"  # read, write, create, delete: « Modifier »
READ = "0x1200a9"
WELCOME = "Dossier partagé {name}.\n"


def main():
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "shares": {"type": "list", "elements": "dict", "required": True},
            "domain": {"type": "str", "required": True},
            "root": {"type": "path", "default": "/srv/partages"},
            "config": {"type": "path", "default": "/etc/samba/smb.conf"},
        },
        supports_check_mode=True,
    )
    if MISSING:
        module.fail_json(msg=f"python3-samba manque sur ce serveur : {MISSING}")
    names = {name for share in module.params["shares"] for name in principals(share)}
    known = {name: resolve(module, name) for name in sorted(names)}
    changes = []
    try:
        with_config(module, known, changes)
        with_folders(module, known, changes)
    except (OSError, NTSTATUSError) as exc:
        module.fail_json(msg=f"le serveur de fichiers refuse : {exc}")
    if not module.check_mode:  # also when nothing changed: a killed run may not have come so far
        module.run_command(["smbcontrol", "smbd", "reload-config"])
    module.exit_json(changed=bool(changes), diff={"prepared": "\n".join(changes)}, changes=changes)


def principals(share):
    """Return the groups and accounts that may open a share."""
    return [*share["read_write"], *share["read_only"]]


def resolve(module, name):
    """Return the SID of a group or account, and how smb.conf names it."""
    full = f"{module.params['domain']}\\{name}"
    code, output, error = module.run_command(["wbinfo", "--name-to-sid", full])
    if code != 0:
        module.fail_json(msg=f"le domaine ne connaît pas {full} : {(error or output).strip()}")
    sid, kind = output.split()[:2]
    return sid, f'"{full}"' if kind == "SID_USER" else f'@"{full}"'


def with_config(module, known, changes):
    """Write the shares in the configuration."""
    path = Path(module.params["config"])
    before = path.read_text(encoding="utf-8")
    sections = [section(share, known, folder(module, share)) for share in module.params["shares"]]
    block = "\n".join([BEGIN, *sections, END]) + "\n"
    after = BLOCK.sub("\n", before).rstrip("\n") + "\n\n" + block
    if after == before:
        return
    changes.append(str(path))
    if not module.check_mode:
        replace(path, after, 0o644)


def replace(path, text, mode):
    """Give a file its content in one step: a run killed halfway leaves no half of it."""
    temporary = path.with_name(f".{path.name}.labctl")
    temporary.write_text(text, encoding="utf-8")
    temporary.chmod(mode)
    temporary.rename(path)


def section(share, known, path):
    """Return the section of one share."""
    options = {
        "path": path,
        "valid users": " ".join(known[name][1] for name in principals(share)),
        "write list": " ".join(known[name][1] for name in share["read_write"]),
        "read only": "yes",
        "guest ok": "no",
        "browseable": "no" if share["is_hidden"] else "yes",
        "vfs objects": "acl_xattr",
        "inherit acls": "yes",
    }
    lines = [f"   {name} = {value}" for name, value in options.items() if value]
    return "\n".join([f"[{share['name']}]", *lines])


def with_folders(module, known, changes):
    """Make the folders with their access lists."""
    s3param.get_context().load(module.params["config"])  # with the shares just written
    for share in module.params["shares"]:
        path = folder(module, share)
        if not path.is_dir():
            changes.append(str(path))
            if module.check_mode:
                continue
            path.mkdir(parents=True, mode=0o770)
        if set_rights(module, share, path, known):
            changes.append(f"droits de {path}")
        welcome = path / "LISEZMOI.txt"
        if not welcome.exists():
            changes.append(str(welcome))
            if not module.check_mode:
                replace(welcome, WELCOME.format(name=share["name"]), 0o660)


def set_rights(module, share, path, known):
    """Give a folder the access list of its share; tell whether it had another."""
    rights = [("DA", FULL)]
    rights += [(known[name][0], CHANGE) for name in share["read_write"]]
    rights += [(known[name][0], READ) for name in share["read_only"]]
    entries = "".join(f"(A;OICI;{right};;;{who})" for who, right in rights)
    sddl = f"O:{ROOT}G:DUD:PAI{entries}"
    domain = next(iter(known.values()))[0].rpartition("-")[0]
    parameters = LoadParm()
    parameters.load(module.params["config"])
    session = system_session_unix()
    have = getntacl(parameters, str(path), session, direct_db_access=False)
    want = security.descriptor.from_sddl(sddl, security.dom_sid(domain))
    if access(have) == access(want):
        return False
    if not module.check_mode:
        accounts = passdb.PDB(s3param.get_context().get("passdb backend"))
        setntacl(
            parameters,
            str(path),
            sddl,
            domain,
            session,
            use_ntvfs=False,
            skip_invalid_chown=True,
            passdb=accounts,
            service=share["name"],
        )
    return True


def access(descriptor):
    """Return who may what in an access list."""
    return {(str(ace.trustee), ace.access_mask, ace.flags) for ace in descriptor.dacl.aces}


def folder(module, share):
    """Return the folder of a share."""
    return Path(module.params["root"]) / share["name"]  # « X » and « X$ » have one each


if __name__ == "__main__":
    os.umask(0o007)
    main()
