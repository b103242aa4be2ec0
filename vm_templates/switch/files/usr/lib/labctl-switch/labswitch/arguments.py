"""The arguments of commands: how each type is read from the words of a line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from labswitch import names, vlanset
from labswitch.acl import kind_of
from labswitch.errors import IncompleteError
from labswitch.names import Interface, Kind
from labswitch.words import Word

Value = str | int | IPv4Address | frozenset[int] | tuple[Interface, ...] | tuple[Word, ...]

_LABELS = {
    "word": "WORD",
    "name": "WORD",
    "line": "LINE",
    "rest": "LINE",
    "ip": "A.B.C.D",
    "mask": "A.B.C.D",
    "vlan": "<1-4094>",
    "vlans": "WORD",
    "interface": "Interface",
    "interfaces": "Interface",
    "acl": "WORD",
}
_WORD = re.compile(r"[!-~]{1,128}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Args:
    """What a command was given; asking for what is missing says that it is incomplete."""

    values: Mapping[str, Value]
    negated: bool = False
    line: str = ""

    def has(self, name: str) -> bool:
        """Tell whether the argument was given."""
        return name in self.values

    def text(self, name: str, default: str | None = None) -> str:
        """Return a word or the rest of the line."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise IncompleteError
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """Return a number."""
        value = self.values.get(name, default)
        if not isinstance(value, int):
            raise IncompleteError
        return value

    def ip(self, name: str) -> IPv4Address:
        """Return an address."""
        value = self.values.get(name)
        if not isinstance(value, IPv4Address):
            raise IncompleteError
        return value

    def vlans(self, name: str) -> frozenset[int]:
        """Return a set of VLANs."""
        value = self.values.get(name)
        if not isinstance(value, frozenset):
            raise IncompleteError
        return value

    def interfaces(self, name: str) -> tuple[Interface, ...]:
        """Return one or several interfaces."""
        value = self.values.get(name)
        if not isinstance(value, tuple):
            raise IncompleteError
        return tuple(item for item in value if isinstance(item, Interface))

    def words(self, name: str) -> tuple[Word, ...]:
        """Return the remaining words of the line."""
        value = self.values.get(name)
        if not isinstance(value, tuple):
            raise IncompleteError
        return tuple(item for item in value if isinstance(item, Word))


def label(kind: str) -> str:
    """Return how the help writes an argument of this type."""
    return f"<{kind}>" if kind[0].isdigit() else _LABELS[kind]


def take(kind: str, words: tuple[Word, ...], index: int, ports: int) -> tuple[Value, int] | None:
    """Read one argument at a place of the line; return it and the next place, or None."""
    if kind == "line":
        text = " ".join(word.text for word in words[index:])
        return "".join(filter(str.isprintable, text))[:240], len(words)
    if kind == "rest":
        return words[index:], len(words)
    if kind == "interfaces":
        return _take_range(words, index, ports)
    if kind == "interface":
        return _take_interface(words, index, ports)
    value = _parse(kind, words[index].text)
    return None if value is None else (value, index + 1)


def _parse(kind: str, text: str) -> Value | None:
    if kind[0].isdigit():
        return _parse_number(kind, text)
    return _PARSERS[kind](text)


def _parse_number(kind: str, text: str) -> int | None:
    low, _, high = kind.partition("-")
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return None
    return int(text) if int(low) <= int(text) <= int(high) else None


def _parse_ip(text: str) -> IPv4Address | None:
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


def _take_interface(words: tuple[Word, ...], index: int, ports: int) -> tuple[Value, int] | None:
    for count in (1, 2):
        found = names.parse(" ".join(word.text for word in words[index : index + count]))
        if found is not None and _exists(found, ports):
            return (found,), min(index + count, len(words))
    return None


def _take_range(words: tuple[Word, ...], index: int, ports: int) -> tuple[Value, int] | None:
    found = names.parse_range(" ".join(word.text for word in words[index:]))
    if found is None or not all(_exists(interface, ports) for interface in found):
        return None
    return found, len(words)


def _exists(interface: Interface, ports: int) -> bool:
    return interface.kind is Kind.VLAN or interface.number <= ports


def _parse_acl(text: str) -> str | None:
    return text if kind_of(text) is not None else None


def _parse_word(text: str) -> str | None:
    return text if _WORD.fullmatch(text) else None


def _parse_name(text: str) -> str | None:
    return text if _NAME.fullmatch(text) else None


_PARSERS: Mapping[str, Callable[[str], Value | None]] = {
    "ip": _parse_ip,
    "mask": _parse_ip,
    "vlan": lambda text: _parse_number("1-4094", text),
    "vlans": vlanset.parse,
    "acl": _parse_acl,
    "word": _parse_word,
    "name": _parse_name,
}
