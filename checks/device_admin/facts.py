"""The configurations of a switch: who may administer it and how, its clock, what is saved."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from checks.device_admin.demand import Administration
from checks.routing.facts.read_layer3 import parse_brief
from checks.routing.facts.svis import parse_relays, refuse_unknown_svis
from checks.switching.facts.config_text import read_config
from checks.switching.facts.running import (
    RUNNING,
    Sections,
    find_value,
    read_sections,
    split_sections,
)
from checks.switching.facts.show import ask_commands, read_show
from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Probe,
    Question,
    SecretMask,
    _,
)


@dataclass(frozen=True, slots=True)
class SwitchConfig:
    """The switch's configurations, as lines; ``startup`` is None when there is none.

    Volatile lines (comments, dates, sizes) are removed, secrets are masked. Of ``banners``, those
    that are displayed to who comes in, ``banner`` is the first.
    """

    running: tuple[str, ...]
    startup: tuple[str, ...] | None
    hostname: str
    banner: str
    relays: dict[int, frozenset[IPv4Address]]  # VLAN id → ip helper-address
    vty_transports: frozenset[str]  # ssh, telnet
    vty_access_class: str  # name of the ACL, empty when none
    ntp: frozenset[str]  # servers of the clock as they were typed: addresses, or names
    banners: frozenset[str] = frozenset()


NO_DEVICE = SwitchConfig((), None, "", "", {}, frozenset(), "", frozenset())
DISPLAYED = ("motd", "login", "exec")
"""Kinds of banner that warn who comes in, in the order of their display (IOS, « banner »)."""
_NO_STARTUP = re.compile(r"startup-config is not present|%%? ?Non-volatile.*(invalid|not)", re.I)
_CLOCK = re.compile(r"s?ntp server (?:vrf \S+ )?(?:ip )?(\S+)")
"""« ntp server » of IOS (Basic System Management Command Reference); sntp: of smaller devices."""
_LAST_LINE = "\nend"
DEFAULT_TRANSPORTS = frozenset({"ssh", "telnet"})
"""What a line without ``transport input`` lets in: nothing was restricted."""


def parse_config(running: str, startup: str) -> SwitchConfig:
    """Read ``show running-config`` and ``show startup-config``."""
    mask = SecretMask()
    now, saved = read_config(running), None
    if not any(line.startswith("hostname ") for line in now.lines):
        raise NotUnderstood(_("show running-config : pas de ligne hostname"))
    if _LAST_LINE in startup or not _NO_STARTUP.search(startup):
        saved = read_config(startup)
        if not saved.lines:
            raise NotUnderstood(_("show startup-config : vide, et ne le dit pas"))
    sections = split_sections(now.lines)
    banners = [now.banners[kind].strip() for kind in DISPLAYED if kind in now.banners]
    return SwitchConfig(
        running=tuple(map(mask, now.lines)),
        startup=None if saved is None else tuple(map(mask, saved.lines)),
        hostname=find_value(now.lines, "hostname "),
        banner=next(iter(banners), ""),
        relays=parse_relays(sections),
        vty_transports=_vty_transports(sections),
        vty_access_class=_vty_access_class(sections),
        ntp=frozenset(each[1] for each in map(_CLOCK.match, now.lines) if each),
        banners=frozenset(banners),
    )


def _vty_sections(sections: Sections) -> list[tuple[str, ...]]:
    return [body for head, body in sections.items() if head.startswith("line vty")]


def _vty_transports(sections: Sections) -> frozenset[str]:
    found: set[str] = set()
    for body in _vty_sections(sections) or [()]:
        words = find_value(body, "transport input ").split()
        if not words or "all" in words:
            found |= DEFAULT_TRANSPORTS
        found |= set(words) & DEFAULT_TRANSPORTS
    return frozenset(found)


def _vty_access_class(sections: Sections) -> str:
    """Name of the ACL that guards every line; empty when one line has none, or another."""
    names = {
        (find_value(body, "access-class ").split() or [""])[0] for body in _vty_sections(sections)
    }
    return names.pop() if len(names) == 1 else ""


def _config(_plan: Plan, answers: tuple[Answer, ...]) -> SwitchConfig:
    if not answers:
        return NO_DEVICE
    running, startup, table = answers
    refuse_unknown_svis(read_sections(running), parse_brief(table))
    return parse_config(read_show(running), read_show(startup))


def _switch(plan: Plan) -> NodeName:
    """Return the device that is administered, or the first that has such a command line."""
    asked = plan.find(Administration)
    if asked and asked.console:
        return asked.console.on
    return next((node.name for node in plan.nodes.values() if "ios" in node.faces), NodeName(""))


def _ask(plan: Plan) -> tuple[Question, ...]:
    """Ask nothing where there is no such device: no subject asks anything of it."""
    return _ASK(plan) if _switch(plan) else ()


_ASK = ask_commands(_switch, RUNNING, "show startup-config", "show ip interface brief")
CONFIG = Probe(SwitchConfig, _ask, _config)
