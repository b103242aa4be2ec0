"""What the box is, and what the home and the Internet see of it."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from checks.box.demand import Box

from labctl.api import (
    Answer,
    NodeName,
    Outcome,
    Plan,
    Probe,
    Question,
    Reading,
    attempt,
    card_of,
    each_option,
    fact,
    outcome_of,
    read_json,
    read_text,
    results_of,
    run_on,
    try_from,
)

ROUTER, SERVER = 3, 54
"""Options of DHCP (RFC 2132, 3.5 and 9.7)."""
PORTS = (22, 23, 53, 80, 443, 8080)


@dataclass(frozen=True, slots=True)
class Settings:
    """The addresses of the box in the home, and what its radio is set to."""

    addresses: frozenset[str]
    radio: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """Address and gateway that a machine never seen is offered; empty: nobody answers."""

    offers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """Whether the home reaches a page of the Internet, and what the Internet finds open."""

    has_internet: bool
    is_seen: bool
    opened: frozenset[int]


@fact(Settings, kind="home-box")
def from_box(_plan: Plan, at: NodeName) -> Reading[Settings]:
    """Read the switch's address and the file of the radio; one that is not there sets nothing."""
    shown, radio = yield from attempt(
        run_on(at, "/usr/sbin/ip", "-json", "-4", "address", "show", "dev", "br0"),
        run_on(at, "/usr/bin/cat", "/etc/box/wifi.conf"),
    )
    cards = read_json(shown) if shown.exit_code == 0 else []
    held = frozenset(str(one["local"]) for card in cards for one in card.get("addr_info", ()))
    lines = (line.partition("=") for line in read_text(radio).splitlines())
    pairs = {name.strip(): value.strip() for name, sign, value in lines if sign}
    return Settings(held, pairs if radio.exit_code == 0 else {})


def _ask_offers(plan: Plan) -> tuple[Question, ...]:
    name = plan.demand(Box).segment
    return (try_from(plan, name, [{"kind": "dhcp", "interface": card_of(plan, name)}]),)


def _read_offers(_plan: Plan, answers: tuple[Answer, ...]) -> Offered:
    """Read the fixed part of each offer (RFC 2131, 2) and its options."""
    found = []
    for offer in results_of(answers[0])[0]["offers"]:
        message = bytes.fromhex(str(offer))
        options = dict(each_option(message))
        gateway = options.get(ROUTER, b"")[:4]
        told = str(IPv4Address(gateway)) if len(gateway) == 4 else ""
        found.append((str(IPv4Address(message[16:20])), told))
    return Offered(tuple(found))


def _ask_outside(plan: Plan) -> tuple[Question, ...]:
    net, name = plan.internet, plan.demand(Box).segment
    page = {"kind": "http", "host": str(net.canary), "port": 80, "path": "/"}
    scan = {
        **{"kind": "scan", "interface": card_of(plan, "WAN"), "network": str(net.wan)},
        **{"except": [str(net.gateway.ip), str(net.probe.ip)], "tcp": list(PORTS), "udp": {}},
    }
    return try_from(plan, name, [page]), try_from(plan, "WAN", [scan])


def _read_outside(_plan: Plan, answers: tuple[Answer, ...]) -> Outside:
    (page,), (scan,) = (results_of(answer) for answer in answers)
    hosts = scan["hosts"].values()
    opened = (int(port) for host in hosts for port, said in host["tcp"].items() if said == "open")
    reached = outcome_of(page) is Outcome.OPEN and page.get("status") == 200
    return Outside(reached, bool(hosts), frozenset(opened))


OFFERS = Probe(Offered, _ask_offers, _read_offers)
OUTSIDE = Probe(Outside, _ask_outside, _read_outside)
