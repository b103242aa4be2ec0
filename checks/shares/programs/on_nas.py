#!/usr/bin/python3
"""Runs on the file server: print its shares and their access lists as JSON.

Sent as it is by ``facts.definitions``; it must stand alone. ``testparm`` gives the shares as Samba
understands them, those of the registry included; ``usershares`` those of ``net usershare``, which
testparm leaves out; ``folders`` the access list (SDDL) that Samba answers for each folder, null
when there is no folder; ``shares`` the list set on a share itself, absent when nobody set one
(Samba then lets everybody in, and the folder decides).
"""

import configparser
import json
import os
import subprocess
import sys
from pathlib import Path

USERSHARES = "/var/lib/samba/usershares"


def main() -> None:
    """Print the document."""
    texts = {"testparm": say(["/usr/bin/testparm", "-s"]), "usershares": ""}
    if Path(USERSHARES).is_dir() and any(Path(USERSHARES).iterdir()):
        texts["usershares"] = say(["/usr/bin/net", "usershare", "info", "--long"])
    shares = read_shares()  # first: a process opens a tdb once, and Samba's own code opens this one
    paths = set().union(*map(find_paths, texts.values()))
    folders = {path: read_folder(path) for path in sorted(paths)}
    json.dump({**texts, "folders": folders, "shares": shares}, sys.stdout)


def say(argv: list[str]) -> str:
    """Return what a program prints; its failure is ours."""
    return subprocess.run(  # noqa: TID251  # labctl's own runner is not on this machine
        argv, capture_output=True, text=True, timeout=30, check=True
    ).stdout


def find_paths(text: str) -> set[str]:
    """Return the folders of the shares; %S in one is the name of the share."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.read_string(text)
    named = ((name, parser.get(name, "path", fallback="")) for name in parser.sections())
    return {path.replace("%S", name) for name, path in named if path}


def read_folder(path: str) -> str | None:
    """Return the access list that Samba answers for a folder."""
    from samba.auth_util import system_session_unix
    from samba.ntacls import getntacl
    from samba.param import LoadParm
    from samba.samba3 import param as s3param

    if not Path(path).is_dir():
        return None
    parameters = LoadParm()
    parameters.load_default()
    s3param.get_context().load(parameters.configfile)
    found = getntacl(parameters, path, system_session_unix(), direct_db_access=False)
    return str(found.as_sddl())


def read_shares() -> dict[str, str]:
    """Return the access lists set on shares, by name in lower case."""
    import tdb
    from samba.dcerpc import security
    from samba.ndr import ndr_unpack
    from samba.param import LoadParm

    parameters = LoadParm()
    parameters.load_default()
    path = Path(parameters.get("state directory") or "/var/lib/samba") / "share_info.tdb"
    if not path.exists():
        return {}
    database = tdb.Tdb(str(path), 0, tdb.DEFAULT, os.O_RDONLY)
    prefix = b"SECDESC/"
    return {
        key[len(prefix) :].rstrip(b"\0").decode(): ndr_unpack(
            security.descriptor, database.get(key)
        ).as_sddl()
        for key in database
        if key.startswith(prefix)
    }


if __name__ == "__main__":
    main()
