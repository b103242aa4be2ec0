"""Probe of how the workstation's card is addressed: what is in force, and who asked for it."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface
from typing import Any

from checks.addressing.facts.addressing import Addressing
from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reading,
    _,
    ask,
    fact,
    not_understood,
    read_file,
    read_json,
    read_text,
    run_on,
)

CONFIGURATION = ("/etc/network/interfaces", "/etc/network/interfaces.d", "/etc/systemd/network")
CLIENTS = frozenset({"udhcpc", "dhclient", "dhcpcd", "dhcp-client"})
BEHIND = ("/run/systemd/resolve/resolv.conf", "/run/NetworkManager/no-stub-resolv.conf")
"""Where systemd-resolved(8) and NetworkManager(8) keep the resolvers that a local one asks."""


@fact(Addressing, kind="linux")
def from_linux(plan: Plan, at: NodeName) -> Reading[Addressing]:
    """Read what is in force on the first card; the gateway is that of its default route."""
    card = plan.nodes[at].interfaces[0].name
    addresses, routes, resolvers, resolved, processes, configuration = yield from ask(
        *_questions(at, card)
    )
    link = _one_object(addresses)
    parsed = tuple(_addresses(link))
    is_dhcp = (
        any(address.get("dynamic") is True for address in _inet(link))
        or _has_client(read_text(processes), card)
        or _asks_dhcp(read_text(configuration), card)
    )
    return Addressing(
        mac=str(link.get("address", "")).lower(),
        is_up="LOWER_UP" in _list(link, "flags") and "UP" in _list(link, "flags"),
        addresses=parsed,
        is_dhcp=is_dhcp,
        gateway=_gateway(routes),
        dns=_resolvers(read_file(resolvers), read_text(resolved)),
    )


def _questions(node: NodeName, card: str) -> tuple[Question, ...]:
    every_file = ("-type", "f", "-exec", "/usr/bin/cat", "{}", "+")
    return (
        run_on(node, "/usr/sbin/ip", "-j", "address", "show", "dev", card),
        run_on(node, "/usr/sbin/ip", "-j", "-4", "route", "show", "default", "dev", card),
        run_on(node, "/usr/bin/cat", "/etc/resolv.conf"),
        run_on(node, "/usr/bin/find", *BEHIND, "-exec", "/usr/bin/cat", "{}", "+"),
        run_on(node, "/usr/bin/ps", "-e", "--columns", "1024", "-o", "args="),
        run_on(node, "/usr/bin/find", *CONFIGURATION, *every_file),
    )


def _one_object(answer: Answer) -> Mapping[str, Any]:
    if answer.exit_code != 0:
        raise NotUnderstood(
            _("%(what)s : code de sortie %(code)s")
            % {"what": answer.question.text, "code": answer.exit_code}
        )
    found = read_json(answer)
    objects = [item for item in found if isinstance(item, dict) and item] if _is_list(found) else []
    if len(objects) != 1:
        raise NotUnderstood(
            _("%(what)s : une seule carte était attendue") % {"what": answer.question.text}
        )
    return objects[0]


def _addresses(link: Mapping[str, Any]) -> Iterator[IPv4Interface]:
    for address in _inet(link):
        try:
            yield IPv4Interface(f"{address['local']}/{address['prefixlen']}")
        except (KeyError, ValueError) as exc:
            raise not_understood("ip address", address) from exc


def _inet(link: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the addresses of IPv4, as ip-address(8) tells them."""
    found = [address for address in _list(link, "addr_info") if isinstance(address, dict)]
    return [address for address in found if address.get("family") == "inet"]


def _gateway(answer: Answer) -> IPv4Address | None:
    """Return the gateway of the default route of the least metric."""
    found = read_json(answer) if answer.exit_code == 0 and answer.output.strip() else []
    routes = [route for route in found if isinstance(route, dict)] if _is_list(found) else []
    try:
        best = min((r for r in routes if "gateway" in r), key=_metric, default=None)
        return IPv4Address(best["gateway"]) if best else None
    except (AddressValueError, TypeError, ValueError) as exc:
        raise NotUnderstood(_("ip route : ce n'est pas une passerelle")) from exc


def _metric(route: Mapping[str, Any]) -> int:
    return int(route.get("metric", 0))


def _resolvers(configured: str, behind_local: str) -> tuple[IPv4Address, ...]:
    """Return whom the workstation asks; a resolver of its own stands for those that it asks."""
    found = tuple(_nameservers(configured))
    if not found or not all(address.is_loopback for address in found):
        return found
    behind = dict.fromkeys(_nameservers(behind_local))
    asked = tuple(address for address in behind if not address.is_loopback)
    if not asked:
        raise NotUnderstood(_("le poste interroge un DNS local, qui ne dit pas à qui il demande"))
    return asked


def _nameservers(text: str) -> Iterator[IPv4Address]:
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver":
            try:
                yield IPv4Address(words[1])
            except AddressValueError:
                continue  # IPv6


def _has_client(processes: str, card: str) -> bool:
    """Tell whether a DHCP client runs for the card, or for every card; not one of IPv6 alone."""
    for line in processes.splitlines():
        words = line.split()
        program = words[0].rpartition("/")[2].rstrip(":") if words else ""
        applet = words[1] if program == "busybox" and len(words) > 1 else program
        is_ours = card in words or not _names_a_card(words)
        if applet in CLIENTS and is_ours and "-6" not in words:
            return True
    return False


def _names_a_card(words: list[str]) -> bool:
    return any(re.fullmatch(r"(eth|en|wl|mgmt)\w+", word) for word in words[1:])


def _asks_dhcp(configuration: str, card: str) -> bool:
    ifupdown = rf"^[ \t]*iface[ \t]+{re.escape(card)}[ \t]+inet[ \t]+dhcp\b"
    networkd = r"^[ \t]*DHCP[ \t]*=[ \t]*(yes|true|ipv4)\b"
    return bool(re.search(f"{ifupdown}|{networkd}", configuration, re.MULTILINE))


def _list(link: Mapping[str, Any], name: str) -> list[Any]:
    value = link.get(name)
    return value if isinstance(value, list) else []


def _is_list(value: object) -> bool:
    return isinstance(value, list)
