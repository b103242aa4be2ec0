"""Configurations of IOS-like devices: what must be sent so that the wanted lines are there.

Pure: text in, lines out. ``playbooks/library/labctl_ios_config.py`` asks the device and sends.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

ORDERED = re.compile(r"ip access-list (standard|extended) \S+$")
SEQUENCE = re.compile(r"^\d+ +")
BANNER = re.compile(r"banner (?P<kind>\w+) (?P<mark>\^C|.)(?P<text>.*?)(?P=mark)$")
VLAN_LIST = re.compile(r"(?P<words>switchport trunk allowed vlan) (?P<ids>[\d,\- ]+)$")
HASHED = re.compile(r"(?P<words>username \S+ (?:privilege \d+ )?(?:secret|password)) .+$")
VOLATILE = re.compile(
    r"(!|Building configuration|Current configuration|Using \d+|end$|ntp clock-"
    r"|(?:Unc|C)ompressed configuration from)"
)

Sections = Mapping[str, tuple[str, ...]]
"""Top-level lines, in order, each with the lines below it."""


def find_missing(wanted: str, running: str) -> tuple[str, ...]:
    """Return the lines to type in ``configure terminal``; none when all that is wanted is there.

    A wanted ``no X`` is there when no line ``X`` is. An access list is wanted exactly, in order.
    """
    have = parse(running)
    lines: list[str] = []
    for title, children in parse(wanted).items():
        lines.extend(_missing_section(title, children, have))
    return tuple(lines)


def is_saved(running: str, startup: str) -> bool:
    """Tell whether the device would start with the configuration that runs."""
    return list(_lines(running)) == list(_lines(startup))


def parse(text: str) -> dict[str, tuple[str, ...]]:
    """Return the sections of a configuration, without comments and volatile lines."""
    sections: dict[str, list[str]] = {}
    title = ""
    for line in _lines(text):
        if not line.startswith(" "):
            title = line.strip()
            sections.setdefault(title, [])
        elif title:
            sections[title].append(line.strip())
    return {title: tuple(children) for title, children in sections.items()}


def _missing_section(title: str, children: tuple[str, ...], have: Sections) -> Iterator[str]:
    if ORDERED.match(title):
        yield from _missing_list(title, children, have)
        return
    there = have.get(title, ())
    missing = [child for child in children if not _is_there(child, there)]
    if missing or (not children and not _is_there(title, have)) or (children and title not in have):
        yield title
    yield from (f" {child}" for child in missing)


def _missing_list(title: str, children: tuple[str, ...], have: Sections) -> Iterator[str]:
    there = have.get(title)
    if there is not None and [_entry(line) for line in there] == [_entry(c) for c in children]:
        return
    if there:
        yield f"no {title}"
    yield title
    yield from (f" {child}" for child in children)


def _is_there(line: str, there: tuple[str, ...] | Sections) -> bool:
    if line.startswith("no "):
        denied = line.removeprefix("no ")
        return not any(other == denied or other.startswith(f"{denied} ") for other in there)
    return _meaning(line) in {_meaning(other) for other in there}


def _meaning(line: str) -> str:
    """Return the line without what devices write differently: delimiters, ranges, hashes."""
    if banner := BANNER.match(line):
        return f"banner {banner['kind']} {banner['text']}"
    if vlans := VLAN_LIST.match(line):
        return f"{vlans['words']} {_expand(vlans['ids'])}"
    if hashed := HASHED.match(line):
        return hashed["words"]
    return line


def _entry(line: str) -> str:
    return SEQUENCE.sub("", line)


def _expand(ids: str) -> str:
    numbers: set[int] = set()
    for part in ids.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return format_vlans(numbers)


def format_vlans(numbers: set[int]) -> str:
    """Return VLAN ids as a device writes them: ``10,20,30-32``."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    parts: list[str] = []
    for _, run in runs:
        members = list(map(itemgetter(1), run))
        joint = "-" if len(members) > 2 else ","
        parts.append(str(members[0]) if len(members) == 1 else f"{members[0]}{joint}{members[-1]}")
    return ",".join(parts)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not VOLATILE.match(line.strip()):
            yield line.rstrip()
