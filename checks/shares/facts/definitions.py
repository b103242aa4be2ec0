"""Probe of the shares as they are written down: configuration, and access lists."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checks.shares.demand import Shares
from checks.shares.facts.shares import ShareDefinition, ShareDefinitions
from checks.shares.facts.testparm import parse_testparm
from labctl.api import Answer, NotUnderstood, Plan, Probe, Question, Transport, _, read_json

PROGRAM = Path(__file__).parent.parent / "programs" / "on_nas.py"
"""What runs on the machine itself, with its own Python."""

ADMINISTRATIVE = frozenset({"GLOBAL", "HOMES", "PRINTERS", "PRINT$", "IPC$", "NETLOGON", "SYSVOL"})
ANYBODY = frozenset({"WD", "AN", "S-1-1-0", "S-1-5-7"})
"""Everyone and anonymous, as SDDL writes them."""
EVERYBODY = "(A;;FA;;;WD)"
"""What the list of a share is until somebody sets one (sharesec(1))."""
ANYBODY_NAMED = frozenset({"everyone", "tout le monde", "nobody", "s-1-1-0", "s-1-5-7"})
YES = frozenset({"yes", "true", "1", "y"})
_NAME = re.compile(r'"([^"]{1,256})"|([^\s,"@+&]{1,256})')
"""One of a list of names: quoted when it holds a blank, a mark before that of a group."""
_ALLOW = re.compile(r"\((?:A|OA|XA);[^;]*;([^;]*);[^;]*;[^;]*;([^;)]*)")
DEFAULT_OLDEST = "SMB2_02"
"""What ``server min protocol`` is where nobody sets it (Samba 4.11 and later, smb.conf(5))."""
TIMEOUT_S = 12.0


def ask(plan: Plan) -> tuple[Question, ...]:
    """Have the file server read its own configuration and lists."""
    program = PROGRAM.read_text("utf-8")
    body: dict[str, object] = {"argv": ("/usr/bin/python3", "-I", "-c", program)}
    text = "testparm -s ; samba-tool ntacl get"
    return (Question(plan.demand(Shares).on, Transport.SSH, text, body, TIMEOUT_S),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> ShareDefinitions:
    """Read the shares; one whose folder is missing is open to nobody.

    A share is open to everybody when every gate is: its own list, the names in its definition and
    the list of its folder. The narrowest decides (Microsoft, « Share and NTFS Permissions »).
    """
    (answer,) = answers
    if answer.exit_code != 0:
        raise NotUnderstood(
            _("%(what)s : code de sortie %(code)s")
            % {"what": answer.question.text, "code": answer.exit_code}
        )
    document = read_json(answer)
    if not isinstance(document, dict) or not isinstance(document.get("testparm"), str):
        raise NotUnderstood(
            _("%(what)s : ce n'est pas le document du NAS") % {"what": answer.question.text}
        )
    sections = parse_testparm(document["testparm"])
    if "global" not in sections:
        raise NotUnderstood(_("testparm : pas de section [global]"))
    folders, shares = _texts(document, "folders"), _texts(document, "shares")
    made_by_users = parse_testparm(str(document.get("usershares", "")))
    found = {}
    for name, settings in (sections | made_by_users).items():
        if name.upper() not in ADMINISTRATIVE:
            path = settings.get("path", "").replace("%S", name)
            lists = (folders.get(path, ""), shares.get(name.lower(), EVERYBODY))
            found[name.upper()] = ShareDefinition(
                name=name,
                path=path,
                guest_ok=_is_yes(settings, sections["global"], "guest ok", "guest_ok"),
                everyone=all(map(is_open_to_anybody, lists))
                and not _is_for_named(settings, sections["global"]),
            )
    oldest = sections["global"].get("server min protocol", DEFAULT_OLDEST)
    return ShareDefinitions(found, oldest.upper())


def is_open_to_anybody(sddl: str) -> bool:
    """Tell whether a list allows something to Everyone or to anonymous users."""
    return any(who in ANYBODY and rights not in {"", "0x0"} for rights, who in _ALLOW.findall(sddl))


def _is_yes(settings: Mapping[str, str], defaults: Mapping[str, str], *names: str) -> bool:
    value = next((settings[name] for name in names if name in settings), None)
    return (value or defaults.get(names[0], "no")).lower() in YES


def _is_for_named(settings: Mapping[str, str], defaults: Mapping[str, str]) -> bool:
    """Tell whether a share names who may connect: lists of smb.conf(5), or that of a usershare."""
    if "usershare_acl" in settings:
        grants = (grant.rpartition(":") for grant in settings["usershare_acl"].split(","))
        return not any(
            who.rpartition("\\")[2].casefold() in ANYBODY_NAMED and right.casefold() != "d"
            for who, _colon, right in grants
        )
    names = settings.get("valid users", defaults.get("valid users", ""))
    listed = {
        (quoted or plain).rpartition("\\")[2].casefold() for quoted, plain in _NAME.findall(names)
    }
    return bool(listed) and not listed & ANYBODY_NAMED


def _texts(document: dict[str, Any], name: str) -> dict[str, str]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise NotUnderstood(_("document du NAS : %(name)s n'est pas un objet") % {"name": name})
    return {str(key): str(text or "") for key, text in value.items()}


PROBE = Probe(ShareDefinitions, ask, parse)
