"""Probe of the shares as they are written down: configuration, and access lists."""

import re
from importlib.resources import files
from typing import Any

from labctl.connect.base import Answer, Question, Transport
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.answers import read_json
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.files.shares import ShareDefinition, ShareDefinitions
from labctl.probes.samba import Settings, parse_testparm

ADMINISTRATIVE = frozenset({"GLOBAL", "HOMES", "PRINTERS", "PRINT$", "IPC$", "NETLOGON", "SYSVOL"})
ANYBODY = frozenset({"WD", "AN", "S-1-1-0", "S-1-5-7"})
"""Everyone and anonymous, as SDDL writes them."""
_ALLOW = re.compile(r"\((?:A|OA|XA);[^;]*;([^;]*);[^;]*;[^;]*;([^;)]*)")
TIMEOUT_S = 12.0


def ask(plan: Plan) -> tuple[Question, ...]:
    """Have the file server read its own configuration and lists."""
    program = files("labctl.probes.files").joinpath("on_nas.py").read_text("utf-8")
    body: dict[str, object] = {"argv": ("/usr/bin/python3", "-I", "-c", program)}
    text = "testparm -s ; samba-tool ntacl get"
    return (Question(plan.files.node, Transport.SSH, text, body, TIMEOUT_S),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> ShareDefinitions:
    """Read the shares; one whose folder is missing is open to nobody."""
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
    found = {}
    for name, settings in sections.items():
        if name.upper() not in ADMINISTRATIVE:
            path = settings.get("path", "")
            lists = (folders.get(path, ""), shares.get(name.lower(), ""))
            found[name.upper()] = ShareDefinition(
                name=name,
                path=path,
                guest_ok=_is_yes(sections, name, "guest ok"),
                everyone=any(map(is_open_to_anybody, lists)),
            )
    return ShareDefinitions(found)


def is_open_to_anybody(sddl: str) -> bool:
    """Tell whether a list allows something to Everyone or to anonymous users."""
    return any(who in ANYBODY and rights not in {"", "0x0"} for rights, who in _ALLOW.findall(sddl))


def _is_yes(sections: Settings, name: str, option: str) -> bool:
    value = sections[name].get(option, sections["global"].get(option, "no"))
    return value.lower() in {"yes", "true", "1"}


def _texts(document: dict[str, Any], name: str) -> dict[str, str]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise NotUnderstood(_("document du NAS : %(name)s n'est pas un objet") % {"name": name})
    return {str(key): str(text or "") for key, text in value.items()}


PROBE = Probe(ShareDefinitions, ask, parse)
