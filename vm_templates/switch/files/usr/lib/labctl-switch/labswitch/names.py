"""Names of interfaces: GigabitEthernet1/0/5 and Vlan10, their short forms and ranges."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The two kinds of interface that the switch has."""

    PORT = "port"
    VLAN = "vlan"


@dataclass(frozen=True, slots=True, order=True)
class Interface:
    """A physical port or the routed interface of a VLAN."""

    kind: Kind
    number: int

    @property
    def long(self) -> str:
        """Return the full name: GigabitEthernet1/0/5."""
        return (
            f"Vlan{self.number}" if self.kind is Kind.VLAN else f"GigabitEthernet1/0/{self.number}"
        )

    @property
    def short(self) -> str:
        """Return the name used in tables: Gi1/0/5."""
        return f"Vl{self.number}" if self.kind is Kind.VLAN else f"Gi1/0/{self.number}"


_NAME = re.compile(r"([a-z]+)\s*([0-9][0-9/]*)?", re.ASCII)
_MOST = 64


def port(number: int) -> Interface:
    """Return the physical port of that number."""
    return Interface(Kind.PORT, number)


def vlan(number: int) -> Interface:
    """Return the routed interface of that VLAN."""
    return Interface(Kind.VLAN, number)


def parse(text: str) -> Interface | None:
    """Return the interface that a text such as ``gi1/0/5`` or ``vlan 10`` names, or None."""
    match = _NAME.fullmatch(text.lower())
    if match is None or match[2] is None:
        return None
    kind = _kind(match[1])
    return None if kind is None else _numbered(kind, match[2])


def parse_range(text: str) -> tuple[Interface, ...] | None:
    """Return the interfaces of ``gi1/0/3-4, gi1/0/6``, in the order given, or None."""
    found: list[Interface] = []
    for part in text.split(","):
        interfaces = _parse_part(part.strip(), found[-1] if found else None)
        if interfaces is None or len(found) + len(interfaces) > _MOST:
            return None
        found += interfaces
    return tuple(dict.fromkeys(found))


def _parse_part(text: str, previous: Interface | None) -> list[Interface] | None:
    low, dash, high = (piece.strip() for piece in text.partition("-"))
    first = parse(low)
    if first is None and previous is not None and low.isdigit():
        first = _numbered(previous.kind, low if previous.kind is Kind.VLAN else f"1/0/{low}")
    if first is None or not dash:
        return None if first is None else [first]
    last = parse(high) or _numbered(
        first.kind, high if "/" in high or first.kind is Kind.VLAN else f"1/0/{high}"
    )
    if last is None or last.kind is not first.kind or not 0 <= last.number - first.number < _MOST:
        return None
    return [Interface(first.kind, number) for number in range(first.number, last.number + 1)]


def _kind(word: str) -> Kind | None:
    if "gigabitethernet".startswith(word):
        return Kind.PORT
    return Kind.VLAN if "vlan".startswith(word) else None


def _numbered(kind: Kind, text: str) -> Interface | None:
    if kind is Kind.VLAN:
        return (
            vlan(int(text))
            if text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 4094
            else None
        )
    stack, _, rest = text.partition("/")
    slot, _, number = rest.partition("/")
    if (stack, slot) != ("1", "0") or not number.isdigit() or len(number) > 2 or int(number) == 0:
        return None
    return port(int(number))
