"""The fifteen things asked of each host of the field, for every contender alike.

Free of labctl: the contenders import it from a process of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

PREFIX = "198.18.0"
GATEWAY = "198.18.255.254"


@dataclass(frozen=True)
class Asked:
    """One check: what is run, what its output means, what it must be on a host."""

    name: str
    argv: tuple[str, ...]
    read: Callable[[str, int], object]
    wanted: Callable[[int], object]


def _text(output: str, _code: int) -> object:
    return output.strip()


def _number(output: str, _code: int) -> object:
    return int(output)


def _words(output: str, _code: int) -> object:
    return tuple(sorted(output.split()))


def _holds(_output: str, code: int) -> object:
    return code == 0


def _has(word: str) -> Callable[[str, int], object]:
    return lambda output, _code: word in output.split()


ASKED = (
    Asked("name", ("/usr/bin/uname", "-n"), _text, lambda host: f"h{host}"),
    Asked(
        "system", ("/usr/bin/grep", "-x", "ID=debian", "/etc/os-release"), _holds, lambda _: True
    ),
    Asked(
        "address",
        ("/usr/sbin/ip", "-o", "-4", "address", "show", "dev", "eth0"),
        lambda output, _code: output.split()[3],
        lambda host: f"{PREFIX}.{host}/16",
    ),
    Asked(
        "gateway",
        ("/usr/sbin/ip", "-4", "route", "show", "default"),
        lambda output, _code: output.split()[2],
        lambda _: GATEWAY,
    ),
    Asked("resolver", ("/usr/bin/cat", "/etc/resolv.conf"), _has("192.0.2.53"), lambda _: True),
    Asked(
        "account",
        ("/usr/bin/getent", "passwd", "www-data"),
        lambda output, _code: output.split(":")[2],
        lambda _: "33",
    ),
    Asked("groups", ("/usr/bin/id", "-Gn", "www-data"), _words, lambda _: ("www-data",)),
    Asked("mode", ("/usr/bin/stat", "-c", "%a", "/etc/shadow"), _number, lambda _: 640),
    Asked("content", ("/usr/bin/cat", "/etc/labfield"), _text, lambda _: "bienvenue"),
    Asked("process", ("/usr/bin/ps", "-e", "-o", "comm="), _has("sshd"), lambda _: True),
    Asked("listens", ("/usr/bin/ss", "-ltnH", "sport = :22"), _has("LISTEN"), lambda _: True),
    Asked("forwarding", ("/usr/bin/cat", "/proc/sys/net/ipv4/ip_forward"), _number, lambda _: 0),
    Asked("clock", ("/usr/bin/test", "-e", "/etc/adjtime"), _holds, lambda _: False),
    Asked(
        "package",
        ("/usr/bin/dpkg-query", "-W", "-f", "${db:Status-Status}", "openssh-server"),
        _text,
        lambda _: "installed",
    ),
    Asked("folder", ("/usr/bin/test", "-d", "/srv"), _holds, lambda _: True),
)
