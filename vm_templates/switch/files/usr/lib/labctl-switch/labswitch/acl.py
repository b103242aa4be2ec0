"""Access lists: their entries, read from the words of a command and written back."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from labswitch.errors import AmbiguousError, IncompleteError, InvalidError
from labswitch.ports import PortMatch, parse_port, port_name
from labswitch.words import Word, complete

PROTOCOLS = {
    "ip": None,
    "icmp": 1,
    "igmp": 2,
    "tcp": 6,
    "udp": 17,
    "gre": 47,
    "esp": 50,
    "ahp": 51,
    "ospf": 89,
}
ICMP_TYPES = {
    "echo": (8, None),
    "echo-reply": (0, None),
    "unreachable": (3, None),
    "host-unreachable": (3, 1),
    "port-unreachable": (3, 3),
    "packet-too-big": (3, 4),
    "administratively-prohibited": (3, 13),
    "redirect": (5, None),
    "time-exceeded": (11, None),
    "ttl-exceeded": (11, 0),
    "parameter-problem": (12, None),
    "traceroute": (30, None),
}
_OPERATORS = ("eq", "neq", "lt", "gt", "range")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,62}", re.ASCII)
ANY_WILDCARD = IPv4Address("255.255.255.255")
HOST_WILDCARD = IPv4Address("0.0.0.0")  # noqa: S104 - a wildcard mask, nothing listens


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses that are equal to one where the wildcard has zeros."""

    address: IPv4Address
    wildcard: IPv4Address

    def text(self, *, standard: bool = False) -> str:
        """Return the words of a command for these addresses."""
        if self.wildcard == ANY_WILDCARD:
            return "any"
        if self.wildcard == HOST_WILDCARD:
            return str(self.address) if standard else f"host {self.address}"
        separator = ", wildcard bits " if standard else " "
        return f"{self.address}{separator}{self.wildcard}"


ANY = Addresses(HOST_WILDCARD, ANY_WILDCARD)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an access list; with a remark, nothing else counts."""

    sequence: int
    permit: bool = False
    protocol: str = "ip"
    source: Addresses = ANY
    source_port: PortMatch | None = None
    destination: Addresses = ANY
    destination_port: PortMatch | None = None
    icmp: str = ""
    established: bool = False
    log: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Acl:
    """A standard or extended access list; what no entry permits is denied."""

    name: str
    extended: bool
    entries: tuple[Entry, ...] = ()

    @property
    def is_numbered(self) -> bool:
        """Tell whether the name is a number."""
        return self.name.isdigit()

    def next_sequence(self) -> int:
        """Return the sequence number that a new last entry gets."""
        return 10 + max((entry.sequence for entry in self.entries), default=0) // 10 * 10


def kind_of(name: str) -> bool | None:
    """Tell whether a name fits an extended list (True), a standard one (False), or none (None).

    A number decides; a word can be either, and gives True.
    """
    if not name.isdigit():
        return True if _NAME.fullmatch(name) else None
    number = int(name)
    if 100 <= number <= 199 or 2000 <= number <= 2699:
        return True
    return False if 1 <= number <= 99 or 1300 <= number <= 1999 else None


def render_entry(entry: Entry, *, extended: bool, table: bool = False) -> str:
    """Return the entry as a command gives it, or as ``show access-lists`` prints it."""
    if entry.remark:
        return f"remark {entry.remark}"
    action = "permit" if entry.permit else "deny"
    if not extended:
        source = entry.source.text(standard=True)
        words = [action, source if table else source.replace(", wildcard bits", "")]
    else:
        words = [
            action,
            entry.protocol,
            entry.source.text(),
            _port_text(entry, entry.source_port),
            entry.destination.text(),
            _port_text(entry, entry.destination_port),
            entry.icmp,
        ]
    words += ["established" * entry.established, "log" * entry.log]
    return " ".join(word for word in words if word)


def _port_text(entry: Entry, match: PortMatch | None) -> str:
    if match is None:
        return ""
    return " ".join([match.operator, *(port_name(port, entry.protocol) for port in match.ports)])


class _Reader:
    """The words of one entry, taken one after the other."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        self._words = words
        self._next = 0

    def peek(self) -> str:
        return self._words[self._next].text.lower() if self.more() else ""

    def more(self) -> bool:
        return self._next < len(self._words)

    def take(self) -> Word:
        if not self.more():
            raise IncompleteError
        self._next += 1
        return self._words[self._next - 1]

    def keyword(self, *choices: str) -> str:
        word = self.take()
        found = complete(word.text, choices)
        if len(found) > 1:
            raise AmbiguousError(word.text)
        if not found:
            raise InvalidError(word.offset)
        return found[0]

    def is_next(self, *choices: str) -> bool:
        return self.more() and bool(complete(self.peek(), choices))


