"""TCP and UDP port numbers of access lists, and the names that the command line has for them."""

from dataclasses import dataclass

from labswitch.errors import AmbiguousError, InvalidError
from labswitch.words import Word, complete

_TCP = {
    "bgp": 179,
    "chargen": 19,
    "cmd": 514,
    "daytime": 13,
    "discard": 9,
    "domain": 53,
    "echo": 7,
    "exec": 512,
    "finger": 79,
    "ftp": 21,
    "ftp-data": 20,
    "gopher": 70,
    "hostname": 101,
    "ident": 113,
    "irc": 194,
    "klogin": 543,
    "kshell": 544,
    "login": 513,
    "lpd": 515,
    "nntp": 119,
    "pop2": 109,
    "pop3": 110,
    "smtp": 25,
    "sunrpc": 111,
    "syslog": 514,
    "tacacs": 49,
    "talk": 517,
    "telnet": 23,
    "time": 37,
    "uucp": 540,
    "whois": 43,
    "www": 80,
}
_UDP = {
    "biff": 512,
    "bootpc": 68,
    "bootps": 67,
    "discard": 9,
    "dnsix": 195,
    "domain": 53,
    "echo": 7,
    "isakmp": 500,
    "mobile-ip": 434,
    "nameserver": 42,
    "netbios-dgm": 138,
    "netbios-ns": 137,
    "netbios-ss": 139,
    "non500-isakmp": 4500,
    "ntp": 123,
    "rip": 520,
    "snmp": 161,
    "snmptrap": 162,
    "sunrpc": 111,
    "syslog": 514,
    "tacacs": 49,
    "talk": 517,
    "tftp": 69,
    "time": 37,
    "who": 513,
    "xdmcp": 177,
}
_NAMES = {"tcp": _TCP, "udp": _UDP}


@dataclass(frozen=True, slots=True)
class PortMatch:
    """A comparison with one, several or (range) two ports."""

    operator: str
    ports: tuple[int, ...]


def parse_port(word: Word, protocol: str) -> int:
    """Return the port that a number or a name gives."""
    if word.text.isascii() and word.text.isdigit():
        if len(word.text) <= 5 and int(word.text) <= 65535:
            return int(word.text)
        raise InvalidError(word.offset)
    names = complete(word.text, _NAMES[protocol])
    if len(names) > 1:
        raise AmbiguousError(word.text)
    if not names:
        raise InvalidError(word.offset)
    return _NAMES[protocol][names[0]]


def port_name(port: int, protocol: str) -> str:
    """Return the name that the running configuration has for a port, or its number."""
    for name, number in _NAMES.get(protocol, {}).items():
        if number == port:
            return name
    return str(port)
