"""The text of a configuration cut into lines: what people wrote freely in it is never a line.

IOS prints a free text of several lines between two delimiters, which it shows as ``^C`` (banners,
messages of a line, titles of menus), up to « @ » (macros), « } » (macros of the shell) or « quit »
(certificates). Such a text is one line here, its line feeds inside. Sources: Cisco IOS
Configuration Fundamentals Command Reference, « banner », « menu », « macro name »; recorded
configurations, in which banners come after every interface, route and access list.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from labctl.api import NotUnderstood, _

_VOLATILE = re.compile(
    r"\s*!|Building configuration|Current configuration\b|Using \d+ (out of|bytes)"
    r"|(Unc|C)ompressed configuration from \d+|ntp clock-period"
    r"|Load for |Time source is|No time source"
)
"""What IOS prints by itself, or that changes without anyone's doing."""
_MARK = r"(?P<mark>\^C|\x03)(?P<rest>.*)"
_BANNER = re.compile(r"banner (?P<kind>[\w-]+) (?P<mark>\^C|\x03|\S)(?P<rest>.*)")
_MESSAGE = re.compile(
    r"\s*(?:menu \S+ (?:title|prompt)|(?:vacant|refuse)-message|busy-message \S+"
    r"|aaa authentication (?:banner|fail-message)|banner(?: text)?"
    rf"|ip (?:admission|auth-proxy) auth-proxy-banner(?: \S+)?) {_MARK}"
)
_MACRO = re.compile(r"macro name \S+")
_SHELL_MACRO = re.compile(r"macro .*\{")
_CHAIN = re.compile(r"crypto (?:pki|ca) certificate chain ")
_CERTIFICATE = re.compile(r"(\s+certificate\b.*?)(?: nvram:\S+)?")
_CERTIFICATE_BODY = re.compile(r"\s+(?:[0-9A-Fa-f ]+|quit)")
_LEFT_OVER = re.compile(r"[@}]|quit|.*(?:\^C|\x03)")
"""What ends a free text and would not stand alone: a text held its own delimiter."""
_ONCE = re.compile(r"interface |line |hostname |banner ")
_BEFORE_BANNERS = re.compile(
    r"interface |hostname |(?:no )?ip routing\b|ip route |ip default-gateway |router |vlan \d"
    r"|(?:ip )?access-list |username "
)


@dataclass(frozen=True, slots=True)
class ConfigText:
    """A configuration without what is volatile; ``banners`` are texts by kind."""

    lines: tuple[str, ...]
    banners: dict[str, str]


@dataclass(slots=True)
class _Reading:
    """Lines that are left to read, and what was read."""

    left: Iterator[str]
    lines: list[str] = field(default_factory=list)
    banners: dict[str, str] = field(default_factory=dict)


def read_config(text: str) -> ConfigText:
    """Return the lines and banners of a configuration; indentation is kept.

    Raise NotUnderstood for a text that was cut (a banner may hold the prompt that ends the
    reading), and for one that a free text might have written: what it holds is then nobody's word.
    """
    reading = _Reading(iter(text.split("\n")))
    for line in reading.left:
        _read_line(reading, line.rstrip())
    if reading.lines and reading.lines[-1] != "end":
        raise NotUnderstood(_("une configuration du commutateur est coupée avant son « end »"))
    _refuse_forged(reading.lines)
    return ConfigText(tuple(_without_bodies(reading.lines[:-1])), reading.banners)


def _read_line(reading: _Reading, line: str) -> None:
    if banner := _BANNER.fullmatch(line):
        free = _read_marked(reading, banner["mark"], banner["rest"])
        reading.banners[banner["kind"]] = free
        reading.lines.append(f"banner {banner['kind']} ^C{free}^C")
    elif message := _MESSAGE.fullmatch(line):
        free = _read_marked(reading, message["mark"], message["rest"])
        reading.lines.append(f"{line[: message.start('mark')]}^C{free}^C")
    elif _MACRO.fullmatch(line):
        reading.lines.append(f"{line}\n{_read_until(reading, '@')}")
    elif _SHELL_MACRO.fullmatch(line):
        reading.lines.append(f"{line}\n{_read_until(reading, '}')}")
    elif _LEFT_OVER.match(line) and not line.startswith(" "):
        raise _ambiguous()
    elif line and not _VOLATILE.match(line):
        reading.lines.append(line)


def _read_marked(reading: _Reading, mark: str, rest: str) -> str:
    """Return the text up to the next delimiter, which ends its line."""
    free = [rest]
    while mark not in free[-1]:
        free.append(_next(reading))
    last, _end, after = free[-1].partition(mark)
    if after.strip():
        raise _ambiguous()
    return "\n".join((*free[:-1], last))


def _read_until(reading: _Reading, end: str) -> str:
    body = []
    while (line := _next(reading).rstrip()) != end:
        body.append(line)
    return "\n".join((*body, end))


def _next(reading: _Reading) -> str:
    for line in reading.left:
        return line
    raise NotUnderstood(_("une configuration du commutateur est coupée avant son « end »"))


def _without_bodies(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines without the hexadecimal of certificates.

    The startup configuration names a file in its place.
    """
    in_chain = False
    for line in lines:
        if not line.startswith(" "):
            in_chain = _CHAIN.match(line) is not None
        elif in_chain and _CERTIFICATE_BODY.fullmatch(line):
            continue
        elif in_chain and (certificate := _CERTIFICATE.fullmatch(line)):
            yield certificate[1]
            continue
        yield line


def _refuse_forged(lines: Sequence[str]) -> None:
    """Refuse lines that IOS would not print there: a text that held its delimiter may have."""
    heads = Counter(_head(line) for line in lines if _ONCE.match(line))
    banners = [index for index, line in enumerate(lines) if line.startswith("banner ")]
    after = lines[banners[0] :] if banners else ()
    if any(count > 1 for count in heads.values()) or any(map(_BEFORE_BANNERS.match, after)):
        raise _ambiguous()


def _head(line: str) -> str:
    """Return what can be there only once: an interface, a line, a kind of banner, the name."""
    words = line.split()
    shown = {"hostname": 1, "banner": 2}.get(words[0], len(words))
    return " ".join(words[:shown])


def _ambiguous() -> NotUnderstood:
    return NotUnderstood(
        _("un texte libre du commutateur (bannière, macro…) contient son propre délimiteur")
    )
