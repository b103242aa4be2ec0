"""The files in which APT's sources are written, in both of their forms (sources.list(5))."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

BELIEVED = frozenset({"trusted", "allow-insecure", "allow-downgrade-to-insecure"})
"""Options of a source that let APT do without its signature."""
YES = frozenset({"yes", "true", "1", "on", "with", "enable"})
NO = frozenset({"no", "false", "0", "off", "without", "disable"})
_LINE = re.compile(r"deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """Places and suites that are written together, and whether they need no signature."""

    uris: frozenset[str]
    suites: frozenset[str]
    is_forced: bool

    def gives(self, target: Mapping[str, str]) -> bool:
        """Tell whether a target of ``apt-get indextargets`` may come from here."""
        uri = target.get("repo-uri", "").rstrip("/")
        return uri in self.uris and target.get("release", "") in self.suites


def read_entries(text: str) -> Iterator[Entry]:
    """Yield the entries of files of both forms, as ``grep -H`` prints them."""
    files: dict[str, list[str]] = {}
    for line in text.splitlines():
        path, _colon, rest = line.partition(":")
        files.setdefault(path, []).append(rest)
    for path, lines in files.items():
        if path.endswith(".sources"):
            yield from _read_deb822("\n".join(lines))
        elif path.endswith(".list"):
            yield from filter(None, map(_read_line, lines))


def read_stanzas(text: str) -> tuple[Mapping[str, str], ...]:
    """Return the stanzas of a text (deb822(5)), names in lower case, values on one line."""
    found: list[dict[str, str]] = [{}]
    name = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if not line.strip():
            found.append({})
        elif line[0].isspace():
            found[-1][name] = f"{found[-1].get(name, '')} {line.strip()}".strip()
        else:
            written, _colon, value = line.partition(":")
            name = written.strip().lower()
            found[-1][name] = value.strip()
    return tuple(stanza for stanza in found if stanza)


def _read_line(line: str) -> Entry | None:
    found = _LINE.match(line.strip())
    if found is None:
        return None
    options = (one.partition("=") for one in (found[1] or "").split())
    given = {name.lower(): value for name, _equals, value in options}
    return Entry(frozenset({found[2].rstrip("/")}), frozenset({found[3]}), _is_forced(given))


def _read_deb822(text: str) -> Iterator[Entry]:
    for stanza in read_stanzas(text):
        if stanza.get("enabled", "yes").lower() not in NO:
            uris = frozenset(uri.rstrip("/") for uri in stanza.get("uris", "").split())
            yield Entry(uris, frozenset(stanza.get("suites", "").split()), _is_forced(stanza))


def _is_forced(options: Mapping[str, str]) -> bool:
    return any(options.get(name, "").lower() in YES for name in BELIEVED)