def parse_entry(words: tuple[Word, ...], sequence: int, *, extended: bool) -> Entry:
    """Read ``permit tcp any host 10.0.0.1 eq 443``; raise what is said when it is wrong."""
    reader = _Reader(words)
    action = reader.keyword("permit", "deny", "remark")
    if action == "remark":
        text = " ".join(word.text for word in words[1:])
        if not text:
            raise IncompleteError
        return Entry(sequence, remark=text[:100])
    entry = (_parse_extended if extended else _parse_standard)(
        reader, sequence, permit=action == "permit"
    )
    if reader.more():
        raise InvalidError(reader.take().offset)
    return entry


def _parse_standard(reader: _Reader, sequence: int, *, permit: bool) -> Entry:
    source = _parse_addresses(reader, bare_host=True)
    log = reader.is_next("log") and bool(reader.take())
    return Entry(sequence, permit, source=source, log=log)


def _parse_extended(reader: _Reader, sequence: int, *, permit: bool) -> Entry:
    protocol = reader.keyword(*PROTOCOLS)
    source = _parse_addresses(reader)
    source_port = _parse_ports(reader, protocol)
    destination = _parse_addresses(reader)
    destination_port = _parse_ports(reader, protocol)
    icmp, established, log = "", False, False
    if protocol == "icmp" and reader.is_next(*ICMP_TYPES):
        icmp = reader.keyword(*ICMP_TYPES)
    if protocol == "tcp" and reader.is_next("established"):
        established = bool(reader.take())
    if reader.is_next("log"):
        log = bool(reader.take())
    return Entry(
        sequence,
        permit,
        protocol,
        source,
        source_port,
        destination,
        destination_port,
        icmp,
        established,
        log,
    )


def _parse_addresses(reader: _Reader, *, bare_host: bool = False) -> Addresses:
    if reader.is_next("any"):
        reader.take()
        return ANY
    if reader.is_next("host"):
        reader.take()
        return Addresses(_parse_address(reader), HOST_WILDCARD)
    address = _parse_address(reader)
    if bare_host and not _looks_like_address(reader.peek()):
        return Addresses(address, HOST_WILDCARD)
    wildcard = _parse_address(reader)
    # As the device does: the bits that the wildcard ignores are cleared.
    return Addresses(IPv4Address(int(address) & ~int(wildcard) & 0xFFFFFFFF), wildcard)


def _looks_like_address(text: str) -> bool:
    return text[:1].isdigit()


def _parse_address(reader: _Reader) -> IPv4Address:
    word = reader.take()
    try:
        return IPv4Address(word.text)
    except AddressValueError:
        raise InvalidError(word.offset) from None


def _parse_ports(reader: _Reader, protocol: str) -> PortMatch | None:
    if protocol not in ("tcp", "udp") or not reader.is_next(*_OPERATORS):
        return None
    operator = reader.keyword(*_OPERATORS)
    ports = [parse_port(reader.take(), protocol)]
    if operator == "range":
        ports = sorted([*ports, parse_port(reader.take(), protocol)])
    while (
        operator in ("eq", "neq")
        and reader.more()
        and len(ports) < 10
        and _is_port(reader, protocol)
    ):
        ports.append(parse_port(reader.take(), protocol))
    return PortMatch(operator, tuple(ports))


def _is_port(reader: _Reader, protocol: str) -> bool:
    """Tell whether the next word is one more port: ``eq 80 443`` lists several."""
    text = reader.peek()
    if "." in text or any(word.startswith(text) for word in ("any", "host", "log", "established")):
        return False
    try:
        parse_port(Word(text, 0), protocol)
    except (InvalidError, AmbiguousError):
        return False
    return True
